// Facts for tests of the plan: a small TLD whose old zone has other keys and servers.
#ifndef TIDEMARK_FAILOVER_CUTOVER_PLAN_TESTING_H_
#define TIDEMARK_FAILOVER_CUTOVER_PLAN_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "failover/cutover/plan.h"

namespace tidemark::failover {

inline constexpr char kOldDs[] = "1111 13 2 aaaa";
inline constexpr char kNewDs[] = "2222 13 2 bbbb";
inline const absl::Time kAt = absl::FromUnixSeconds(1'800'000'000);

using Texts = std::vector<std::string>;

inline CutoverFacts Facts() {
  CutoverFacts facts;
  facts.tld = "example";
  facts.new_zone.servers = {{"ns1.nic.example", {"192.0.2.1", "2001:db8::1"}}, {"ns.new.org", {}}};
  facts.new_zone.serial = 20;
  facts.new_zone.ns_ttl = absl::Hours(1);
  facts.new_zone.dnskey_ttl = absl::Hours(1);
  facts.new_zone.dnskeys = {"256 3 13 newzsk", "257 3 13 newksk"};
  facts.new_zone.ds = {kNewDs, "2222 13 4 cccc"};
  facts.signatures = {.lifetime = absl::Hours(14 * 24), .refresh = absl::Hours(2)};
  facts.parent.propagation = absl::ZeroDuration();
  facts.at = kAt;
  return facts;
}

inline ZoneFacts OldZone() {
  ZoneFacts zone;
  zone.servers = {{"ns1.nic.example", {"198.51.100.1", "2001:db8::1"}}, {"ns.old.org", {}}};
  zone.serial = 10;
  zone.ns_ttl = absl::Hours(72);
  zone.dnskey_ttl = absl::Hours(6);
  zone.dnskeys = {"256 3 13 oldzsk", "257 3 13 oldksk"};
  zone.ds = {kOldDs, "1111 13 4 dddd"};
  return zone;
}

inline CutoverPlan Plan(const CutoverFacts& facts) {
  absl::StatusOr<CutoverPlan> plan = MakePlan(facts);
  EXPECT_OK(plan.status());
  return plan.ok() ? *std::move(plan) : CutoverPlan{};
}

inline const PlanStep& StepOf(const CutoverPlan& plan, const std::string& id) {
  static const PlanStep none{};
  for (const PlanStep& step : plan.steps) {
    if (step.id == id) return step;
  }
  ADD_FAILURE() << "no step " << id;
  return none;
}

inline auto IsWindow(Seen seen, std::optional<absl::Duration> from,
                     std::optional<absl::Duration> until) {
  return ::testing::AllOf(::testing::Field(&PlanWindow::seen, seen),
                          ::testing::Field(&PlanWindow::from, from),
                          ::testing::Field(&PlanWindow::until, until));
}
inline auto IsSeen(Seen seen) { return ::testing::Field(&PlanWindow::seen, seen); }

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_PLAN_TESTING_H_
