// For tests only: a small deposit, sealed, that a test spoils before it is opened.
#ifndef TIDEMARK_VERIFIER_OPENING_OPENING_FIXTURE_H_
#define TIDEMARK_VERIFIER_OPENING_OPENING_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/testing.h"
#include "proto/custody.pb.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {

inline constexpr absl::StatusCode kMismatch = absl::StatusCode::kFailedPrecondition;
inline constexpr absl::StatusCode kTampered = absl::StatusCode::kDataLoss;

// Two frames, five objects; the file is "<<a\nbb\nccc\nd\ne>".
class Opening : public ::testing::Test {
 protected:
  Opening() {
    fixture_.SetFrames({{"a", "bb"}, {"ccc", "d", "e"}});
    fixture_.SetRecords(Good());
  }

  std::vector<tidemark::v1::ManifestRecord> Good() const {
    return {fixture_.Header(), SealedFixture::Literal("<<"),
            SealedFixture::Runs({{0, 0, 0, 4, 1}, {0, 1, 2, 1, 0}}), SealedFixture::Literal(">"),
            SealedFixture::Trailer(kFile, 5)};
  }

  // Replaces record `index` of the good ones and expects a refusal whose reason has `why`.
  void ExpectRefused(size_t index, tidemark::v1::ManifestRecord record, const std::string& why) {
    std::vector<tidemark::v1::ManifestRecord> records = Good();
    records[index] = std::move(record);
    fixture_.SetRecords(records);
    EXPECT_THAT(fixture_.Open(), base::StatusIs(kMismatch, ::testing::HasSubstr(why)));
  }

  const std::string kFile = "<<a\nbb\nccc\nd\ne>";
  SealedFixture fixture_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_OPENING_FIXTURE_H_
