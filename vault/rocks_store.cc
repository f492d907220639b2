#include "vault/rocks_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/experimental.h"
#include "rocksdb/write_batch.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"
#include "vault/wal/log_end.h"

namespace tidemark::vault {
namespace {

// How long a reader is waited for that still holds a file.
constexpr int kLooksMax = 50;
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(100);

// Before the database opens them, and with nobody else at them: a server that has the directory
// is writing to its log.
absl::Status LookAtLogs(const std::string& dir) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  RETURN_IF_ERROR(FromRocks(env->LockFile(dir + "/LOCK", &lock)));
  const absl::Status looked = MakeLogsReady(dir);
  RETURN_IF_ERROR(FromRocks(env->UnlockFile(lock)));
  return looked;
}

}  // namespace

void StoreBatch::Put(schema::Family family, std::string key, std::string value) {
  changes_.push_back({Kind::kPut, family, std::move(key), std::move(value)});
}

void StoreBatch::Delete(schema::Family family, std::string key) {
  changes_.push_back({Kind::kDelete, family, std::move(key), ""});
}

void StoreBatch::DeleteRange(schema::Family family, schema::KeyRange range) {
  changes_.push_back({Kind::kDeleteRange, family, std::move(range.begin), std::move(range.end)});
}

std::set<std::string> RocksStore::Impl::FilesWith(const std::vector<Deleted>& ranges) const {
  std::set<std::string> names;
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    for (const Deleted& deleted : ranges) {
      if (file.column_family_name == Handle(deleted.family)->GetName() &&
          file.smallestkey < deleted.range.end && file.largestkey >= deleted.range.begin) {
        names.insert(file.relative_filename);
        break;
      }
    }
  }
  std::vector<std::string> children;
  // An error leaves the list short of logs, which the next look would not find either.
  db->GetEnv()->GetChildren(db->GetName(), &children).PermitUncheckedError();
  for (std::string& name : children) {
    if (absl::EndsWith(name, ".log")) names.insert(std::move(name));
  }
  return names;
}

std::vector<RocksStore::Deleted> RocksStore::Impl::Joined(std::vector<Deleted> ranges) const {
  std::map<std::string, std::set<std::string>> begins;  // of table files, by family
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    begins[file.column_family_name].insert(file.smallestkey);
  }
  std::sort(ranges.begin(), ranges.end(), [](const Deleted& a, const Deleted& b) {
    return std::tie(a.family, a.range.begin) < std::tie(b.family, b.range.begin);
  });
  std::vector<Deleted> joined;
  for (Deleted& next : ranges) {
    if (!joined.empty() && joined.back().family == next.family) {
      const std::set<std::string>& family = begins[Handle(next.family)->GetName()];
      const auto first = family.upper_bound(joined.back().range.begin);
      if (first == family.end() || *first >= next.range.begin) {
        joined.back().range.end = std::max(joined.back().range.end, next.range.end);
        continue;
      }
    }
    joined.push_back(std::move(next));
  }
  return joined;
}

absl::Status RocksStore::Impl::WaitUntilGone(std::set<std::string> files) const {
  for (int look = 0; look < kLooksMax; ++look) {
    if (look > 0) absl::SleepFor(kBetweenLooks);
    // Removes what nobody needs any more now, and not when the database next gets round to it.
    RETURN_IF_ERROR(FromRocks(db->DisableFileDeletions()));
    RETURN_IF_ERROR(FromRocks(db->EnableFileDeletions(/*force=*/false)));
    std::vector<rocksdb::LiveFileMetaData> live;
    db->GetLiveFilesMetaData(&live);
    // What is live was written anew without the rows, or never had them.
    for (const rocksdb::LiveFileMetaData& file : live) files.erase(file.relative_filename);
    std::erase_if(files, [this](const std::string& name) {
      uint64_t bytes = 0;
      return !db->GetEnv()->GetFileSize(absl::StrCat(db->GetName(), "/", name), &bytes).ok() ||
             bytes == 0;
    });
    if (files.empty()) return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("a reader still holds ", *files.begin(),
                                             ", which has deleted rows; try again later"));
}

RocksStore::RocksStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksStore::~RocksStore() = default;

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& dir) {
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(base::Annotate(LookAtLogs(dir), dir));
  auto impl = std::make_unique<Impl>();
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(base::Annotate(
      FromRocks(rocksdb::DB::Open(StoreOptions(), dir, StoreFamilies(), &impl->handles, &db)),
      dir));
  impl->db.reset(db);
  return absl::WrapUnique(new RocksStore(std::move(impl)));
}

