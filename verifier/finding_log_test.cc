#include "verifier/finding_log.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace tidemark::verifier {
namespace {

Subject At(absl::string_view name, int64_t offset) {
  return {"domain", name, rde::Position{1, offset}};
}

TEST(FindingLog, KeepsTheFirstOfACodeAndCountsAll) {
  FindingLog log;
  const int raised = static_cast<int>(base::kFindingsPerCodeMax) + 100;
  for (int i = 0; i < raised; ++i) log.Raise(Code::kStatusConflict, At("a", i), "n ", i);
  const std::vector<Finding> findings = log.Take();
  ASSERT_EQ(findings.size(), base::kFindingsPerCodeMax);
  for (size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(findings[i].at->offset, static_cast<int64_t>(i));
    EXPECT_EQ(findings[i].count, raised);
  }
}

TEST(FindingLog, OrdersBySeverityThenCodeThenPlace) {
  FindingLog log;
  log.Raise(Code::kStatusConflict, At("w", 1), "");
  log.Raise(Code::kDomainHasMissingNameserver, At("z", 9), "");
  log.Raise(Code::kDomainHasMissingNameserver, At("a", 3), "");
  log.Raise(Code::kDomainHasInvalidName, At("b", 7), "");
  log.Raise(Code::kSchemaValidationError, At("c", 8), "");
  std::string order;
  for (const Finding& finding : log.Take()) order += finding.object.back();
  EXPECT_EQ(order, "cbazw");
}

TEST(FindingLog, LateFindingsTakeTheirPlace) {
  FindingLog log;
  const auto max = static_cast<int64_t>(base::kFindingsPerCodeMax);
  for (int64_t i = 0; i < max; ++i) log.Raise(Code::kNndnInvalidName, At("a", 100 + i), "");
  Tally tally;
  for (int64_t i = 0; i < max; ++i) tally.Add(At("b", i), "");
  tally.Move(Code::kNndnInvalidName, log);
  const std::vector<Finding> findings = log.Take();
  ASSERT_EQ(findings.size(), base::kFindingsPerCodeMax);
  EXPECT_EQ(findings.back().object, "domain b");
  EXPECT_EQ(findings.back().count, 2 * max);
}

}  // namespace
}  // namespace tidemark::verifier
