#include "failover/store/reference_index.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/hash/hash.h"
#include "base/status.h"
#include "failover/store/schema.h"
#include "rde/codec/messages.h"

namespace tidemark::failover {
namespace {

// Hosts of the large providers stay in; a slot has at most a key.
constexpr size_t kRecentKeys = 4096;

template <typename Message, typename R>
absl::Status AddAll(Database& database, Family family, ReferenceIndex& index) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 1 << 20;
  std::unique_ptr<rocksdb::Iterator> rows(
      database.db().NewIterator(options, database.family(family)));
  Message message;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    if (!message.ParseFromArray(rows->value().data(), static_cast<int>(rows->value().size()))) {
      return absl::DataLossError("registry store: a row that was just written does not parse");
    }
    R record;
    Decode(message, record);
    RETURN_IF_ERROR(index.Add(record));
  }
  return ToStatus(rows->status());
}

}  // namespace

ReferenceIndex::ReferenceIndex(RunWriter& runs) : runs_(runs), recent_(kRecentKeys) {}

absl::Status ReferenceIndex::Add(const rde::Domain& domain) {
  for (const std::string& host : domain.host_objects) {
    RETURN_IF_ERROR(AddRow(HostReferenceKey(host), ""));
  }
  if (!domain.registrant.empty())
    RETURN_IF_ERROR(AddRow(ContactReferenceKey(domain.registrant), ""));
  for (const rde::DomainContact& contact : domain.contacts) {
    RETURN_IF_ERROR(AddRow(ContactReferenceKey(contact.id), ""));
  }
  if (domain.original_name.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AddRow(VariantPrefix(domain.original_name), ""));
  return AddRow(VariantKey(domain.original_name, domain.name), kVariantDomain);
}

absl::Status ReferenceIndex::Add(const rde::Nndn& nndn) {
  if (nndn.original_name.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AddRow(VariantPrefix(nndn.original_name), ""));
  return AddRow(VariantKey(nndn.original_name, nndn.a_name), kVariantNndn);
}

absl::Status ReferenceIndex::AddRow(std::string key, absl::string_view value) {
  if (key.size() > 2 * kStoreKeyBytesMax) return absl::OkStatus();
  std::string& recent = recent_[absl::HashOf(key) % kRecentKeys];
  if (recent == key) return absl::OkStatus();
  RETURN_IF_ERROR(runs_.Add(kReferenceFamily, key, value));
  recent = std::move(key);
  return absl::OkStatus();
}

absl::Status RebuildReferences(Database& database, const LoaderOptions& options) {
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  // No key is below or above: they begin with a letter.
  RETURN_IF_ERROR(
      ToStatus(database.db().DeleteRange(unlogged, database.family(kReferenceFamily), "A", "~")));
  RunWriter runs(database, options.dir, options.run_bytes_max);
  ReferenceIndex index(runs);
  RETURN_IF_ERROR((AddAll<registry::v1::Domain, rde::Domain>(database, kDomainFamily, index)));
  RETURN_IF_ERROR((AddAll<registry::v1::Nndn, rde::Nndn>(database, kNndnFamily, index)));
  return runs.Finish();
}

}  // namespace tidemark::failover
