#include "vault/rocks_store.h"

#include <array>
#include <utility>

#include "absl/memory/memory.h"
#include "base/file.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/experimental.h"
#include "rocksdb/write_batch.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {

void StoreBatch::Put(schema::Family family, std::string key, std::string value) {
  changes_.push_back({Kind::kPut, family, std::move(key), std::move(value)});
}

void StoreBatch::Delete(schema::Family family, std::string key) {
  changes_.push_back({Kind::kDelete, family, std::move(key), ""});
}

void StoreBatch::DeleteRange(schema::Family family, schema::KeyRange range) {
  changes_.push_back({Kind::kDeleteRange, family, std::move(range.begin), std::move(range.end)});
}

RocksStore::RocksStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksStore::~RocksStore() = default;

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& dir) {
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
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

absl::Status RocksStore::FlushForTesting() {
  return FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles));
}

}  // namespace tidemark::vault
