// Custody that is not what was sealed: never the depositor's fault, and never a verdict.
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/testing.h"
#include "verifier/opening/opening_fixture.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

using TamperedCustody = Opening;

TEST_F(TamperedCustody, AlteredFrameIsTamperedCustody) {
  for (size_t at : {size_t{0}, fixture_.frames[1].size() / 2, fixture_.frames[1].size() - 1}) {
    fixture_.frames[1][at] ^= 1;
    EXPECT_THAT(fixture_.Open(), StatusIs(kTampered, HasSubstr("frame 1")));
    fixture_.frames[1][at] ^= 1;
  }
}

TEST_F(TamperedCustody, ExchangedFramesAreTamperedCustody) {
  std::swap(fixture_.frames[0], fixture_.frames[1]);
  EXPECT_THAT(fixture_.Open(), StatusIs(kTampered));
}

TEST_F(TamperedCustody, MissingFrameIsTamperedCustody) {
  fixture_.frames.pop_back();
  EXPECT_THAT(fixture_.Open(), StatusIs(kTampered));
}

TEST_F(TamperedCustody, AlteredOrMissingManifestPartIsTamperedCustody) {
  fixture_.SetManifestPlain(SealedFixture::Compress(SealedFixture::Concatenate(Good())), 40);
  fixture_.parts[1][3] ^= 1;
  EXPECT_THAT(fixture_.Open(), StatusIs(kTampered));
  fixture_.parts[1][3] ^= 1;
  ASSERT_OK(fixture_.Open());
  fixture_.parts.pop_back();
  EXPECT_THAT(fixture_.Open(), StatusIs(kTampered));
  fixture_.parts.push_back("more");
  fixture_.parts.push_back("and more");
  EXPECT_THAT(fixture_.Open(), StatusIs(kTampered));
}

TEST_F(TamperedCustody, AVaultThatIsGoneIsNotAVerdict) {
  fixture_.on_read_frames = [] { return absl::UnavailableError("gone"); };
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kUnavailable));
}

// FAILED_PRECONDITION means that the depositor sealed rubbish; CANCELLED that we were told to stop.
TEST_F(TamperedCustody, AVaultCannotBlameTheDepositorOrStopTheJudge) {
  const auto blames = [] { return absl::FailedPreconditionError("so says the vault"); };
  const auto stops = [] { return absl::CancelledError("so says the vault"); };
  fixture_.on_read_frames = blames;
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss));
  fixture_.on_read_frames = stops;
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kUnavailable));
  fixture_.on_read_frames = nullptr;
  fixture_.on_read_manifest = blames;
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss));
  fixture_.on_read_manifest = stops;
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kUnavailable));
  // While the vault is asked whose fault a frame is.
  fixture_.on_read_manifest = nullptr;
  fixture_.frames[0].back() ^= 1;
  fixture_.on_read_frames = [this, blames] {
    return fixture_.frame_calls > 1 ? blames() : absl::OkStatus();
  };
  fixture_.frame_calls = 0;
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace tidemark::verifier
