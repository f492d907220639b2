// A deposit, rebuilt and served by the programs themselves, on loopback and free ports; and the
// deposit as a witness of what must be served.
#ifndef TIDEMARK_TESTS_SUPPORT_SERVED_REGISTRY_H_
#define TIDEMARK_TESTS_SUPPORT_SERVED_REGISTRY_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "base/subprocess.h"
#include "failover/probe/deposit_witness.h"

namespace tidemark::tests {

struct ServedRegistryOptions {
  std::string dir = "";      // which exists
  std::string deposit = "";  // path, as `tidemark rebuild` takes it
  std::string config = "";   // path, for both verbs; "": none
};

class ServedRegistry {
 public:
  // Every part answers. FAILED_PRECONDITION: the deposit did not come back whole.
  static absl::StatusOr<std::unique_ptr<ServedRegistry>> Start(
      const ServedRegistryOptions& options);

  std::string tld() const { return ready_["tld"]; }
  int dns_port() const { return ready_["port"]; }
  std::string trust_anchor_path() const { return ready_["trust_anchor"]; }
  std::string zone_path() const;
  // Whoever has it may transfer the zone.
  static constexpr char kTransferKeyName[] = "tests";
  static std::string TransferSecret();
  // What the ready file says.
  const nlohmann::json& ready() const { return ready_; }

  // The zone as knotd has signed it, in a master file.
  absl::StatusOr<std::string> FlushSignedZone() const;

 private:
  explicit ServedRegistry(const ServedRegistryOptions& options);

  const ServedRegistryOptions options_;
  std::unique_ptr<base::Subprocess> serve_;
  nlohmann::json ready_;
};

// Reads the deposit at `path` anew each time it is called.
failover::ReadWitnessed WitnessedFile(const std::string& path);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_SERVED_REGISTRY_H_
