// A primary that was set back, and one that signs two pasts: when the copy stops, and what lets it
// go on.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "vault/replica/replica_testing.h"
#include "vault/replica/resolve.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

class SetBackTest : public ::testing::Test {
 protected:
  // The primary's directory as it is now, put aside.
  std::string KeepPrimary(const std::string& name) {
    copies_.ClosePrimary();
    const std::string kept = copies_.primary_dir() + name;
    std::filesystem::copy(copies_.primary_dir(), kept, std::filesystem::copy_options::recursive);
    copies_.OpenPrimary();
    return kept;
  }
  void PutBack(const std::string& kept) {
    copies_.ClosePrimary();
    std::filesystem::remove_all(copies_.primary_dir());
    std::filesystem::copy(kept, copies_.primary_dir(), std::filesystem::copy_options::recursive);
    copies_.OpenPrimary();
  }
  tidemark::v1::ReplicaState State() {
    const auto state = copies_.replica().replication().State();
    EXPECT_OK(state);
    return state.ok() ? *state : tidemark::v1::ReplicaState();
  }

  TwoCopies copies_;
};

TEST_F(SetBackTest, AnOlderHeadOfTheSameLogAccusesNobody) {
  copies_.Deposit("example/A1/0");
  const auto older = *copies_.primary().TreeHead();
  copies_.Deposit("example/A2/0");
  ASSERT_OK(copies_.Copy());
  // A slow copier beside another one.
  EXPECT_THAT(copies_.replica().replication().Apply(older).status(),
              StatusIs(StatusCode::kUnavailable, HasSubstr("older than what this copy has")));
  EXPECT_FALSE(State().has_contradicting_head());
  EXPECT_EQ(State().stopped(), "");
  copies_.Deposit("example/A3/0");
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(*copies_.replica().List(""), SizeIs(3));
}

TEST_F(SetBackTest, AForkStopsTheCopyUntilAPersonHasDecided) {
  copies_.Deposit("example/A1/0");
  const std::string older = KeepPrimary("_older");
  copies_.Deposit("example/A2/0");
  ASSERT_OK(copies_.Copy());
  const std::string newest = copies_.replica().TreeHead()->body();
  const std::string true_one = KeepPrimary("_true");

  PutBack(older);
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kUnavailable, HasSubstr("older")));
  EXPECT_FALSE(State().has_contradicting_head()) << "it has signed nothing else yet";
  // It goes on as if nothing had been: same length, another past.
  copies_.Deposit("example/B1/0");
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("a fork")));
  EXPECT_EQ(State().contradicting_head().body(), copies_.primary().TreeHead()->body());
  copies_.Deposit("example/B2/0");
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("a fork")));
  EXPECT_EQ(State().contradicting_head().body(), copies_.primary().log().Head(3)->body());

  // The true primary, grown on, after a restart of the copy: nothing is taken of it either.
  PutBack(true_one);
  copies_.Deposit("example/A3/0");
  copies_.CloseReplica();
  copies_.OpenReplica();
  const auto stopped = StatusIs(StatusCode::kFailedPrecondition,
                                testing::AllOf(HasSubstr("a fork"), HasSubstr("replica resolve")));
  EXPECT_THAT(copies_.Copy(), stopped);
  std::atomic<bool> stop = false;
  EXPECT_THAT(copies_.replica().replication().Erase(stop).status(), stopped);
  EXPECT_THAT(State().stopped(), HasSubstr("a fork"));
  EXPECT_EQ(copies_.replica().TreeHead()->body(), newest);

  const std::string evidence = base::TestDir() + "/evidence";
  const auto head_in = [&evidence](const char* name) {
    tidemark::v1::SignedTreeHead head;
    EXPECT_TRUE(head.ParseFromString(base::ReadSmallFile(evidence + name).value_or("")));
    return head;
  };
  const auto contradicting = State().contradicting_head();
  copies_.CloseReplica();
  EXPECT_THAT(ResolveStop(copies_.replica_dir(), {evidence, 3}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("not what it refused")));
  ASSERT_OK_AND_ASSIGN(const Resolved resolved, ResolveStop(copies_.replica_dir(), {evidence}));
  EXPECT_TRUE(resolved.had_contradiction);
  EXPECT_EQ(resolved.tree_size, 3u);
  EXPECT_THAT(ResolveStop(copies_.replica_dir(), {evidence}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("has not stopped")));
  copies_.OpenReplica();
  // What both signed at three leaves is the proof.
  EXPECT_EQ(head_in("/contradicting.head").SerializeAsString(), contradicting.SerializeAsString());
  EXPECT_EQ(head_in("/own.head").body(), newest);
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(*copies_.replica().List(""), SizeIs(3));
}

}  // namespace
}  // namespace tidemark::vault
