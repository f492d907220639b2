#include "vault/rocks_store.h"

#include <array>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/write_batch.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"
#include "vault/wal/log_end.h"

namespace tidemark::vault {
namespace {

// Whoever opens a database makes a log before anything else of it is durable, and only then takes
// away what older ones there are: so from its first family on there always is one.
absl::Status CheckThereIsALog(const std::string& dir) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  std::vector<std::string> files;
  std::vector<std::string> families;
  if (!env->GetChildren(dir, &files).ok()) return absl::OkStatus();  // the opening says what it is
  for (const std::string& file : files) {
    if (absl::EndsWith(file, ".log")) return absl::OkStatus();
  }
  const rocksdb::Status listed =
      rocksdb::DB::ListColumnFamilies(StoreOptions(nullptr), dir, &families);
  if (!listed.ok() || families.size() < 2) return absl::OkStatus();
  return absl::DataLossError(
      "there is no write-ahead log (*.log), and a database always has one: it was deleted, with "
      "what was acknowledged since the last table file. Look for it, or serve the second copy; "
      "docs/runbook.md has what to do if there is neither");
}

// Of any store: a scan reads other rows of its own.
thread_local int uses_of_this_thread = 0;

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

RocksStore::RocksStore(std::unique_ptr<Impl> impl, const base::Clock* clock)
    : refusals_(clock), impl_(std::move(impl)) {}
RocksStore::~RocksStore() = default;

absl::Status RocksStore::Impl::LookAtLogs(const std::string& dir) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  RETURN_IF_ERROR(FromRocks(env->LockFile(dir + "/LOCK", &lock)));
  absl::Status looked = CheckThereIsALog(dir);
  looked.Update(MakeLogsReady(dir));
  RemoveUnfinishedTable(dir);
  RETURN_IF_ERROR(FromRocks(env->UnlockFile(lock)));
  return looked;
}

absl::StatusOr<std::unique_ptr<RocksStore::Impl>> RocksStore::Impl::Open(const std::string& dir,
                                                                          OpenMode mode) {
  auto impl = std::make_unique<Impl>();
  impl->damage = std::make_shared<DamageListener>();
  rocksdb::DB* db = nullptr;
  rocksdb::DBOptions options = StoreOptions(impl->damage);
  options.create_if_missing = mode == OpenMode::kOrMakeOne;
  RETURN_IF_ERROR(
      FromRocks(rocksdb::DB::Open(options, dir, StoreFamilies(), &impl->handles, &db)));
  impl->db.reset(db);
  return impl;
}

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& dir,
                                                             const base::Clock* clock) {
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(base::Annotate(Impl::LookAtLogs(dir), dir));
  absl::StatusOr<std::unique_ptr<Impl>> impl = Impl::Open(dir, Impl::OpenMode::kOrMakeOne);
  if (!impl.ok()) return base::Annotate(impl.status(), dir);
  return absl::WrapUnique(new RocksStore(*std::move(impl), clock));
}

RocksStore::Use RocksStore::Begin() const {
  ++uses_asked_;
  {
    absl::MutexLock lock(&mutex_);
    const auto nobody_closes = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return closers_ == 0;
    };
    // Who has a use already is waited for, and would only be waiting for themselves. Either way it
    // goes on: whoever wants to close gives up.
    if (uses_of_this_thread == 0) {
      static_cast<void>(
          mutex_.AwaitWithTimeout(absl::Condition(&nobody_closes), kWaitForOthers));
    }
    ++uses_;
    ++uses_begun_;
  }
  ++uses_of_this_thread;
  Use use(*this);
  if (use->damage != nullptr) {
    const std::vector<std::string> said = use->damage->TakeNews();
    if (!said.empty()) NoteStoppedCompactions(said);
  }
  return use;
}

void RocksStore::End() const {
  --uses_of_this_thread;
  absl::MutexLock lock(&mutex_);
  --uses_;
}

absl::Status RocksStore::Noted(schema::Family family, absl::Status read) const {
  // Of pieces it is known which one, and noted by whoever asked.
  if (absl::IsDataLoss(read) && !IsBulk(family)) news_.NoteFamily(family);
  return read;
}

