// Retention as people meet it: hold, retention plan, and what list, show and status say.
#include <string>
#include <vector>

#include "base/subprocess.h"
#include "base/testing.h"
#include "tests/integration/retention_fixture.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::testing::HasSubstr;

class RetentionVerbsTest : public RetentionTest {
 protected:
  base::RunResult Run(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", config_});
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    return result.ok() ? *result : base::RunResult{-1, "", ""};
  }
};

TEST_F(RetentionVerbsTest, PeopleSeeWhatWasDeletedAndHoldWhatIsNot) {
  Start(kEager);
  ASSERT_OK(custody_->Deposit(Deposit("A1", 0, 1)));
  const std::vector<std::string> place = {"hold",   "place",    "example/A1/0", "--case",
                                          "2026-7", "--reason", "court order"};
  const base::RunResult placed = Run(place);
  EXPECT_EQ(placed.exit_status, 0) << placed.err;
  EXPECT_THAT(placed.out, HasSubstr("is held for case 2026-7"));
  const base::RunResult twice = Run(place);
  EXPECT_EQ(twice.exit_status, 1);
  EXPECT_THAT(twice.err, HasSubstr("has a hold on"));
  EXPECT_EQ(Run({"hold", "lift", "example/A1/0", "--case", "other", "--reason", "x"}).exit_status,
            1);
  EXPECT_EQ(Run({"hold", "place", "example/NONE/0", "--case", "c", "--reason", "x"}).exit_status,
            1);
  ASSERT_OK(custody_->Deposit(Deposit("A1", 1, 2)));
  ASSERT_OK(custody_->Deposit(Deposit("B1", 0, 3)));
  ASSERT_OK(custody_->Deposit(Deposit("B1", 1, 4)));
  // What is not held goes; a round that deletes it has seen the hold, too.
  Await("A1", 1, [](const RetentionEntry& entry) { return entry.erased_size() > 0; });
  Await("B1", 0, [](const RetentionEntry& entry) { return entry.erased_size() > 0; });
  const base::RunResult plan = Run({"retention", "plan", "example"});
  EXPECT_EQ(plan.exit_status, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("and longer: hold 2026-7"));
  EXPECT_THAT(plan.out, HasSubstr("erased: primary"));
  const std::string json = Run({"retention", "plan", "--format", "json"}).out;
  EXPECT_THAT(json, HasSubstr("\"hold 2026-7\""));
  EXPECT_THAT(json, HasSubstr("\"is_due\": false"));
  EXPECT_THAT(json, HasSubstr("\"clock_objection\": null"));
  EXPECT_EQ(Run({"show", "example/A1/0"}).exit_status, 0);
  const base::RunResult shown = Run({"show", "example/B1/0"});
  EXPECT_EQ(shown.exit_status, 1);
  EXPECT_THAT(shown.err, HasSubstr("example/B1/0 is no longer there; tidemark log prove --entry "));
  EXPECT_THAT(shown.out, HasSubstr("shredded on 20"));
  EXPECT_THAT(shown.out, HasSubstr("because its time was over: retention.days = 0"));
  EXPECT_THAT(shown.out, HasSubstr("received at"));
  EXPECT_THAT(Run({"show", "example/B1/0", "--format", "json"}).out,
              HasSubstr("\"event\": \"deposit shredded\""));
  const base::RunResult verdict = Run({"verdict", "example/B1/0"});
  EXPECT_EQ(verdict.exit_status, 2);
  EXPECT_THAT(verdict.err,
              HasSubstr("there was no verdict on example/B1/0; it was shredded on 20"));
  EXPECT_THAT(Run({"list"}).out, HasSubstr("(superseded) (deleted)"));
  EXPECT_THAT(Run({"status", "--format", "json"}).out, HasSubstr("\"deleted\": 2"));
  EXPECT_EQ(Run({"hold", "place", "example/B1/0", "--case", "c", "--reason", "x"}).exit_status, 1);
  EXPECT_EQ(
      Run({"hold", "lift", "example/A1/0", "--case", "2026-7", "--reason", "closed"}).exit_status,
      0);
  Await("A1", 0, [](const RetentionEntry& entry) { return entry.shredded_log_index() != 0; });
  EXPECT_EQ(Run({"show", "example/A1/0"}).exit_status, 1);
  EXPECT_EQ(Run({"show", "example/B1/1"}).exit_status, 0);
}

}  // namespace
}  // namespace tidemark::tests
