// The client over lines that break: it goes on where it stopped, and sends little again.
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "tests/integration/custody_fixture.h"
#include "tests/support/cutting_proxy.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using escrow_agent::DepositorConfig;
using escrow_agent::DepositResult;

class Resumption : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(custody_, Custody::Start()); }

  // Deposits `content` through the proxy, in one attempt: only resuming can save it.
  absl::StatusOr<DepositResult> DepositThrough(const CuttingProxy& proxy,
                                               const std::string& content) {
    ASSIGN_OR_RETURN(DepositorConfig config,
                     custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
    config.agent.address = proxy.address();
    const std::string path = absl::StrCat(custody_->dir(), "/r.xml");
    RETURN_IF_ERROR(base::WriteFile(path, content, base::FileMode::kPrivate));
    return escrow_agent::DepositFile(config, path, {.attempts_max = 1});
  }

  std::unique_ptr<Custody> custody_;
};

TEST_F(Resumption, ConnectionThatIsCutTenTimesCostsNoMoreThanWhatWasOnItsWay) {
  // Does not compress: 30 MB, in some twenty frames.
  const std::string content =
      MakeDeposit({.id = "A1", .objects = 500, .filler_bytes = 60'000, .seed = 2});
  uint64_t bytes_in_calm = 0;
  {
    ASSERT_OK_AND_ASSIGN(const auto calm, CuttingProxy::Start({.target = custody_->address()}));
    ASSERT_OK(
        DepositThrough(*calm, MakeDeposit({.id = "A0", .objects = 500, .filler_bytes = 60'000})));
    bytes_in_calm = calm->bytes_from_clients();
  }
  ASSERT_OK_AND_ASSIGN(const auto proxy, CuttingProxy::Start({.target = custody_->address(),
                                                              .cut_every_bytes = bytes_in_calm / 12,
                                                              .cuts_max = 10}));
  ASSERT_OK_AND_ASSIGN(const DepositResult result, DepositThrough(*proxy, content));
  EXPECT_THAT(custody_->Open(result.id), IsOkAndHolds(content));
  EXPECT_EQ(proxy->cuts(), 10);
  // Each cut sends again what was not acknowledged, never more than the window; all of it from the
  // start would be ten times as much.
  const uint64_t frame_bytes = result.stats.bytes_sent / result.stats.frames;
  EXPECT_LT(proxy->bytes_from_clients(),
            bytes_in_calm + 10 * (base::kUnackedFramesMax * frame_bytes + (1 << 20)));
  EXPECT_LT(proxy->bytes_from_clients(), 3 * bytes_in_calm);
  RecordProperty("bytes_in_calm", absl::StrCat(bytes_in_calm));
  RecordProperty("bytes_with_ten_cuts", absl::StrCat(proxy->bytes_from_clients()));
}

}  // namespace
}  // namespace tidemark::tests
