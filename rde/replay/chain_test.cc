#include "rde/replay/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::rde {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DepositInfo Deposit(const char* type, const std::string& id, int day, const std::string& prev = "",
                    uint16_t resend = 0) {
  DepositInfo info;
  info.type = type;
  info.id = id;
  info.prev_id = prev;
  info.resend = resend;
  info.watermark.time = absl::UnixEpoch() + absl::Hours(24) * day;
  info.watermark.text = "set";
  return info;
}

MATCHER_P2(FlawOf, kind, deposit, "") { return arg.kind == kind && arg.deposit == deposit; }
MATCHER_P3(FlawSaying, kind, deposit, text, "") {
  *result_listener << arg.detail;
  return arg.kind == kind && arg.deposit == static_cast<size_t>(deposit) &&
         arg.detail.find(text) != std::string::npos;
}

TEST(Chain, AFullNeedsNothing) {
  const ChainPlan plan = PlanChain({}, Deposit("FULL", "1", 1));
  EXPECT_THAT(plan.order, ElementsAre(0));
  EXPECT_THAT(plan.flaws, IsEmpty());
}

TEST(Chain, AFullsPrevIdMeansNothing) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "2", 2, "1")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "3", 3, "2"));
  EXPECT_THAT(plan.order, ElementsAre(0, 1));
  EXPECT_THAT(plan.flaws, IsEmpty());
}

TEST(Chain, OrderOfTheFilesDoesNotMatter) {
  const std::vector<DepositInfo> bases = {Deposit("DIFF", "3", 3, "2"), Deposit("FULL", "1", 1),
                                          Deposit("DIFF", "2", 2, "1")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "4", 4, "3"));
  EXPECT_THAT(plan.order, ElementsAre(1, 2, 0, 3));
  EXPECT_THAT(plan.flaws, IsEmpty());
}

TEST(Chain, EqualWatermarksAreInOrder) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1)};
  EXPECT_THAT(PlanChain(bases, Deposit("DIFF", "2", 1, "1")).flaws, IsEmpty());
}

TEST(Chain, AnEarlierWatermarkIsNamed) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 2)};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 1, "1"));
  EXPECT_THAT(plan.order, ElementsAre(0, 1));
  EXPECT_THAT(plan.flaws, ElementsAre(FlawSaying(ChainFlawKind::kWatermarkBackward, 1,
                                                 "DIFF 2 has watermark 1970-01-02T00:00:00Z, FULL "
                                                 "1 before it 1970-01-03T00:00:00Z")));
}

TEST(Chain, AMissingPredecessorIsNamedWithWhatCame) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("DIFF", "3", 3, "2")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "4", 4, "3"));
  EXPECT_THAT(plan.order, IsEmpty());
  EXPECT_THAT(plan.flaws, ElementsAre(FlawSaying(
                              ChainFlawKind::kBroken, 0 + 1,
                              "DIFF 3 names 2 as its predecessor; there are FULL 1, DIFF 3")));
}

TEST(Chain, ADiffAloneIsBroken) {
  EXPECT_THAT(PlanChain({}, Deposit("DIFF", "4", 4, "3")).flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kBroken, 0, "no base is there")));
  EXPECT_THAT(PlanChain({}, Deposit("DIFF", "4", 4)).flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kBroken, 0, "names (none)")));
}

TEST(Chain, ARingIsBroken) {
  const std::vector<DepositInfo> bases = {Deposit("DIFF", "1", 1, "2"),
                                          Deposit("DIFF", "2", 1, "1")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "3", 1, "2"));
  EXPECT_THAT(plan.order, IsEmpty());
  EXPECT_THAT(plan.flaws, ElementsAre(FlawSaying(ChainFlawKind::kBroken, 0, "comes after it")));
}

TEST(Chain, AnotherKindHasNoPlace) {
  const std::vector<DepositInfo> bases = {Deposit("THIN", "1", 1)};
  EXPECT_THAT(PlanChain(bases, Deposit("DIFF", "2", 2, "1")).flaws,
              ElementsAre(FlawOf(ChainFlawKind::kBroken, 0u)));
}

