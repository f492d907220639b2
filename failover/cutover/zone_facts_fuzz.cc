// Whatever stands in an old zone or a file of DS: it ends, and what is taken from it is bounded and
// makes a plan that can be written.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "failover/cutover/plan.h"
#include "failover/cutover/zone_facts.h"
#include "failover/zone/dns_name.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::failover;
  static std::FILE* const file = std::tmpfile();
  CHECK(file != nullptr);
  std::rewind(file);
  CHECK(ftruncate(fileno(file), 0) == 0);
  CHECK(std::fwrite(data, 1, size, file) == size && std::fflush(file) == 0);
  const std::string path = absl::StrCat("/dev/fd/", fileno(file));
  const absl::StatusOr<ZoneFacts> facts =
      ReadZoneFacts(path, "example", absl::FromUnixSeconds(1'800'000'000));
  if (facts.ok()) {
    CHECK(facts->servers.size() <= 64 && facts->dnskeys.size() <= 64);
    for (const NameServer& server : facts->servers) {
      CHECK(CanonicalName(server.name) == server.name);
    }
    CutoverFacts cutover;
    cutover.tld = "example";
    cutover.new_zone.servers = {{"ns.example", {"192.0.2.1"}}};
    cutover.new_zone.ds = {"1 13 2 00"};
    cutover.old_zone = *facts;
    cutover.at = absl::FromUnixSeconds(1'800'000'000);
    const absl::StatusOr<CutoverPlan> plan = MakePlan(cutover);
    CHECK(plan.ok() && !PlanJson(cutover, *plan).empty() && !PlanMarkdown(cutover, *plan).empty());
  }
  const absl::StatusOr<ShownByParent> shown = ReadDsFile(path, "example");
  CHECK(!shown.ok() || shown->ds.size() <= 64);
  return 0;
}
