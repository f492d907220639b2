#include "failover/store/registrar_mapping.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "failover/store/run_writer.h"
#include "failover/store/schema.h"
#include "proto/former_registrars.pb.h"
#include "proto/registry.pb.h"

namespace tidemark::failover {
namespace {

rocksdb::Slice ToSlice(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }

rocksdb::WriteOptions Unlogged() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

// True, and `former` has what it was, if `id` changes.
bool Move(const RegistrarMapping& mapping, std::string& id, std::string& former) {
  if (id.empty()) return false;
  const absl::string_view moved = mapping(id);
  if (moved == id) return false;
  former = std::exchange(id, std::string(moved));
  return true;
}

// Every registrar that a domain, host or contact names. A reference that is not there stays absent.
template <typename Message>
bool MoveAll(const RegistrarMapping& mapping, Message& object,
             registry::v1::FormerRegistrars& former) {
  bool moved = Move(mapping, *object.mutable_cl_id(), *former.mutable_cl_id());
  if (object.has_cr_rr()) {
    moved |= Move(mapping, *object.mutable_cr_rr()->mutable_id(), *former.mutable_cr_id());
  }
  if (object.has_up_rr()) {
    moved |= Move(mapping, *object.mutable_up_rr()->mutable_id(), *former.mutable_up_id());
  }
  if constexpr (requires { object.transfer(); }) {
    if (!object.has_transfer()) return moved;
    registry::v1::TransferData& transfer = *object.mutable_transfer();
    if (transfer.has_requested_by()) {
      moved |=
          Move(mapping, *transfer.mutable_requested_by()->mutable_id(), *former.mutable_re_id());
    }
    if (transfer.has_acting()) {
      moved |= Move(mapping, *transfer.mutable_acting()->mutable_id(), *former.mutable_ac_id());
    }
  }
  return moved;
}

class Pass {
 public:
  Pass(Database& database, const LoaderOptions& options, const RegistrarMapping& mapping)
      : database_(database),
        mapping_(mapping),
        runs_(database, options.dir, options.run_bytes_max) {}

  template <typename Message>
  absl::Status Objects(ObjectType type, Family family) {
    Message object;
    return ForEachRow(family, object, [&](absl::string_view key) -> absl::Status {
      registry::v1::FormerRegistrars former;
      if (!MoveAll(mapping_, object, former)) return absl::OkStatus();
      RETURN_IF_ERROR(runs_.Add(family, key, object.SerializeAsString()));
      return runs_.Add(kMetaFamily, FormerKey(static_cast<uint8_t>(type), key),
                       former.SerializeAsString());
    });
  }

  absl::StatusOr<uint64_t> Registrars() {
    std::map<std::string, registry::v1::Registrar> moved;  // by former id
    registry::v1::Registrar registrar;
    RETURN_IF_ERROR(
        ForEachRow(kRegistrarFamily, registrar, [&](absl::string_view key) -> absl::Status {
          if (mapping_(key) != key) moved.emplace(key, registrar);
          return absl::OkStatus();
        }));
    for (const auto& [id, record] : moved) {
      RETURN_IF_ERROR(ToStatus(
          database_.db().Delete(Unlogged(), database_.family(kRegistrarFamily), ToSlice(id))));
    }
    uint64_t merged = 0;
    for (auto& [id, record] : moved) {
      registry::v1::FormerRegistrars former;
      *former.mutable_registrar() = record;
      RETURN_IF_ERROR(runs_.Add(kMetaFamily,
                                FormerKey(static_cast<uint8_t>(ObjectType::kRegistrar), id),
                                former.SerializeAsString()));
      const std::string now(mapping_(id));
      ASSIGN_OR_RETURN(const bool is_taken, Has(now));
      if (is_taken) {
        ++merged;
        continue;
      }
      record.set_id(now);
      RETURN_IF_ERROR(
          ToStatus(database_.db().Put(Unlogged(), database_.family(kRegistrarFamily), ToSlice(now),
                                      ToSlice(record.SerializeAsString()))));
    }
    return merged;
  }

  absl::Status Finish() { return runs_.Finish(); }

 private:
  // Of the rows as they are now, whatever `visit` changes.
  template <typename Message, typename Visit>
  absl::Status ForEachRow(Family family, Message& message, const Visit& visit) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1 << 20;
    std::unique_ptr<rocksdb::Iterator> rows(
        database_.db().NewIterator(options, database_.family(family)));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      if (!message.ParseFromArray(rows->value().data(), static_cast<int>(rows->value().size()))) {
        return absl::DataLossError("registry store: a row that was just written does not parse");
      }
      RETURN_IF_ERROR(visit(absl::string_view(rows->key().data(), rows->key().size())));
    }
    return ToStatus(rows->status());
  }

  absl::StatusOr<bool> Has(const std::string& id) {
    std::string value;
    const rocksdb::Status found = database_.db().Get(
        rocksdb::ReadOptions(), database_.family(kRegistrarFamily), ToSlice(id), &value);
    if (found.IsNotFound()) return false;
    RETURN_IF_ERROR(ToStatus(found));
    return true;
  }

  Database& database_;
  const RegistrarMapping& mapping_;
  RunWriter runs_;
};

}  // namespace

absl::StatusOr<uint64_t> MapRegistrars(Database& database, const LoaderOptions& options,
                                       const RegistrarMapping& mapping) {
  Pass pass(database, options, mapping);
  RETURN_IF_ERROR(pass.Objects<registry::v1::Domain>(ObjectType::kDomain, kDomainFamily));
  RETURN_IF_ERROR(pass.Objects<registry::v1::Host>(ObjectType::kHost, kHostFamily));
  RETURN_IF_ERROR(pass.Objects<registry::v1::Contact>(ObjectType::kContact, kContactFamily));
  ASSIGN_OR_RETURN(const uint64_t merged, pass.Registrars());
  RETURN_IF_ERROR(pass.Finish());
  return merged;
}

}  // namespace tidemark::failover
