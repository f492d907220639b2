#include "failover/store/registry_store.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/store/database.h"
#include "failover/store/iterator_pool.h"
#include "failover/store/schema.h"
#include "proto/former_registrars.pb.h"
#include "rde/codec/messages.h"

namespace tidemark::failover {
namespace {

rocksdb::Slice ToSlice(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }

// Holds the message of a usual row: of a domain with contacts, servers and DS.
constexpr size_t kArenaBytes = 4096;

absl::Status DoesNotParse(Family family) {
  return absl::DataLossError(
      absl::StrCat("registry store: a row of ", kFamilyNames[family], " does not parse"));
}

class Store final : public RegistryStore {
 public:
  explicit Store(std::unique_ptr<Database> database)
      : database_(std::move(database)),
        hosts_by_name_(*database_, kHostByNameFamily),
        references_(*database_, kReferenceFamily) {}

  absl::Status ReadState() {
    registry::v1::StoreState state;
    rocksdb::PinnableSlice row;
    const absl::Status status = GetRow(kMetaFamily, kStateKey, row);
    if (absl::IsNotFound(status)) {
      return absl::FailedPreconditionError("registry store: it was never finished");
    }
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(Parse(kMetaFamily, row, state));
    if (state.format() != kStoreFormat) {
      return absl::FailedPreconditionError(
          absl::StrCat("registry store: format ", state.format(), ", want ", kStoreFormat));
    }
    CountOf(counts_, ObjectType::kDomain) = state.domains();
    CountOf(counts_, ObjectType::kHost) = state.hosts();
    CountOf(counts_, ObjectType::kContact) = state.contacts();
    CountOf(counts_, ObjectType::kRegistrar) = state.registrars();
    CountOf(counts_, ObjectType::kIdnTable) = state.idn_tables();
    CountOf(counts_, ObjectType::kNndn) = state.nndns();
    CountOf(counts_, ObjectType::kEppParams) = state.epp_params();
    CountOf(counts_, ObjectType::kPolicy) = state.policies();
    CountOf(counts_, ObjectType::kHeader) = state.headers();
    return absl::OkStatus();
  }

  const ObjectCounts& counts() const override { return counts_; }

  absl::StatusOr<rde::DepositInfo> Deposit() const override {
    return Find<registry::v1::Deposit, rde::DepositInfo>(kMetaFamily, kDepositKey);
  }
  absl::StatusOr<rde::Header> Header() const override {
    return Find<registry::v1::Header, rde::Header>(kMetaFamily, kHeaderKey);
  }
  absl::StatusOr<rde::EppParams> EppParams() const override {
    return Find<registry::v1::EppParams, rde::EppParams>(kMetaFamily, kEppParamsKey);
  }
  absl::StatusOr<rde::Domain> FindDomain(absl::string_view name) const override {
    return Find<registry::v1::Domain, rde::Domain>(kDomainFamily, NameKey(name));
  }
  absl::StatusOr<rde::Host> FindHost(absl::string_view roid) const override {
    return Find<registry::v1::Host, rde::Host>(kHostFamily, roid);
  }
  absl::StatusOr<rde::Contact> FindContact(absl::string_view id) const override {
    return Find<registry::v1::Contact, rde::Contact>(kContactFamily, id);
  }
  absl::StatusOr<rde::Registrar> FindRegistrar(absl::string_view id) const override {
    return Find<registry::v1::Registrar, rde::Registrar>(kRegistrarFamily, id);
  }
  absl::StatusOr<rde::IdnTableRef> FindIdnTable(absl::string_view id) const override {
    return Find<registry::v1::IdnTableRef, rde::IdnTableRef>(kIdnTableFamily, id);
  }
  absl::StatusOr<rde::Nndn> FindNndn(absl::string_view name) const override {
    return Find<registry::v1::Nndn, rde::Nndn>(kNndnFamily, NameKey(name));
  }

