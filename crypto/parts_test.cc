#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "crypto/deposit_key.h"

namespace tidemark::crypto {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using Position = PartSealer::Position;

constexpr char kContext[] = "vault and identity";

std::vector<std::string> SealAll(const DepositKey& key, const std::vector<std::string>& plaintexts,
                                 absl::string_view context = kContext) {
  PartSealer sealer(key, context);
  std::vector<std::string> parts;
  for (size_t i = 0; i < plaintexts.size(); ++i) {
    const absl::StatusOr<std::string> part =
        sealer.Seal(plaintexts[i], i + 1 == plaintexts.size() ? Position::kLast : Position::kMore);
    EXPECT_OK(part);
    parts.push_back(part.value_or(""));
  }
  return parts;
}

// The plaintext of the whole stream, or the first failure.
absl::StatusOr<std::string> OpenAll(const DepositKey& key, const std::vector<std::string>& parts,
                                    absl::string_view context = kContext) {
  PartOpener opener(key, context);
  std::string all;
  for (const std::string& part : parts) {
    ASSIGN_OR_RETURN(const std::string plaintext, opener.Open(part));
    absl::StrAppend(&all, plaintext);
  }
  RETURN_IF_ERROR(opener.Close());
  return all;
}

class Parts : public ::testing::Test {
 protected:
  const DepositKey key_ = DepositKey::Generate();
  const std::vector<std::string> parts_ = SealAll(key_, {"one ", "two ", "three"});
};

TEST_F(Parts, RoundTrip) { EXPECT_THAT(OpenAll(key_, parts_), IsOkAndHolds("one two three")); }

TEST_F(Parts, SizesAreHeaderOnceAnd17BytesAPart) {
  EXPECT_EQ(parts_[0].size(), kStreamHeaderBytes + 4 + kPartOverheadBytes);
  EXPECT_EQ(parts_[1].size(), 4 + kPartOverheadBytes);
}

TEST_F(Parts, SingleAndEmptyAndLargestPartsRoundTrip) {
  EXPECT_THAT(OpenAll(key_, SealAll(key_, {"only"})), IsOkAndHolds("only"));
  EXPECT_THAT(OpenAll(key_, SealAll(key_, {""})), IsOkAndHolds(""));
  EXPECT_THAT(OpenAll(key_, SealAll(key_, {"", "", ""})), IsOkAndHolds(""));
  const std::string largest(base::kManifestPartBytes, 'x');
  EXPECT_THAT(OpenAll(key_, SealAll(key_, {largest, "y"})), IsOkAndHolds(largest + "y"));
}

TEST_F(Parts, MissingFinalPartIsDataLoss) {
  EXPECT_THAT(OpenAll(key_, {}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenAll(key_, {parts_[0]}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenAll(key_, {parts_[0], parts_[1]}), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Parts, MissingSwappedRepeatedOrForeignPartIsDataLoss) {
  const std::string &a = parts_[0], &b = parts_[1], &c = parts_[2];
  const std::vector<std::string> other = SealAll(key_, {"one ", "two ", "three"});
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{a, c},
                                             {b, c},
                                             {c},
                                             {b, a, c},
                                             {a, c, b},
                                             {a, a, b, c},
                                             {a, b, b, c},
                                             {a, other[1], c},
                                             {other[0], b, c},
                                             {a, b, other[2]}}) {
    EXPECT_THAT(OpenAll(key_, bad), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST_F(Parts, AnythingAfterTheFinalPartIsDataLoss) {
  const std::string &a = parts_[0], &b = parts_[1], &c = parts_[2];
  EXPECT_THAT(OpenAll(key_, {a, b, c, c}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenAll(key_, {a, b, c, ""}), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Parts, WrongKeyOrContextIsDataLoss) {
  EXPECT_THAT(OpenAll(DepositKey::Generate(), parts_), StatusIs(absl::StatusCode::kDataLoss));
  for (const char* context : {"", "vault and identit", "vault and identity2"}) {
    EXPECT_THAT(OpenAll(key_, parts_, context), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST_F(Parts, EveryTruncationAndFlippedBitIsDataLoss) {
  for (size_t at = 0; at < parts_.size(); ++at) {
    for (size_t size = 0; size < parts_[at].size(); ++size) {
      std::vector<std::string> cut = parts_;
      cut[at].resize(size);
      EXPECT_THAT(OpenAll(key_, cut), StatusIs(absl::StatusCode::kDataLoss));
    }
    for (size_t bit = 0; bit < 8 * parts_[at].size(); ++bit) {
      std::vector<std::string> flipped = parts_;
      flipped[at][bit / 8] = static_cast<char>(flipped[at][bit / 8] ^ (1 << bit % 8));
      EXPECT_THAT(OpenAll(key_, flipped), StatusIs(absl::StatusCode::kDataLoss));
    }
  }
}

TEST_F(Parts, BytesMovedAcrossABoundaryAreDataLoss) {
  EXPECT_THAT(OpenAll(key_, {parts_[0] + parts_[1].substr(0, 1), parts_[1].substr(1), parts_[2]}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenAll(key_, {parts_[0] + parts_[1], parts_[2]}),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Parts, FirstFailureLatches) {
  PartOpener opener(key_, kContext);
  EXPECT_THAT(opener.Open(parts_[1]), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(opener.Open(parts_[0]), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(opener.Close(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Parts, EarlyCloseLatchesToo) {
  PartOpener opener(key_, kContext);
  EXPECT_THAT(opener.Close(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(opener.Open(parts_[0]), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Parts, SealingAfterTheLastPartIsRefused) {
  PartSealer sealer(key_, kContext);
  ASSERT_OK(sealer.Seal("x", Position::kLast));
  EXPECT_THAT(sealer.Seal("y", Position::kLast), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(Parts, OverTheLimitIsResourceExhausted) {
  PartSealer sealer(key_, kContext);
  EXPECT_THAT(sealer.Seal(std::string(base::kManifestPartBytes + 1, 'x'), Position::kMore),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(OpenAll(key_, {std::string(base::kManifestPartBytes + 42, 'x')}),
              StatusIs(absl::StatusCode::kResourceExhausted));
  for (uint32_t i = 0; i < base::kManifestPartsMax; ++i) {
    ASSERT_OK(sealer.Seal("", Position::kMore));
  }
  EXPECT_THAT(sealer.Seal("", Position::kLast), StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace tidemark::crypto
