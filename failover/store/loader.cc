#include <type_traits>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/store/database.h"
#include "failover/store/reference_index.h"
#include "failover/store/registrar_mapping.h"
#include "failover/store/registry_store.h"
#include "failover/store/run_writer.h"
#include "failover/store/schema.h"
#include "rde/codec/messages.h"

namespace tidemark::failover {
namespace {

constexpr size_t kDuplicatesKept = 100;

rocksdb::Slice ToSlice(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }

rocksdb::WriteOptions Unlogged() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

// Where each kind of object lives.
struct Place {
  ObjectType type;
  Family family;
  std::string key;
};

Place PlaceOf(const rde::Domain& r) {
  return {ObjectType::kDomain, kDomainFamily, NameKey(r.name)};
}
Place PlaceOf(const rde::Host& r) { return {ObjectType::kHost, kHostFamily, r.roid}; }
Place PlaceOf(const rde::Contact& r) { return {ObjectType::kContact, kContactFamily, r.id}; }
Place PlaceOf(const rde::Registrar& r) { return {ObjectType::kRegistrar, kRegistrarFamily, r.id}; }
Place PlaceOf(const rde::IdnTableRef& r) { return {ObjectType::kIdnTable, kIdnTableFamily, r.id}; }
Place PlaceOf(const rde::Nndn& r) { return {ObjectType::kNndn, kNndnFamily, NameKey(r.a_name)}; }
Place PlaceOf(const rde::EppParams&) {
  return {ObjectType::kEppParams, kMetaFamily, std::string(kEppParamsKey)};
}
Place PlaceOf(const rde::Header&) {
  return {ObjectType::kHeader, kMetaFamily, std::string(kHeaderKey)};
}

class Loader final : public RegistryLoader {
 public:
  Loader(std::unique_ptr<Database> database, const LoaderOptions& options)
      : database_(std::move(database)),
        options_(options),
        runs_(*database_, options.dir, options.run_bytes_max),
        references_(runs_) {}

  using RegistryLoader::Finish;

  absl::Status Put(const rde::Record& record, const rde::Position& at) override {
    return std::visit([&](const auto& r) { return PutOne(r, at); }, record);
  }

  absl::Status PutDeposit(const rde::DepositInfo& info) override {
    Encode(info, deposit_);
    return PutRow(kMetaFamily, kDepositKey, deposit_.SerializeAsString());
  }

  absl::StatusOr<LoadSummary> Finish(const RegistrarMapping& mapping) override {
    RETURN_IF_ERROR(runs_.Finish());
    RETURN_IF_ERROR(SettleAgain());
    if (references_changed_) RETURN_IF_ERROR(RebuildReferences(*database_, options_));
    if (mapping != nullptr) {
      ASSIGN_OR_RETURN(summary_.registrars_merged, MapRegistrars(*database_, options_, mapping));
    }
    rocksdb::FlushOptions flush;
    RETURN_IF_ERROR(ToStatus(database_->db().Flush(
        flush, {database_->family(kMetaFamily), database_->family(kDomainFamily),
                database_->family(kHostFamily), database_->family(kHostByNameFamily),
                database_->family(kContactFamily), database_->family(kRegistrarFamily),
                database_->family(kIdnTableFamily), database_->family(kNndnFamily),
                database_->family(kReferenceFamily), database_->family(kAgainFamily)})));
    // From here on, and not before, the store can be opened.
    rocksdb::WriteOptions synced;
    synced.sync = true;
    RETURN_IF_ERROR(ToStatus(database_->db().Put(synced, database_->family(kMetaFamily),
                                                 ToSlice(kStateKey), State().SerializeAsString())));
    return std::move(summary_);
  }

 private:
  registry::v1::StoreState State() const {
    const ObjectCounts& stored = summary_.stored;
    registry::v1::StoreState state;
    state.set_format(kStoreFormat);
    state.set_domains(CountOf(stored, ObjectType::kDomain));
    state.set_hosts(CountOf(stored, ObjectType::kHost));
    state.set_contacts(CountOf(stored, ObjectType::kContact));
    state.set_registrars(CountOf(stored, ObjectType::kRegistrar) - summary_.registrars_merged);
    state.set_idn_tables(CountOf(stored, ObjectType::kIdnTable));
    state.set_nndns(CountOf(stored, ObjectType::kNndn));
    state.set_epp_params(CountOf(stored, ObjectType::kEppParams));
    state.set_policies(CountOf(stored, ObjectType::kPolicy));
    state.set_headers(CountOf(stored, ObjectType::kHeader));
    return state;
  }

