// The algebra of shares: any m open, m-1 know nothing, and nobody passes off a wrong answer.
#include "crypto/release_sharing.h"

#include <algorithm>
#include <bitset>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/testing.h"
#include "crypto/key_access.h"
#include "crypto/polynomial.h"
#include "crypto/release_answer.h"
#include "crypto/release_testing.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr char kContext[] = "vault and identity";
const std::string kCase(kReleaseCaseIdBytes, 'c');

// The subsets of 1..n with `size` elements, ascending.
std::vector<std::vector<int>> Subsets(int n, int size) {
  std::vector<std::vector<int>> subsets;
  for (unsigned bits = 0; bits < 1u << n; ++bits) {
    if (std::bitset<32>(bits).count() != static_cast<size_t>(size)) continue;
    subsets.emplace_back();
    for (int i = 0; i < n; ++i) {
      if (bits >> i & 1) subsets.back().push_back(i + 1);
    }
  }
  return subsets;
}

TEST(ReleaseSharing, EverySubsetOfMOpensAndNoSmallerOneDoes) {
  const OpeningKey successor = OpeningKey::Generate();
  for (int n = 1; n <= 6; ++n) {
    for (int m = 1; m <= n; ++m) {
      SCOPED_TRACE(absl::StrCat(m, " of ", n));
      const SharedKey shared = NewSharedKey(m, n);
      const DepositKey key = DepositKey::Generate();
      const std::string wrap = shared.sharing.public_key().Wrap(key, kContext);
      const ReleaseTerms terms{.context = kContext, .wrap = wrap, .case_id = kCase};
      std::vector<std::string> sealed;
      for (int i = 1; i <= n; ++i) {
        sealed.push_back(
            AnswerRelease(i, shared.shares[i - 1], shared.sharing, terms, successor.public_key())
                .value());
      }
      const auto combined = [&](const std::vector<int>& subset) {
        std::vector<SealedAnswer> answers;
        for (const int i : subset) answers.push_back({i, sealed[i - 1]});
        return CombineAnswers(shared.sharing, terms, successor, answers);
      };
      for (const std::vector<int>& subset : Subsets(n, m)) {
        ASSERT_OK_AND_ASSIGN(const ReleasedKey released, combined(subset));
        EXPECT_EQ(released.key.Commitment("x"), key.Commitment("x"));
        EXPECT_TRUE(released.liars.empty());
      }
      for (const std::vector<int>& subset : Subsets(n, m - 1)) {
        EXPECT_THAT(combined(subset).status(),
                    StatusIs(absl::StatusCode::kPermissionDenied,
                             HasSubstr(absl::StrCat(m - 1, " of the ", m, " answers"))));
      }
    }
  }
}

// Who puts m-1 answers together as if they were all gets a point that opens nothing.
TEST(ReleaseSharing, FewerPointsCombineToAnotherPoint) {
  for (int m = 2; m <= 6; ++m) {
    const SharedKey shared = NewSharedKey(m, 6);
    const std::string wrap = shared.sharing.public_key().Wrap(DepositKey::Generate(), kContext);
    const Point ephemeral = GoodPointFrom(absl::string_view(wrap).substr(0, kPointBytes)).value();
    const auto combined = [&](const std::vector<int>& subset) {
      Point sum{};
      for (size_t k = 0; k < subset.size(); ++k) {
        const SecretBytes& share = KeyAccess::Scalar(shared.shares[subset[k] - 1]);
        sum = PointSum(sum,
                       Times(ScalarProduct(LagrangeFactor(subset, k), share), ephemeral).value());
      }
      return sum;
    };
    const std::vector<std::vector<int>> enough = Subsets(6, m);
    const Point whole = combined(enough.front());
    for (const std::vector<int>& subset : enough) EXPECT_EQ(combined(subset), whole);
    EXPECT_OK(KeyAccess::OpenWrap(shared.sharing.public_key(), whole, wrap, kContext));
    for (const std::vector<int>& subset : Subsets(6, m - 1)) {
      const Point less = combined(subset);
      EXPECT_NE(less, whole);
      EXPECT_THAT(KeyAccess::OpenWrap(shared.sharing.public_key(), less, wrap, kContext).status(),
                  StatusIs(absl::StatusCode::kDataLoss));
    }
  }
}