  absl::StatusOr<std::vector<rde::Host>> FindHostsByName(absl::string_view name) const override {
    constexpr size_t kAll = std::numeric_limits<size_t>::max();
    ASSIGN_OR_RETURN(FoundHosts found, FindFirstHostsByName(name, {.hosts = kAll, .bytes = kAll}));
    return std::move(found.hosts);
  }
  absl::StatusOr<FoundHosts> FindFirstHostsByName(absl::string_view name,
                                                  const HostsMax& max) const override {
    const std::string prefix = HostByNamePrefix(name);
    FoundHosts found;
    const IteratorPool::Lease rows = hosts_by_name_.Take();
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
      const absl::string_view key(rows->key().data(), rows->key().size());
      rocksdb::PinnableSlice row;
      RETURN_IF_ERROR(GetRow(kHostFamily, RoidOfHostByNameKey(key, prefix), row));
      found.more =
          found.hosts.size() == max.hosts ||
          (!found.hosts.empty() && row.size() > max.bytes - std::min(found.bytes, max.bytes));
      if (found.more) return found;
      found.bytes += row.size();
      RETURN_IF_ERROR(Read<registry::v1::Host>(kHostFamily, row, found.hosts.emplace_back()));
    }
    RETURN_IF_ERROR(ToStatus(rows->status()));
    return found;
  }

  absl::StatusOr<bool> IsHostReferredTo(absl::string_view name) const override {
    return Has(kReferenceFamily, HostReferenceKey(name));
  }
  absl::StatusOr<bool> IsContactReferredTo(absl::string_view id) const override {
    return Has(kReferenceFamily, ContactReferenceKey(id));
  }
  absl::StatusOr<std::vector<Variant>> FindVariantsOf(absl::string_view name,
                                                      size_t variants_max) const override {
    const std::string prefix = VariantPrefix(name);
    std::vector<Variant> variants;
    ASSIGN_OR_RETURN(const bool has_variants, Has(kReferenceFamily, prefix));
    if (!has_variants) return variants;
    const IteratorPool::Lease rows = references_.Take();
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
      if (variants.size() == variants_max) break;
      if (rows->key() == prefix) continue;  // that there are some
      rocksdb::Slice variant = rows->key();
      variant.remove_prefix(prefix.size());
      variants.push_back(
          {.name = variant.ToString(), .is_domain = rows->value() == ToSlice(kVariantDomain)});
    }
    RETURN_IF_ERROR(ToStatus(rows->status()));
    return variants;
  }

