// Which registrars a deposit has and which its objects name, and what becomes of each by a policy.
//
// What counts is known only after the last object: a registrar may come after all that it sponsors.
// Memory: kIdsMax ids; a deposit with more (hostile: IANA has accredited some 4,000) is rebuilt as
// it is, but not mapped. Threads: one.
#ifndef TIDEMARK_FAILOVER_REBUILD_REGISTRAR_CENSUS_H_
#define TIDEMARK_FAILOVER_REBUILD_REGISTRAR_CENSUS_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/rebuild/registrar_policy.h"
#include "failover/store/registry_store.h"
#include "rde/records.h"

namespace tidemark::failover {

class RegistrarCensus {
 public:
  static constexpr size_t kIdsMax = 100'000;
  // A legal id has 16 characters.
  static constexpr size_t kIdBytesMax = 255;

  void Add(const rde::Record& record);

  // Null if nothing changes. FAILED_PRECONDITION: the policy refuses unknown registrars, and there
  // are some, or the map makes one of another. RESOURCE_EXHAUSTED: more registrars than can be
  // mapped.
  absl::StatusOr<RegistrarMapping> Decide(const RegistrarPolicy& policy,
                                          RegistrarReport& report) const;

 private:
  struct Entry {
    bool is_known = false;  // the deposit has it
    std::string iana_id;
    RegistrarUses uses;
  };
  using Changes = absl::flat_hash_map<std::string, std::string>;

  template <typename R>
  void AddSponsored(const R& object, uint64_t RegistrarUses::*sponsored);
  Entry* EntryOf(const std::string& id);
  absl::Status CheckKnown(const RegistrarReport& report) const;
  absl::Status CheckGivenToKnown(const Changes& changes) const;
  // Registrars of the deposit, by what they are now.
  std::map<absl::string_view, size_t> CountRegistrars(const Changes& changes) const;
  // Ids that became one which no registrar is now, by that one.
  std::map<absl::string_view, size_t> GivenToNobody(const Changes& changes) const;
  void RemarkOnMap(const RegistrarPolicy& policy, RegistrarReport& report) const;
  void RemarkOnResult(const RegistrarPolicy& policy, const Changes& changes,
                      RegistrarReport& report) const;

  absl::flat_hash_map<std::string, Entry> registrars_;
  bool is_over_ = false;  // over one of the two limits
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_REGISTRAR_CENSUS_H_