TEST(Chain, AnIncrNeedsItsFullAlone) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("DIFF", "2", 2, "1"),
                                          Deposit("INCR", "3", 3, "1")};
  // Over what came between, or at once.
  for (const char* prev : {"3", "2", "1", ""}) {
    const ChainPlan plan = PlanChain(bases, Deposit("INCR", "4", 4, prev));
    EXPECT_THAT(plan.order, ElementsAre(0, 3)) << prev;
    EXPECT_THAT(plan.flaws,
                ElementsAre(FlawOf(ChainFlawKind::kUnused, 1u), FlawOf(ChainFlawKind::kUnused, 2u)))
        << prev;
  }
}

TEST(Chain, ADiffAfterAnIncrNeedsBoth) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("DIFF", "2", 2, "1"),
                                          Deposit("INCR", "3", 3, "2")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "4", 4, "3"));
  EXPECT_THAT(plan.order, ElementsAre(0, 2, 3));
}

TEST(Chain, AnIncrWithoutPrevIdTakesTheNewestFullNotLater) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "5", 5), Deposit("FULL", "1", 1),
                                          Deposit("FULL", "3", 3)};
  const ChainPlan plan = PlanChain(bases, Deposit("INCR", "4", 4));
  EXPECT_THAT(plan.order, ElementsAre(2, 3));
  const std::vector<DepositInfo> later = {bases[0]};
  EXPECT_THAT(PlanChain(later, Deposit("INCR", "4", 4)).flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kBroken, 1, "needs a FULL")));
}

TEST(Chain, TheHighestResendCounts) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1, "", 2),
                                          Deposit("FULL", "1", 1, "", 10), Deposit("FULL", "1", 1)};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 2, "1"));
  EXPECT_THAT(plan.order, ElementsAre(1, 3));
  EXPECT_THAT(plan.flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kUnused, 0, "FULL 1 resend 2 is not needed"),
                          FlawOf(ChainFlawKind::kUnused, 2u)));
}

TEST(Chain, AResendOfTheLastIsJudgedOnTheSameBase) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("DIFF", "2", 2, "1")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 2, "1", 1));
  EXPECT_THAT(plan.order, ElementsAre(0, 2));
  EXPECT_THAT(plan.flaws, ElementsAre(FlawOf(ChainFlawKind::kUnused, 1u)));
}

TEST(Chain, OneIdentityTwiceIsAnError) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("FULL", "1", 1),
                                          Deposit("DIFF", "2", 2, "1")};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 2, "1"));
  EXPECT_THAT(plan.order, ElementsAre(0, 3));
  EXPECT_THAT(plan.flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kRepeated, 1, "FULL 1 is given twice"),
                          FlawSaying(ChainFlawKind::kRepeated, 2,
                                     "DIFF 2 is given twice, which is the last one")));
}

// A registry that numbers its kinds by themselves.
TEST(Chain, AFullAndADiffOfOneIdAreNotOneDepositTwice) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "1", 1), Deposit("FULL", "2", 2)};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 2, "1"));
  EXPECT_THAT(plan.order, ElementsAre(0, 2));
  EXPECT_THAT(plan.flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kRepeated, 1,
                                     "FULL 2 has the id and resend of DIFF 2, which is the last "
                                     "one")));
}

TEST(Chain, LengthIsBounded) {
  std::vector<DepositInfo> bases = {Deposit("FULL", "0", 0)};
  for (size_t i = 1; i <= base::kChainDepositsMax; ++i) {
    bases.push_back(Deposit("DIFF", absl::StrCat(i), static_cast<int>(i), absl::StrCat(i - 1)));
  }
  const DepositInfo last = bases.back();
  bases.pop_back();
  EXPECT_THAT(PlanChain(bases, last).flaws,
              ElementsAre(FlawSaying(ChainFlawKind::kBroken, 0, "more than 400 deposits")));
  EXPECT_THAT(PlanChain(absl::MakeSpan(bases).first(399), bases[399]).order,
              ::testing::SizeIs(base::kChainDepositsMax));
}

TEST(Chain, ForeignTextIsEscapedAndCut) {
  const std::vector<DepositInfo> bases = {Deposit("FULL", "\x1b[31m" + std::string(500, 'x'), 1)};
  const ChainPlan plan = PlanChain(bases, Deposit("DIFF", "2", 2, "no\nsuch"));
  ASSERT_EQ(plan.flaws.size(), 1u);
  EXPECT_THAT(plan.flaws[0].detail, HasSubstr("no\\nsuch"));
  EXPECT_THAT(plan.flaws[0].detail, HasSubstr("\\x1b"));
  EXPECT_LT(plan.flaws[0].detail.size(), 200u);
}

}  // namespace
}  // namespace tidemark::rde