  absl::Status PutRow(Family family, absl::string_view key, absl::string_view value) {
    return ToStatus(
        database_->db().Put(Unlogged(), database_->family(family), ToSlice(key), ToSlice(value)));
  }

  absl::Status PutOne(const rde::Delete&, const rde::Position&) {
    return absl::InvalidArgumentError("a delete is no object");
  }
  absl::Status PutOne(const rde::UnknownObject&, const rde::Position&) {
    return absl::InvalidArgumentError("no schema of RFC 9022 declares it");
  }
  absl::Status PutOne(const rde::CsvTable&, const rde::Position&) {
    return absl::InvalidArgumentError("the rows of a CSV table are not read here");
  }
  absl::Status PutOne(const rde::Policy& policy, const rde::Position&) {
    uint64_t& count = CountOf(summary_.stored, ObjectType::kPolicy);
    if (count >= base::kHeaderEntriesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", base::kHeaderEntriesMax, " policies"));
    }
    registry::v1::Policy message;
    Encode(policy, message);
    return PutRow(kMetaFamily, PolicyKey(static_cast<uint32_t>(count++)),
                  message.SerializeAsString());
  }

  template <typename R>
  absl::Status PutOne(const R& record, const rde::Position& at) {
    const Place place = PlaceOf(record);
    if (place.key.empty()) return absl::InvalidArgumentError("it has no key");
    if (place.key.size() > kStoreKeyBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat("its key has ", place.key.size(),
                                                     " bytes, the limit is ", kStoreKeyBytesMax));
    }
    Encode(record, MessageFor(record));
    if (!MessageFor(record).SerializeToString(&value_)) {
      return absl::InvalidArgumentError("it cannot be encoded");
    }
    const size_t print = absl::Hash<std::pair<size_t, absl::string_view>>()(
        {static_cast<size_t>(place.type), place.key});
    if (!seen_.insert(print).second) return PutAgain(place, at);
    if constexpr (std::is_same_v<R, rde::Domain> || std::is_same_v<R, rde::Nndn>) {
      RETURN_IF_ERROR(references_.Add(record));
    }
    if constexpr (std::is_same_v<R, rde::Host>) {
      RETURN_IF_ERROR(runs_.Add(kHostByNameFamily, HostByNameKey(record.name, record.roid), ""));
    }
    ++CountOf(summary_.stored, place.type);
    if (place.family == kMetaFamily) return PutRow(place.family, place.key, value_);
    return runs_.Add(place.family, place.key, value_);
  }

  registry::v1::Domain& MessageFor(const rde::Domain&) { return domain_; }
  registry::v1::Host& MessageFor(const rde::Host&) { return host_; }
  registry::v1::Contact& MessageFor(const rde::Contact&) { return contact_; }
  registry::v1::Registrar& MessageFor(const rde::Registrar&) { return registrar_; }
  registry::v1::IdnTableRef& MessageFor(const rde::IdnTableRef&) { return idn_table_; }
  registry::v1::Nndn& MessageFor(const rde::Nndn&) { return nndn_; }
  registry::v1::EppParams& MessageFor(const rde::EppParams&) { return epp_params_; }
  registry::v1::Header& MessageFor(const rde::Header&) { return header_; }

  // The fingerprint was there before: nearly surely the key was. Only the finished runs can tell,
  // so the row waits in a family of its own, and a deposit full of repetitions costs no more
  // memory than any other.
  absl::Status PutAgain(const Place& place, const rde::Position& at) {
    const std::string row =
        absl::StrCat(BigEndian(static_cast<uint64_t>(place.type), 1), BigEndian(place.family, 1),
                     BigEndian(static_cast<uint64_t>(at.line), 8),
                     BigEndian(static_cast<uint64_t>(at.offset), 8), BigEndian(place.key.size(), 4),
                     place.key, value_);
    return PutRow(kAgainFamily, BigEndian(again_++, 8), row);
  }