// The coefficients of the polynomial of degree below `values.size()` through the points
// (at[k], values[k]).
std::vector<SecretBytes> Interpolated(const std::vector<int>& at,
                                      const std::vector<const SecretBytes*>& values) {
  std::vector<SecretBytes> sum;
  for (size_t k = 0; k < at.size(); ++k) sum.push_back(SecretBytes::Zero(kScalarBytes));
  for (size_t k = 0; k < at.size(); ++k) {
    // The product of (x - at[j]) / (at[k] - at[j]) over the other points, times the value.
    std::vector<SecretBytes> basis;
    basis.push_back(ScalarSum(*values[k], SecretBytes::Zero(kScalarBytes)));
    for (size_t j = 0; j < at.size(); ++j) {
      if (j == k) continue;
      const SecretBytes root = SmallScalar(at[j]);
      const SecretBytes factor = ScalarInverse(ScalarDifference(SmallScalar(at[k]), root));
      std::vector<SecretBytes> next;
      for (size_t d = 0; d <= basis.size(); ++d) {
        SecretBytes coefficient = SecretBytes::Zero(kScalarBytes);
        if (d > 0) coefficient = ScalarSum(coefficient, basis[d - 1]);
        if (d < basis.size()) {
          coefficient = ScalarDifference(coefficient, ScalarProduct(root, basis[d]));
        }
        next.push_back(ScalarProduct(coefficient, factor));
      }
      basis = std::move(next);
    }
    for (size_t d = 0; d < basis.size(); ++d) sum[d] = ScalarSum(sum[d], basis[d]);
  }
  return sum;
}

// Whatever m-1 shares are, every secret is as possible as the true one: for each there is a
// polynomial of the right degree that gives these very shares.
TEST(ReleaseSharing, FewerSharesFitEverySecret) {
  for (int m = 2; m <= 6; ++m) {
    const SharedKey shared = NewSharedKey(m, 6);
    for (const std::vector<int>& subset : Subsets(6, m - 1)) {
      const SecretBytes other_secret = RandomScalar();
      std::vector<int> at = {0};
      std::vector<const SecretBytes*> values = {&other_secret};
      for (const int i : subset) {
        at.push_back(i);
        values.push_back(&KeyAccess::Scalar(shared.shares[i - 1]));
      }
      const std::vector<SecretBytes> other = Interpolated(at, values);
      ASSERT_EQ(other.size(), static_cast<size_t>(m));
      EXPECT_TRUE(ValueAt(other, 0).Equals(other_secret));
      for (const int i : subset) {
        EXPECT_TRUE(ValueAt(other, i).Equals(KeyAccess::Scalar(shared.shares[i - 1])));
      }
      // And it is another polynomial: whoever is not in the subset has another share in it.
      for (int i = 1; i <= 6; ++i) {
        if (std::find(subset.begin(), subset.end(), i) != subset.end()) continue;
        EXPECT_FALSE(ValueAt(other, i).Equals(KeyAccess::Scalar(shared.shares[i - 1])));
      }
    }
  }
}

TEST(ReleaseSharing, PublicSharesAreThoseOfTheShares) {
  const SharedKey shared = NewSharedKey(3, base::kCustodiansMax);
  for (int i = 1; i <= base::kCustodiansMax; ++i) {
    EXPECT_EQ(shared.sharing.PublicShare(i).ToHex(), shared.shares[i - 1].public_key().ToHex());
    EXPECT_OK(shared.sharing.CheckShare(i, shared.shares[i - 1]));
    EXPECT_THAT(shared.sharing.CheckShare(i % base::kCustodiansMax + 1, shared.shares[i - 1]),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
  EXPECT_THAT(shared.sharing.CheckShare(1, ReleaseShare::Generate()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ReleaseSharing, RefusesNumbersOutOfBounds) {
  const std::vector<std::string> hex = NewSharedKey(3, 3).sharing.CommitmentsHex();
  EXPECT_OK(ReleaseSharing::Create(hex, base::kCustodiansMax));
  for (const int custodians : {-1, 0, 2, base::kCustodiansMax + 1}) {
    EXPECT_THAT(ReleaseSharing::Create(hex, custodians),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(ReleaseSharing::Create({}, 3), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ReleaseSharing, RefusesCommitmentsThatAreNotPointsOrAreNothing) {
  const std::vector<std::string> good = NewSharedKey(2, 3).sharing.CommitmentsHex();
  // The identity; a field element that is negative; one that is not reduced; no point; too short.
  const std::vector<std::string> bad_points = {
      std::string(64, '0'), "01" + std::string(62, '0'), std::string(64, 'f'),
      "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", std::string(62, '2')};
  for (const std::string& bad : bad_points) {
    EXPECT_THAT(ReleaseSharing::Create({bad, good[1]}, 3),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
    EXPECT_THAT(ReleaseSharing::Create({good[0], bad}, 3),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
  }
}

// f(x) = a - a x gives custodian 1 nothing, and so gives the key to whoever knows that.
TEST(ReleaseSharing, RefusesASharingThatGivesSomebodyNothing) {
  const SecretBytes a = RandomScalar();
  const SecretBytes minus_a = ScalarDifference(SecretBytes::Zero(kScalarBytes), a);
  const auto hex = [](const SecretBytes& scalar) {
    return KeyAccess::KeyFrom(BaseTimes(scalar).value()).ToHex();
  };
  EXPECT_THAT(ReleaseSharing::Create({hex(a), hex(minus_a)}, 3),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("custodian 1 nothing")));
}

}  // namespace
}  // namespace tidemark::crypto
