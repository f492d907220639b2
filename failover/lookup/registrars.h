// The registrars of a deposit, in memory: by the registry's id, by handle and by name.
//
// Kept of each is what is told of it, cut to limits.h. Threads: a value that does not change.
#ifndef TIDEMARK_FAILOVER_LOOKUP_REGISTRARS_H_
#define TIDEMARK_FAILOVER_LOOKUP_REGISTRARS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/rdds_config.h"
#include "failover/store/registry_store.h"
#include "rde/records.h"

namespace tidemark::failover {

struct RegistrarFacts {
  std::string handle;  // the IANA id; without one, what the registry calls it
  bool has_iana_id = false;
  // A question for the handle finds it: it is in the deposit, and no other one has its handle.
  bool can_be_asked_for = false;
  // As the deposit has it. Of a registrar that the deposit does not have: its id, also as its name.
  rde::Registrar record;
  RegistrarAddition addition;
  LeftOut left_out;
};

class RegistrarDirectory {
 public:
  // RESOURCE_EXHAUSTED: more than kRegistrarsMax.
  static absl::StatusOr<RegistrarDirectory> Load(const RegistryStore& store,
                                                 const RddsConfig& config);

  // Whoever an object names as its sponsor, in the deposit or not.
  std::shared_ptr<const RegistrarFacts> SponsorOf(absl::string_view id) const;
  // nullptr if there is none.
  std::shared_ptr<const RegistrarFacts> Find(absl::string_view handle) const;
  std::shared_ptr<const RegistrarFacts> FindByName(absl::string_view name) const;

 private:
  using Facts = std::shared_ptr<RegistrarFacts>;

  void Add(const rde::Registrar& registrar, const RddsConfig& config);

  absl::flat_hash_map<std::string, Facts> by_id_;
  absl::flat_hash_map<std::string, Facts> by_handle_;
  absl::flat_hash_map<std::string, Facts> by_name_;  // lower case
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_REGISTRARS_H_