absl::StatusOr<std::string> RocksStore::Get(schema::Family family, absl::string_view key) const {
  std::string value;
  rocksdb::ReadOptions options;
  options.fill_cache = !IsBulk(family);
  const Use use = Begin();
  if (use->Handle(family) == nullptr) return absl::NotFoundError("the family is not there");
  const rocksdb::Status read = use->db->Get(options, use->Handle(family), ToSlice(key), &value);
  RETURN_IF_ERROR(Noted(family, FromRocksRead(read)));
  return value;
}

absl::Status RocksStore::PutUnsynced(schema::Family family, absl::string_view key,
                                     absl::string_view head, absl::string_view body) {
  const std::array<rocksdb::Slice, 1> key_pieces = {ToSlice(key)};
  const std::array<rocksdb::Slice, 2> value_pieces = {ToSlice(head), ToSlice(body)};
  const Use use = Begin();
  RETURN_IF_ERROR(use->Failure());
  rocksdb::WriteBatch batch;
  RETURN_IF_ERROR(
      FromRocks(batch.Put(use->Handle(family), rocksdb::SliceParts(key_pieces.data(), 1),
                          rocksdb::SliceParts(value_pieces.data(), 2))));
  return FromRocks(use->db->Write(rocksdb::WriteOptions(), &batch));
}

absl::Status RocksStore::Apply(const StoreBatch& batch, Durability durability) {
  const Use use = Begin();
  RETURN_IF_ERROR(use->Failure());
  rocksdb::WriteBatch writes;
  for (const StoreBatch::Change& change : batch.changes_) {
    rocksdb::ColumnFamilyHandle* const handle = use->Handle(change.family);
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
  return FromRocks(use->db->Write(options, &writes));
}

absl::Status RocksStore::Sync() {
  const Use use = Begin();
  RETURN_IF_ERROR(use->Failure());
  // `true`: fsync the log, not only hand it to the kernel.
  return FromRocks(use->db->FlushWAL(true));
}

absl::Status RocksStore::Scan(
    schema::Family family, const schema::KeyRange& range,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit) const {
  rocksdb::ReadOptions options;
  options.fill_cache = !IsBulk(family);
  const rocksdb::Slice end = ToSlice(range.end);
  if (!range.end.empty()) options.iterate_upper_bound = &end;
  const Use use = Begin();
  if (use->Handle(family) == nullptr) return absl::OkStatus();
  const std::unique_ptr<rocksdb::Iterator> rows(
      use->db->NewIterator(options, use->Handle(family)));
  for (rows->Seek(ToSlice(range.begin)); rows->Valid(); rows->Next()) {
    RETURN_IF_ERROR(visit({rows->key().data(), rows->key().size()},
                          {rows->value().data(), rows->value().size()}));
  }
  // An iterator that met an error is merely no longer Valid().
  return Noted(family, FromRocksRead(rows->status()));
}

uint64_t RocksStore::EstimateBytes(schema::Family family, const schema::KeyRange& range) const {
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.include_files = true;
  const rocksdb::Range rows(ToSlice(range.begin), ToSlice(range.end));
  uint64_t bytes = 0;
  // An error leaves 0: an estimate that there is none.
  const Use use = Begin();
  use->db->GetApproximateSizes(options, use->Handle(family), &rows, 1, &bytes)
      .PermitUncheckedError();
  return bytes;
}

absl::Status RocksStore::FlushForTesting() {
  const Use use = Begin();
  RETURN_IF_ERROR(FromRocks(use->db->Flush(rocksdb::FlushOptions(), use->handles)));
  // RocksDB deletes logs that are needless now when it likes, tens of megabytes each, and who
  // counts free bytes would be surprised. Allowing what was forbidden deletes them at once.
  RETURN_IF_ERROR(FromRocks(use->db->DisableFileDeletions()));
  return FromRocks(use->db->EnableFileDeletions());
}

}  // namespace tidemark::vault
