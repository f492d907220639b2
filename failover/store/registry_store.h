// A rebuilt registry: every object of a deposit, found again by its key, on RocksDB.
//
// A RegistryLoader fills a new store in bulk from records in any order; RegistryStore reads a
// finished one. Keys are those by which RFC 9022 deletes and replaces objects: domains and NNDNs by
// name in lower case, hosts by ROID (two live hosts may share a name, so names have an index),
// contacts, registrars and IDN tables by id. A key that appears again in one deposit breaks
// RFC 8909 section 5.2: the last one is kept and the earlier one is reported, never merged.
//
// What it is not: a judge (references may lead nowhere, values are as the deposit had them), nor
// yet a registry that changes; that comes with its own transactions.
//
// What domains refer to has an index that only says that it is referred to, because `linked` is a
// fact about the registry, not one that a deposit may claim; of an object that came twice the last
// version counts there, too.
//
// Memory while loading: `run_bytes_max` a kind of object and for the index while a run is filled,
// as much again while one is written, and about 16 bytes an object. Threads: a loader belongs to
// one thread (it has a writer thread of its own); a store is safe for concurrent reads. A store
// holds personal data: its directory is 0700. Errors: RESOURCE_EXHAUSTED disk full; DATA_LOSS
// stored bytes do not parse.
#ifndef TIDEMARK_FAILOVER_STORE_REGISTRY_STORE_H_
#define TIDEMARK_FAILOVER_STORE_REGISTRY_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::failover {

enum class ObjectType {
  kDomain,
  kHost,
  kContact,
  kRegistrar,
  kIdnTable,
  kNndn,
  kEppParams,
  kPolicy,
  kHeader,
};
inline constexpr size_t kObjectTypes = 9;

// "domain", "host", ... as findings and reports write them, and the namespace in header counts.
absl::string_view ObjectTypeName(ObjectType type);
absl::string_view ObjectTypeUri(ObjectType type);

using ObjectCounts = std::array<uint64_t, kObjectTypes>;
inline uint64_t& CountOf(ObjectCounts& counts, ObjectType type) {
  return counts[static_cast<size_t>(type)];
}
inline uint64_t CountOf(const ObjectCounts& counts, ObjectType type) {
  return counts[static_cast<size_t>(type)];
}

// Keys longer than this are refused; the longest legal one is a name of 255 characters.
inline constexpr size_t kStoreKeyBytesMax = 1024;

struct LoaderOptions {
  std::string dir;  // must not exist
  // Bytes of one kind of object that are sorted in memory before they are written.
  size_t run_bytes_max = 32 << 20;
};

// An object whose key appeared again; what the key names is in the store once, as it came last.
struct Duplicate {
  ObjectType type;
  std::string key;
  rde::Position at;  // of the later one
};

// What the id of a registrar becomes; the same for whoever keeps it. The result may point into the
// argument.
using RegistrarMapping = std::function<absl::string_view(absl::string_view id)>;

struct LoadSummary {
  ObjectCounts stored{};           // before registrars were mapped
  uint64_t registrars_merged = 0;  // that went into another one
  uint64_t duplicates = 0;
  std::vector<Duplicate> first_duplicates;  // at most 100
};

class RegistryLoader {
 public:
  static absl::StatusOr<std::unique_ptr<RegistryLoader>> Create(const LoaderOptions& options);
  // Destroying an unfinished loader leaves a directory that RegistryStore::Open refuses.
  virtual ~RegistryLoader() = default;

  // INVALID_ARGUMENT: this object cannot be stored (no key, a key over the limit, or no object of
  // a registry: Delete and UnknownObject); the loader goes on. Any other error is final.
  virtual absl::Status Put(const rde::Record& record, const rde::Position& at) = 0;
  virtual absl::Status PutDeposit(const rde::DepositInfo& info) = 0;
  // Durable and complete, or an error. Nothing may be called after it. With a `mapping`, registrars
  // have their new ids, in themselves and wherever an object names one, and the former ones are
  // kept beside: one more pass through all objects that name registrars.
  virtual absl::StatusOr<LoadSummary> Finish(const RegistrarMapping& mapping) = 0;
  absl::StatusOr<LoadSummary> Finish() { return Finish(nullptr); }
};

// Who stood in an object before registrars were mapped; "" where that did not change.
struct FormerRegistrars {
  ObjectType type = ObjectType::kDomain;  // or host, contact, registrar
  std::string key;                        // of the object; a registrar's former id
  std::string cl_id;
  std::string cr_id;
  std::string up_id;
  std::string re_id;
  std::string ac_id;
  std::optional<rde::Registrar> registrar;  // as it was, of a registrar
};

