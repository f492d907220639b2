// Twenty registries at once, some of them bad: the honest ones get their receipts, the others their
// error, and the server's memory stays within a bound.
//
// Nothing here is timed: who is slow only shows how fair the server was with its time.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "tests/integration/custody_fixture.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/hostile_registry.h"
#include "vault/access.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using escrow_agent::DepositorConfig;
using escrow_agent::DepositResult;
using ::testing::HasSubstr;

constexpr int kHonest = 15;
constexpr char kLimits[] =
    "\n[limits]\n"
    "idle_max = \"5s\"\n"
    "frames_per_deposit_max = 20000\n"
    "open_bytes_per_certificate_max = 67108864\n";
// RocksDB's write buffers (128 MiB) and cache (32 MiB), twenty streams with a full window, a
// message and its parsed copy each (4 MiB), and the process itself with its threads and TLS.
constexpr uint64_t kServerBytesMax = (128 + 32 + 20 * 4 + 96) * (uint64_t{1} << 20);

class ManyRegistries : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(custody_, Custody::Start(kLimits)); }

  absl::StatusOr<DepositorConfig> Registry(const std::string& tld) {
    ASSIGN_OR_RETURN(const std::string path,
                     custody_->Enrol(vault::Role::kDepositor, tld, "registry_" + tld));
    return custody_->Depositor(path);
  }

  std::string TextOf(const std::string& tld) const {
    return MakeDeposit({.tld = tld, .id = "A1", .objects = 100, .filler_bytes = 60'000});
  }

  // One attempt over the network: what breaks has to be resumed.
  absl::StatusOr<DepositResult> Deposit(const DepositorConfig& config, const std::string& tld) {
    const std::string path = absl::StrCat(custody_->dir(), "/", tld, ".xml");
    RETURN_IF_ERROR(base::WriteFile(path, TextOf(tld), base::FileMode::kPrivate));
    return escrow_agent::DepositFile(config, path, {.attempts_max = 1});
  }

  std::unique_ptr<Custody> custody_;
};

TEST_F(ManyRegistries, HonestOnesAreServedAndTheOthersGetTheirError) {
  std::vector<DepositorConfig> honest;
  for (int i = 0; i < kHonest; ++i) {
    ASSERT_OK_AND_ASSIGN(DepositorConfig config, Registry(absl::StrCat("honest", i)));
    honest.push_back(std::move(config));
  }
  ASSERT_OK_AND_ASSIGN(const DepositorConfig loris, Registry("loris"));
  ASSERT_OK_AND_ASSIGN(const DepositorConfig endless, Registry("endless"));
  ASSERT_OK_AND_ASSIGN(const DepositorConfig tiny, Registry("tiny"));
  ASSERT_OK_AND_ASSIGN(const DepositorConfig thief, Registry("thief"));
  ASSERT_OK_AND_ASSIGN(DepositorConfig cut, Registry("cut"));
  ASSERT_OK_AND_ASSIGN(const auto proxy, CuttingProxy::Start({.target = custody_->address(),
                                                              .cut_every_bytes = 256 << 10,
                                                              .cuts_max = 10}));
  cut.agent.address = proxy->address();

  std::vector<absl::StatusOr<DepositResult>> results(kHonest);
  absl::StatusOr<DepositResult> cut_result;
  absl::Status loris_end, endless_end, tiny_end, thief_end;
  std::atomic<bool> all_served = false;
  std::vector<std::thread> good;
  std::vector<std::thread> bad;
  bad.emplace_back([&] {
    // A byte now and then while the others work; then it leaves its stream open and says nothing.
    loris_end = SendFrames(loris, "loris", [&](uint32_t) -> std::string {
      absl::SleepFor(all_served ? absl::Seconds(8) : absl::Milliseconds(200));
      return "x";
    });
  });
  bad.emplace_back([&] {
    const std::string frame(base::kFrameCipherBytesMax, 'x');
    endless_end = SendFrames(endless, "endless", [&](uint32_t) { return frame; });
  });
  bad.emplace_back([&] {
    tiny_end = SendFrames(
        tiny, "tiny", [](uint32_t number) -> std::string { return number < 1'000'000 ? "x" : ""; });
  });
  bad.emplace_back([&] {
    thief_end = SendFrames(thief, "honest0", [](uint32_t) -> std::string { return "x"; });
  });
  for (int i = 0; i < kHonest; ++i) {
    good.emplace_back([&, i] { results[i] = Deposit(honest[i], absl::StrCat("honest", i)); });
  }
  good.emplace_back([&] { cut_result = Deposit(cut, "cut"); });
  for (std::thread& thread : good) thread.join();
  all_served = true;
  for (std::thread& thread : bad) thread.join();

  for (int i = 0; i < kHonest; ++i) EXPECT_OK(results[i].status()) << i;
  EXPECT_THAT(loris_end, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(endless_end, StatusIs(absl::StatusCode::kResourceExhausted,
                                    HasSubstr("open_bytes_per_certificate_max")));
  EXPECT_THAT(tiny_end,
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("frames_per_deposit_max")));
  EXPECT_THAT(thief_end, StatusIs(absl::StatusCode::kPermissionDenied));

  ASSERT_OK(cut_result.status());
  EXPECT_EQ(proxy->cuts(), 10);
  // Only what was on its way at a cut goes again.
  EXPECT_LT(proxy->bytes_from_clients(), 3 * cut_result->stats.bytes_sent);
  EXPECT_THAT(custody_->Open(cut_result->id), IsOkAndHolds(TextOf("cut")));
  EXPECT_THAT(custody_->Open(results[0]->id), IsOkAndHolds(TextOf("honest0")));

  ASSERT_OK_AND_ASSIGN(const uint64_t peak, custody_->ServerPeakBytes());
  EXPECT_LT(peak, kServerBytesMax);
  RecordProperty("server_peak_mb", absl::StrCat(peak >> 20));
  RecordProperty("cut_bytes_sent", absl::StrCat(cut_result->stats.bytes_sent));
  RecordProperty("cut_bytes_through_proxy", absl::StrCat(proxy->bytes_from_clients()));
}

}  // namespace
}  // namespace tidemark::tests
