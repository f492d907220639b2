#include "verifier/service/label.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using tidemark::v1::DepositSummary;
using tidemark::v1::VERDICT_OUTCOME_FAIL;
using tidemark::v1::VERDICT_OUTCOME_PASS;
using tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED;

DepositSummary Summary(const std::string& id, uint32_t resend, tidemark::v1::VerdictOutcome verdict,
                       uint64_t shredded = 0) {
  DepositSummary summary;
  summary.mutable_identity()->set_tld("example");
  summary.mutable_identity()->set_id(id);
  summary.mutable_identity()->set_resend(resend);
  summary.set_latest_verdict(verdict);
  summary.set_shredded_log_index(shredded);
  return summary;
}

std::vector<std::string> Usable(const std::vector<DepositSummary>& deposits) {
  std::vector<std::string> names;
  for (const DepositSummary& deposit : UsableAsBases(deposits)) {
    names.push_back(absl::StrCat(deposit.identity().id(), "/", deposit.identity().resend()));
  }
  return names;
}

TEST(UsableAsBases, WhatPassedGivesWayOnlyToAResendThatPassed) {
  EXPECT_THAT(Usable({Summary("A", 0, VERDICT_OUTCOME_PASS),
                      Summary("A", 1, VERDICT_OUTCOME_FAIL),
                      Summary("A", 2, VERDICT_OUTCOME_UNSPECIFIED),
                      Summary("B", 0, VERDICT_OUTCOME_PASS),
                      Summary("B", 1, VERDICT_OUTCOME_PASS)}),
              ElementsAre("A/0", "B/0", "B/1"));
  // Without one that passed the highest is as good as any.
  EXPECT_THAT(Usable({Summary("A", 0, VERDICT_OUTCOME_FAIL),
                      Summary("A", 1, VERDICT_OUTCOME_UNSPECIFIED)}),
              ElementsAre("A/0", "A/1"));
}

TEST(UsableAsBases, WhatPolicyDeletedHelpsNobody) {
  EXPECT_THAT(Usable({Summary("A", 0, VERDICT_OUTCOME_PASS, 7),
                      Summary("A", 1, VERDICT_OUTCOME_FAIL)}),
              ElementsAre("A/1"));
}

}  // namespace
}  // namespace tidemark::verifier