  // Decides about every waiting row, in the deposit's order: the last one of a key stays.
  absl::Status SettleAgain() {
    if (again_ == 0) return absl::OkStatus();
    std::unique_ptr<rocksdb::Iterator> rows(
        database_->db().NewIterator(rocksdb::ReadOptions(), database_->family(kAgainFamily)));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      absl::string_view row(rows->value().data(), rows->value().size());
      const auto take = [&row](size_t n) {
        const absl::string_view part = row.substr(0, n);
        row.remove_prefix(part.size());
        return part;
      };
      const auto type = static_cast<ObjectType>(ParseBigEndian(take(1)));
      const auto family = static_cast<Family>(ParseBigEndian(take(1)));
      const rde::Position at{.line = static_cast<int64_t>(ParseBigEndian(take(8))),
                             .offset = static_cast<int64_t>(ParseBigEndian(take(8)))};
      const absl::string_view key = take(ParseBigEndian(take(4)));
      RETURN_IF_ERROR(Settle({type, family, std::string(key)}, row, at));
    }
    RETURN_IF_ERROR(ToStatus(rows->status()));
    rows.reset();
    return ToStatus(database_->db().DeleteRange(Unlogged(), database_->family(kAgainFamily),
                                                ToSlice(BigEndian(0, 8)),
                                                ToSlice(BigEndian(again_, 8))));
  }

  absl::Status Settle(const Place& place, absl::string_view value, const rde::Position& at) {
    std::string earlier;
    const rocksdb::Status found = database_->db().Get(
        rocksdb::ReadOptions(), database_->family(place.family), ToSlice(place.key), &earlier);
    if (!found.ok() && !found.IsNotFound()) return ToStatus(found);
    if (found.ok()) {
      ++summary_.duplicates;
      if (summary_.first_duplicates.size() < kDuplicatesKept) {
        summary_.first_duplicates.push_back({place.type, place.key, at});
      }
    } else {
      ++CountOf(summary_.stored, place.type);
    }
    if (place.type == ObjectType::kHost) RETURN_IF_ERROR(MoveHostName(earlier, value));
    // Others may name what the earlier version named, so only all of them together can tell.
    references_changed_ |= place.type == ObjectType::kDomain || place.type == ObjectType::kNndn;
    return PutRow(place.family, place.key, value);
  }

  // `earlier` is empty if there was none.
  absl::Status MoveHostName(absl::string_view earlier, absl::string_view later) {
    registry::v1::Host host;
    if (!earlier.empty()) {
      if (!host.ParseFromArray(earlier.data(), static_cast<int>(earlier.size()))) {
        return absl::DataLossError("registry store: a host does not parse");
      }
      RETURN_IF_ERROR(
          ToStatus(database_->db().Delete(Unlogged(), database_->family(kHostByNameFamily),
                                          ToSlice(HostByNameKey(host.name(), host.roid())))));
    }
    if (!host.ParseFromArray(later.data(), static_cast<int>(later.size()))) {
      return absl::DataLossError("registry store: a host does not parse");
    }
    return PutRow(kHostByNameFamily, HostByNameKey(host.name(), host.roid()), "");
  }

  const std::unique_ptr<Database> database_;
  const LoaderOptions options_;
  RunWriter runs_;
  ReferenceIndex references_;
  bool references_changed_ = false;
  absl::flat_hash_set<size_t> seen_;  // fingerprints of keys; a collision costs a look-up, no more
  uint64_t again_ = 0;
  LoadSummary summary_;

  // Reused for every object.
  std::string value_;
  registry::v1::Deposit deposit_;
  registry::v1::Domain domain_;
  registry::v1::Host host_;
  registry::v1::Contact contact_;
  registry::v1::Registrar registrar_;
  registry::v1::IdnTableRef idn_table_;
  registry::v1::Nndn nndn_;
  registry::v1::EppParams epp_params_;
  registry::v1::Header header_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RegistryLoader>> RegistryLoader::Create(
    const LoaderOptions& options) {
  RETURN_IF_ERROR(base::MakeDirs(options.dir, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                   Database::Open(options.dir, Database::Mode::kCreate));
  return std::make_unique<Loader>(std::move(database), options);
}

}  // namespace tidemark::failover
