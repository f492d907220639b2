// The scene of a demo: what a nightly drill does not have, a registry and an escrow agent of its
// own, and what can be done to them in an exercise.
#ifndef TIDEMARK_FAILOVER_DRILL_DEMO_H_
#define TIDEMARK_FAILOVER_DRILL_DEMO_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "failover/drill/drill.h"
#include "failover/drill/scene.h"

namespace tidemark::failover {

struct DemoScene : Scene {
  explicit DemoScene(const DemoOptions& the_options)
      : Scene(the_options.hooks), options(the_options) {}

  base::Subprocess& server() const { return *others[0]; }
  base::Subprocess& verifier() const { return *others[1]; }

  const DemoOptions& options;
  struct Made {
    std::string path;
    std::string id;  // tld/id/resend
  };
  std::vector<Made> deposits;
};

// ---- Its escrow agent: demo_agent.cc -------------------------------------------------------
// Founds it, enrols who plays, and starts its daemons.
absl::Status Enrol(DemoScene& scene);
// Starts tidemarkd on its directory and waits until it takes calls.
absl::Status StartAgent(DemoScene& scene);
// The registry deposits all that it has made; the receipts are verified.
absl::Status Deposit(DemoScene& scene);
// Waits for the verdicts, and checks that they are genuine.
absl::Status Verify(DemoScene& scene);

// ---- What goes wrong: faults.cc ------------------------------------------------------------
// Takes the first registrar out of a deposit, and out of its header's count.
absl::Status RemoveARegistrar(const std::string& deposit_path);
// One bit of the largest of the vault's tables, where by fsck's word it takes one frame away.
absl::Status DamageCustody(DemoScene& scene);
// The zone is served again without the keys that signed it.
absl::Status LoseSigningKey(DemoScene& scene);

// The codes of a verdict's text, for a reason.
std::string FindingsIn(absl::string_view verdict_text);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_DEMO_H_