absl::StatusOr<std::string> RocksStore::Get(schema::Family family, absl::string_view key) const {
  std::string value;
  rocksdb::ReadOptions options;
  options.fill_cache = !IsBulk(family);
  if (impl_->Handle(family) == nullptr) return absl::NotFoundError("the family is not there");
  RETURN_IF_ERROR(
      FromRocksRead(impl_->db->Get(options, impl_->Handle(family), ToSlice(key), &value)));
  return value;
}

absl::Status RocksStore::PutUnsynced(schema::Family family, absl::string_view key,
                                     absl::string_view head, absl::string_view body) {
  const std::array<rocksdb::Slice, 1> key_pieces = {ToSlice(key)};
  const std::array<rocksdb::Slice, 2> value_pieces = {ToSlice(head), ToSlice(body)};
  rocksdb::WriteBatch batch;
  RETURN_IF_ERROR(
      FromRocks(batch.Put(impl_->Handle(family), rocksdb::SliceParts(key_pieces.data(), 1),
                          rocksdb::SliceParts(value_pieces.data(), 2))));
  return FromRocks(impl_->db->Write(rocksdb::WriteOptions(), &batch));
}

absl::Status RocksStore::Apply(const StoreBatch& batch, Durability durability) {
  rocksdb::WriteBatch writes;
  for (const StoreBatch::Change& change : batch.changes_) {
    rocksdb::ColumnFamilyHandle* const handle = impl_->Handle(change.family);
    rocksdb::Status status;
    switch (change.kind) {
      case StoreBatch::Kind::kPut:
        status = writes.Put(handle, change.key, change.value);
        break;
      case StoreBatch::Kind::kDelete:
        status = writes.Delete(handle, change.key);
        break;
      case StoreBatch::Kind::kDeleteRange:
        status = writes.DeleteRange(handle, change.key, change.value);
        break;
    }
    RETURN_IF_ERROR(FromRocks(status));
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSynced;
  return FromRocks(impl_->db->Write(options, &writes));
}

absl::Status RocksStore::Sync() {
  // `true`: fsync the log, not only hand it to the kernel.
  return FromRocks(impl_->db->FlushWAL(true));
}

absl::Status RocksStore::Scan(
    schema::Family family, const schema::KeyRange& range,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit) const {
  rocksdb::ReadOptions options;
  options.fill_cache = !IsBulk(family);
  const rocksdb::Slice end = ToSlice(range.end);
  if (!range.end.empty()) options.iterate_upper_bound = &end;
  if (impl_->Handle(family) == nullptr) return absl::OkStatus();
  const std::unique_ptr<rocksdb::Iterator> rows(
      impl_->db->NewIterator(options, impl_->Handle(family)));
  for (rows->Seek(ToSlice(range.begin)); rows->Valid(); rows->Next()) {
    RETURN_IF_ERROR(visit({rows->key().data(), rows->key().size()},
                          {rows->value().data(), rows->value().size()}));
  }
  // An iterator that met an error is merely no longer Valid().
  return FromRocksRead(rows->status());
}

uint64_t RocksStore::EstimateBytes(schema::Family family, const schema::KeyRange& range) const {
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.include_files = true;
  const rocksdb::Range rows(ToSlice(range.begin), ToSlice(range.end));
  uint64_t bytes = 0;
  // An error leaves 0: an estimate that there is none.
  impl_->db->GetApproximateSizes(options, impl_->Handle(family), &rows, 1, &bytes)
      .PermitUncheckedError();
  return bytes;
}

void RocksStore::Reclaim(schema::Family family, const schema::KeyRange& range) {
  const rocksdb::Slice begin = ToSlice(range.begin);
  const rocksdb::Slice end = ToSlice(range.end);
  // Best effort: what this leaves, a later compaction takes.
  rocksdb::experimental::SuggestCompactRange(impl_->db.get(), impl_->Handle(family), &begin, &end)
      .PermitUncheckedError();
}

absl::Status RocksStore::Erase(std::vector<Deleted> ranges, std::atomic<bool>& stop) {
  std::set<std::string> old_files = impl_->FilesWith(ranges);
  // Everything into table files: the write-ahead log that goes on is of later writes only.
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles)));
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stop;
  for (const Deleted& deleted : impl_->Joined(std::move(ranges))) {
    const rocksdb::Slice begin = ToSlice(deleted.range.begin);
    const rocksdb::Slice end = ToSlice(deleted.range.end);
    const rocksdb::Status compacted =
        impl_->db->CompactRange(options, impl_->Handle(deleted.family), &begin, &end);
    if (stop.load()) return absl::AbortedError("compaction was told to stop");
    RETURN_IF_ERROR(FromRocks(compacted));
  }
  return impl_->WaitUntilGone(std::move(old_files));
}

absl::Status RocksStore::FlushForTesting() {
  return FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles));
}

}  // namespace tidemark::vault