struct Variant {
  std::string name;        // in lower case
  bool is_domain = false;  // otherwise an NNDN
  bool operator==(const Variant&) const = default;
};

// What one question about hosts of a name may cost.
struct HostsMax {
  size_t hosts = 0;
  size_t bytes = 0;  // of their rows; the first is read whatever it has
};

struct FoundHosts {
  std::vector<rde::Host> hosts;  // in order of ROID
  size_t bytes = 0;              // of their rows
  bool more = false;             // there are others, that HostsMax left out
};

struct ReaderOptions {
  // Blocks of tables that stay in memory, uncompressed. Indexes and filters come on top: about 2
  // bytes a row. 100,000 domains with contacts and hosts have some 100 MB of blocks.
  size_t cache_bytes = 256 << 20;
};

class RegistryStore {
 public:
  // Read only; any number of processes at once. NOT_FOUND: nothing there. FAILED_PRECONDITION:
  // loading was never finished, or a format that this program does not know.
  static absl::StatusOr<std::unique_ptr<RegistryStore>> Open(const std::string& dir,
                                                             const ReaderOptions& options = {});
  virtual ~RegistryStore() = default;

  virtual const ObjectCounts& counts() const = 0;

  // NOT_FOUND if there is none. Names in any case.
  virtual absl::StatusOr<rde::DepositInfo> Deposit() const = 0;
  virtual absl::StatusOr<rde::Header> Header() const = 0;
  virtual absl::StatusOr<rde::EppParams> EppParams() const = 0;
  virtual absl::StatusOr<rde::Domain> FindDomain(absl::string_view name) const = 0;
  virtual absl::StatusOr<rde::Host> FindHost(absl::string_view roid) const = 0;
  virtual absl::StatusOr<rde::Contact> FindContact(absl::string_view id) const = 0;
  virtual absl::StatusOr<rde::Registrar> FindRegistrar(absl::string_view id) const = 0;
  virtual absl::StatusOr<rde::IdnTableRef> FindIdnTable(absl::string_view id) const = 0;
  virtual absl::StatusOr<rde::Nndn> FindNndn(absl::string_view name) const = 0;
  // Every live host of that name, in order of ROID; empty if there is none. How many, the deposit
  // says: for whoever rebuilds, not for strangers' questions.
  virtual absl::StatusOr<std::vector<rde::Host>> FindHostsByName(absl::string_view name) const = 0;
  // The first of them, within `max`.
  virtual absl::StatusOr<FoundHosts> FindFirstHostsByName(absl::string_view name,
                                                          const HostsMax& max) const = 0;

  // Whether some domain names it: a host as an object, by its name; a contact as registrant or
  // contact. Both may be asked of what is not in the registry.
  virtual absl::StatusOr<bool> IsHostReferredTo(absl::string_view name) const = 0;
  virtual absl::StatusOr<bool> IsContactReferredTo(absl::string_view id) const = 0;
  // Domains and NNDNs that have `name` as their original, in order of their names; the first
  // `variants_max` of them.
  virtual absl::StatusOr<std::vector<Variant>> FindVariantsOf(absl::string_view name,
                                                              size_t variants_max) const = 0;

  // In order of keys, from a snapshot. `visit` returning an error ends the walk and is returned.
  virtual absl::Status ForEachDomain(
      const std::function<absl::Status(const rde::Domain&)>& visit) const = 0;
  virtual absl::Status ForEachHost(
      const std::function<absl::Status(const rde::Host&)>& visit) const = 0;
  virtual absl::Status ForEachContact(
      const std::function<absl::Status(const rde::Contact&)>& visit) const = 0;
  virtual absl::Status ForEachRegistrar(
      const std::function<absl::Status(const rde::Registrar&)>& visit) const = 0;
  virtual absl::Status ForEachIdnTable(
      const std::function<absl::Status(const rde::IdnTableRef&)>& visit) const = 0;
  virtual absl::Status ForEachNndn(
      const std::function<absl::Status(const rde::Nndn&)>& visit) const = 0;
  virtual absl::Status ForEachPolicy(
      const std::function<absl::Status(const rde::Policy&)>& visit) const = 0;
  // Of every object that the mapping of registrars changed, by type and key.
  virtual absl::Status ForEachFormerRegistrars(
      const std::function<absl::Status(const FormerRegistrars&)>& visit) const = 0;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_REGISTRY_STORE_H_
