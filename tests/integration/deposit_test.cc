#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "tests/integration/custody_fixture.h"
#include "vault/receipt.h"
#include "verifier/opening/opening.h"

namespace tidemark::tests {
namespace {

using base::StatusIs;
using escrow_agent::DepositResult;
using ::testing::HasSubstr;

class DepositTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(custody_, Custody::Start()); }

  void ExpectComesBack(const std::string& content) {
    ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(content));
    ASSERT_OK_AND_ASSIGN(const std::string opened, custody_->Open(result.id));
    EXPECT_TRUE(opened == content);
  }

  std::unique_ptr<Custody> custody_;
};

TEST_F(DepositTest, ComesBackByteForByte) {
  const std::string content = MakeDeposit({.objects = 1000});
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(content));
  EXPECT_EQ(result.id.ToString(), "example/20261122001/0");
  EXPECT_EQ(result.stats.bytes_read, content.size());
  EXPECT_EQ(result.stats.objects, 1001u);
  EXPECT_FALSE(result.is_repeated);
  ASSERT_OK_AND_ASSIGN(const std::string opened, custody_->Open(result.id));
  EXPECT_TRUE(opened == content);
}

}  // namespace
}  // namespace tidemark::tests
