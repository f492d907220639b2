// Retention from outside: a real tidemarkd that carries its policy out, and a depositor whose index
// speaks of frames that are gone.
#include <memory>
#include <string>

#include "base/status.h"
#include "base/testing.h"
#include "tests/integration/retention_fixture.h"

namespace tidemark::tests {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

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
