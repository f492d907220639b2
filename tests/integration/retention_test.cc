// Retention from outside: a real tidemarkd that carries its policy out, a depositor whose index
// speaks of frames that are gone, and the verbs of people.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tests/integration/custody_fixture.h"
#include "tests/support/escrow.h"
#include "vault/remote/remote_retention.h"

namespace tidemark::tests {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;
using tidemark::v1::RetentionEntry;

// What is superseded or older than the newest FULL goes at once.
constexpr absl::string_view kEager =
    "\n[retention]\ndays = 0\nallow_shorter = true\ntrust_clock = true\nevery = \"1s\"\n";

std::string Deposit(const std::string& id, int resend, uint64_t seed) {
  return MakeDeposit(
      {.id = id, .resend = resend, .objects = 120, .filler_bytes = 40'000, .seed = seed});
}

class RetentionTest : public ::testing::Test {
 protected:
  void Start(absl::string_view server_config) {
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start(server_config));
    ASSERT_OK_AND_ASSIGN(const std::string path,
                         custody_->Enrol(vault::Role::kOperator, "example", "operator"));
    ASSERT_OK_AND_ASSIGN(const vault::AgentConnection agent, custody_->Connection(path));
    ASSERT_OK_AND_ASSIGN(remote_, vault::RemoteVault::Connect(agent));
    ASSERT_OK_AND_ASSIGN(retention_, vault::RemoteRetention::Connect(agent));
    // For verbs: the same with the address that the server really has.
    ASSERT_OK_AND_ASSIGN(const base::Config config, base::Config::Load(path));
    ASSERT_OK_AND_ASSIGN(const std::string placeholder, config.RequiredString("agent.address"));
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(path));
    config_ = path;
    ASSERT_OK(base::WriteFile(path, absl::StrReplaceAll(text, {{placeholder, custody_->address()}}),
                              base::FileMode::kPrivate));
  }

  // The plan's entry once `is_it` holds of it, or as it is when waiting is over.
  RetentionEntry Await(const std::string& id, uint32_t resend,
                       const std::function<bool(const RetentionEntry&)>& is_it) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (true) {
      const auto plan = retention_->Plan("example");
      EXPECT_OK(plan);
      if (!plan.ok()) return {};
      for (const RetentionEntry& entry : *plan) {
        if (entry.identity().id() != id || entry.identity().resend() != resend) continue;
        if (is_it(entry) || absl::Now() > deadline) return entry;
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
  }

  base::RunResult Run(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", config_});
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    return result.ok() ? *result : base::RunResult{-1, "", ""};
  }

  std::unique_ptr<Custody> custody_;
  std::unique_ptr<vault::RemoteVault> remote_;
  std::unique_ptr<vault::RemoteRetention> retention_;
  std::string config_;
};

vault::DepositId Id(const std::string& text) {
  const auto id = vault::DepositId::Parse(text);
  CHECK(id.ok());
  return *id;
}

TEST_F(RetentionTest, DepositThatReliesOnRemovedFramesIsSentInFull) {
  Start(kEager);
  ASSERT_OK(custody_->Deposit(Deposit("A1", 0, 1)));
  ASSERT_OK(custody_->Deposit(Deposit("A1", 1, 2)));
  const RetentionEntry gone =
      Await("A1", 0, [](const RetentionEntry& entry) { return entry.erased_size() > 0; });
  ASSERT_EQ(gone.erased_size(), 1);
  EXPECT_EQ(gone.erased(0), "primary");
  EXPECT_THAT(custody_->Open(Id("example/A1/0")),
              StatusIs(StatusCode::kNotFound, HasSubstr("deleted by the retention policy")));
  EXPECT_EQ(*custody_->Open(Id("example/A1/1")), Deposit("A1", 1, 2));
  // The index still knows the objects of the first file, and where they were.
  const std::string again = Deposit("A2", 0, 1);
  ASSERT_OK_AND_ASSIGN(const auto result, custody_->Deposit(again));
  EXPECT_EQ(result.stats.attempts, 2);
  EXPECT_EQ(*custody_->Open(Id("example/A2/0")), again);
  // And then it relies on what is there.
  ASSERT_OK_AND_ASSIGN(const auto next, custody_->Deposit(Deposit("A3", 0, 1)));
  EXPECT_EQ(next.stats.attempts, 1);
  EXPECT_EQ(*custody_->Open(Id("example/A3/0")), Deposit("A3", 0, 1));
}

TEST_F(RetentionTest, PeopleSeeWhatWasDeletedAndHoldWhatIsNot) {
  Start(kEager);
  ASSERT_OK(custody_->Deposit(Deposit("A1", 0, 1)));
  const std::vector<std::string> place = {"hold",   "place",        "example/A1/0", "--case",
                                          "2026-7", "--reason",     "court order"};
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
  EXPECT_THAT(Run({"retention", "plan", "--format", "json"}).out,
              HasSubstr("\"hold 2026-7\""));
  EXPECT_EQ(Run({"show", "example/A1/0"}).exit_status, 0);
  const base::RunResult shown = Run({"show", "example/B1/0"});
  EXPECT_EQ(shown.exit_status, 1);
  EXPECT_THAT(shown.err, HasSubstr("example/B1/0 was deleted by the retention policy at 20"));
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

TEST_F(RetentionTest, OnlyOperatorsAndAuditorsOfTheTldMayHoldAndAsk) {
  Start("");
  ASSERT_OK(custody_->Deposit(Deposit("A1", 0, 1)));
  tidemark::v1::HoldRequest request;
  request.mutable_identity()->set_tld("example");
  request.mutable_identity()->set_id("A1");
  request.set_case_id("c");
  request.set_reason("r");
  const auto as = [&](vault::Role role, const std::string& tld,
                      const std::string& name) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string path, custody_->Enrol(role, tld, name));
    ASSIGN_OR_RETURN(const auto agent, custody_->Connection(path));
    ASSIGN_OR_RETURN(const auto peer, vault::RemoteRetention::Connect(agent));
    RETURN_IF_ERROR(peer->Plan("example").status());
    RETURN_IF_ERROR(peer->PlaceHold(request).status());
    return peer->LiftHold(request).status();
  };
  EXPECT_OK(as(vault::Role::kAuditor, "example", "auditor"));
  EXPECT_THAT(as(vault::Role::kAuditor, "other", "stranger"),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(as(vault::Role::kSuccessor, "example", "successor"),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(as(vault::Role::kDepositor, "example", "second"),
              StatusIs(StatusCode::kPermissionDenied));
}

TEST_F(RetentionTest, LessThanAYearHasToBeMeant) {
  EXPECT_THAT(Custody::Start("\n[retention]\ndays = 364\n"),
              StatusIs(StatusCode::kInternal, HasSubstr("retention.allow_shorter")));
}

}  // namespace
}  // namespace tidemark::tests