  absl::Status ForEachDomain(
      const std::function<absl::Status(const rde::Domain&)>& visit) const override {
    return ForEach<registry::v1::Domain>(kDomainFamily, "", visit);
  }
  absl::Status ForEachHost(
      const std::function<absl::Status(const rde::Host&)>& visit) const override {
    return ForEach<registry::v1::Host>(kHostFamily, "", visit);
  }
  absl::Status ForEachContact(
      const std::function<absl::Status(const rde::Contact&)>& visit) const override {
    return ForEach<registry::v1::Contact>(kContactFamily, "", visit);
  }
  absl::Status ForEachRegistrar(
      const std::function<absl::Status(const rde::Registrar&)>& visit) const override {
    return ForEach<registry::v1::Registrar>(kRegistrarFamily, "", visit);
  }
  absl::Status ForEachIdnTable(
      const std::function<absl::Status(const rde::IdnTableRef&)>& visit) const override {
    return ForEach<registry::v1::IdnTableRef>(kIdnTableFamily, "", visit);
  }
  absl::Status ForEachNndn(
      const std::function<absl::Status(const rde::Nndn&)>& visit) const override {
    return ForEach<registry::v1::Nndn>(kNndnFamily, "", visit);
  }
  absl::Status ForEachPolicy(
      const std::function<absl::Status(const rde::Policy&)>& visit) const override {
    return ForEach<registry::v1::Policy>(kMetaFamily, kPolicyPrefix, visit);
  }
  absl::Status ForEachFormerRegistrars(
      const std::function<absl::Status(const FormerRegistrars&)>& visit) const override {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> rows(
        database_->db().NewIterator(options, database_->family(kMetaFamily)));
    const rocksdb::Slice prefix = ToSlice(kFormerPrefix);
    registry::v1::FormerRegistrars message;
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
      absl::string_view key(rows->key().data(), rows->key().size());
      key.remove_prefix(prefix.size());
      if (key.empty() || ParseBigEndian(key.substr(0, 1)) >= kObjectTypes ||
          !message.ParseFromArray(rows->value().data(), static_cast<int>(rows->value().size()))) {
        return DoesNotParse(kMetaFamily);
      }
      FormerRegistrars former;
      former.type = static_cast<ObjectType>(ParseBigEndian(key.substr(0, 1)));
      former.key = std::string(key.substr(1));
      former.cl_id = message.cl_id();
      former.cr_id = message.cr_id();
      former.up_id = message.up_id();
      former.re_id = message.re_id();
      former.ac_id = message.ac_id();
      if (message.has_registrar()) Decode(message.registrar(), former.registrar.emplace());
      RETURN_IF_ERROR(visit(former));
    }
    return ToStatus(rows->status());
  }

 private:
  absl::Status GetRow(Family family, absl::string_view key, rocksdb::PinnableSlice& row) const {
    const rocksdb::Status status =
        database_->db().Get(rocksdb::ReadOptions(), database_->family(family), ToSlice(key), &row);
    // The key may be a person's: it stays out of the message.
    if (status.IsNotFound()) return absl::NotFoundError("not in the registry");
    return ToStatus(status);
  }

  template <typename Message>
  static absl::Status Parse(Family family, const rocksdb::Slice& row, Message& out) {
    if (!out.ParseFromArray(row.data(), static_cast<int>(row.size()))) return DoesNotParse(family);
    return absl::OkStatus();
  }

  // The message of one row lives in an arena that is mostly on the stack.
  template <typename Message, typename R>
  static absl::Status Read(Family family, const rocksdb::Slice& row, R& record) {
    char block[kArenaBytes];
    google::protobuf::ArenaOptions options;
    options.initial_block = block;
    options.initial_block_size = sizeof(block);
    google::protobuf::Arena arena(options);
    auto* message = google::protobuf::Arena::CreateMessage<Message>(&arena);
    RETURN_IF_ERROR(Parse(family, row, *message));
    Decode(*message, record);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Has(Family family, absl::string_view key) const {
    rocksdb::PinnableSlice row;
    const absl::Status status = GetRow(family, key, row);
    if (absl::IsNotFound(status)) return false;
    RETURN_IF_ERROR(status);
    return true;
  }

  template <typename Message, typename R>
  absl::StatusOr<R> Find(Family family, absl::string_view key) const {
    rocksdb::PinnableSlice row;
    RETURN_IF_ERROR(GetRow(family, key, row));
    absl::StatusOr<R> record(absl::in_place);
    RETURN_IF_ERROR(Read<Message>(family, row, *record));
    return record;
  }

  template <typename Message, typename R>
  absl::Status ForEach(Family family, absl::string_view prefix,
                       const std::function<absl::Status(const R&)>& visit) const {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1 << 20;
    std::unique_ptr<rocksdb::Iterator> rows(
        database_->db().NewIterator(options, database_->family(family)));
    Message message;
    for (rows->Seek(ToSlice(prefix)); rows->Valid() && rows->key().starts_with(ToSlice(prefix));
         rows->Next()) {
      RETURN_IF_ERROR(Parse(family, rows->value(), message));
      R record;
      Decode(message, record);
      RETURN_IF_ERROR(visit(record));
    }
    return ToStatus(rows->status());
  }

  const std::unique_ptr<Database> database_;
  IteratorPool hosts_by_name_;
  IteratorPool references_;
  ObjectCounts counts_{};
};

}  // namespace

absl::StatusOr<std::unique_ptr<RegistryStore>> RegistryStore::Open(const std::string& dir,
                                                                   const ReaderOptions& options) {
  if (!base::FileSource::Open(dir + "/CURRENT").ok()) {
    return absl::NotFoundError(absl::StrCat(dir, ": no registry store here"));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                   Database::Open(dir, Database::Mode::kReadOnly, options.cache_bytes));
  auto store = std::make_unique<Store>(std::move(database));
  RETURN_IF_ERROR(store->ReadState());
  return store;
}

}  // namespace tidemark::failover
