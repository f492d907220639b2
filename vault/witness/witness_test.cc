// A witness against servers that lie: each answers from real logs of the same vault and key, with
// proofs that hold in themselves. (That a real server is asked is tests/integration/log_test's.)
#include "vault/witness/witness.h"

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/testing.h"
#include "vault/log/log_testing.h"
#include "vault/log/stored_log.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::HasSubstr;

// Answers from one log, and says of the newest head what it is told to.
class LogServer final : public RemoteLog {
 public:
  explicit LogServer(TestLog& log) : reader_(log.store()) {}

  uint64_t newest = 0;  // 0: what is true
  absl::Status trouble;

  absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead(uint64_t tree_size) override {
    if (!trouble.ok()) return trouble;
    return reader_.Head(tree_size == 0 ? newest : tree_size);
  }
  absl::StatusOr<std::vector<crypto::Sha256Digest>> Consistency(uint64_t old_size,
                                                                uint64_t new_size) override {
    if (!trouble.ok()) return trouble;
    return reader_.Consistency(old_size, new_size);
  }
  absl::StatusOr<std::vector<crypto::Sha256Digest>> Inclusion(uint64_t index,
                                                              uint64_t size) override {
    return reader_.Inclusion(index, size);
  }
  absl::Status Leaves(
      uint64_t, uint32_t,
      const std::function<absl::Status(const tidemark::v1::StoredLeaf&)>&) override {
    return absl::OkStatus();
  }

 private:
  const StoredLog reader_;
};

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest()
      : log_(base::TestDir() + "/log"),
        server_(log_),
        witness_(base::TestDir() + "/witness", log_.vault_id(), log_.key().verify_key()) {
    log_.GrowTo(10);
  }
  void ExpectKept(uint64_t size) {
    ASSERT_OK_AND_ASSIGN(const auto kept, witness_.Kept());
    ASSERT_TRUE(kept.has_value());
    EXPECT_EQ(kept->tree.size, size);
  }

  TestLog log_;
  LogServer server_;
  const Witness witness_;
};

TEST_F(WitnessTest, KeepsTheNewestOfALogThatGrows) {
  ASSERT_OK_AND_ASSIGN(const auto none, witness_.Kept());
  EXPECT_FALSE(none.has_value());
  for (const uint64_t size : {10u, 11u, 64u, 100u}) {
    log_.GrowTo(size);
    ASSERT_OK(witness_.ObserveNewest(server_));
    ExpectKept(size);
    ASSERT_OK(witness_.ObserveNewest(server_));
  }
  // A receipt of long ago is in its past, and takes nobody's place.
  ASSERT_OK(witness_.Observe(server_, *server_.TreeHead(7)));
  ExpectKept(100);
}

TEST_F(WitnessTest, AnOlderHeadForTheNewestIsNamedThoughItIsProved) {
  ASSERT_OK(witness_.ObserveNewest(server_));
  server_.newest = 9;
  EXPECT_THAT(witness_.ObserveNewest(server_),
              StatusIs(StatusCode::kDataLoss, HasSubstr("its newest tree head is older")));
  ExpectKept(10);
}

TEST_F(WitnessTest, AnotherLogIsNamedAtEverySize) {
  ASSERT_OK(witness_.ObserveNewest(server_));
  const std::string kept = *base::ReadSmallFile(witness_.path());
  // Same key, same vault id: only the digests of its leaves differ.
  TestLog other(base::TestDir() + "/other", &log_.key());
  LogServer liar(other);
  for (uint64_t size = 2; size <= 20; ++size) {
    other.Append(tidemark::v1::LOG_EVENT_VERDICT_APPENDED, "another past");
    EXPECT_THAT(witness_.ObserveNewest(liar), StatusIs(StatusCode::kDataLoss)) << size;
    EXPECT_THAT(witness_.Observe(liar, *liar.TreeHead(0)), StatusIs(StatusCode::kDataLoss)) << size;
    EXPECT_THAT(base::ReadSmallFile(witness_.path()), IsOkAndHolds(kept));
  }
}

TEST_F(WitnessTest, AServerThatCannotBeAskedIsNoRollback) {
  ASSERT_OK(witness_.ObserveNewest(server_));
  log_.GrowTo(12);
  const auto head = *server_.TreeHead(0);
  for (const StatusCode code : {StatusCode::kUnavailable, StatusCode::kUnimplemented,
                                StatusCode::kPermissionDenied, StatusCode::kDeadlineExceeded}) {
    server_.trouble = absl::Status(code, "later");
    EXPECT_THAT(witness_.ObserveNewest(server_), StatusIs(StatusCode::kUnavailable));
    EXPECT_THAT(witness_.Observe(server_, head), StatusIs(StatusCode::kUnavailable));
    ExpectKept(10);
  }
}

// Not the network's trouble, which passes: it is told apart.
TEST_F(WitnessTest, ADirectoryThatCannotBeUsedIsSaidToBe) {
  const std::string file = base::TestDir() + "/a_file";
  ASSERT_OK(base::WriteFile(file, "in the way", base::FileMode::kPublic));
  const Witness nowhere(file + "/witness", log_.vault_id(), log_.key().verify_key());
  EXPECT_THAT(nowhere.ObserveNewest(server_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("cannot be kept here")));
  EXPECT_THAT(nowhere.Observe(server_, *server_.TreeHead(0)),
              StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(WitnessTest, HeadsOfAnotherKeyAreNotLookedAt) {
  TestLog stranger(base::TestDir() + "/stranger");
  LogServer other(stranger);
  EXPECT_THAT(witness_.ObserveNewest(other), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(witness_.Observe(server_, *other.TreeHead(0)), StatusIs(StatusCode::kDataLoss));
  EXPECT_FALSE((*witness_.Kept()).has_value());
}

}  // namespace
}  // namespace tidemark::vault
