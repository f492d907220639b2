#include "crypto/polynomial.h"

#include "base/status.h"

namespace tidemark::crypto {

SecretBytes ValueAt(const std::vector<SecretBytes>& coefficients, int at) {
  const SecretBytes x = SmallScalar(at);
  SecretBytes value = SecretBytes::Zero(kScalarBytes);
  for (size_t k = coefficients.size(); k-- > 0;) {
    value = ScalarSum(ScalarProduct(value, x), coefficients[k]);
  }
  return value;
}

Point CommittedValue(const std::vector<Point>& commitments, int at) {
  const SecretBytes x = SmallScalar(at);
  Point value{};  // the identity
  for (size_t k = commitments.size(); k-- > 0;) {
    // Times() answers nothing for the identity, whose multiples are itself.
    value = PointSum(Times(x, value).value_or(Point{}), commitments[k]);
  }
  return value;
}

SecretBytes LagrangeFactor(const std::vector<int>& indexes, size_t which) {
  SecretBytes numerator = SmallScalar(1);
  SecretBytes denominator = SmallScalar(1);
  const SecretBytes own = SmallScalar(indexes[which]);
  for (size_t k = 0; k < indexes.size(); ++k) {
    if (k == which) continue;
    CHECK(indexes[k] != indexes[which]);
    const SecretBytes other = SmallScalar(indexes[k]);
    numerator = ScalarProduct(numerator, other);
    denominator = ScalarProduct(denominator, ScalarDifference(other, own));
  }
  return ScalarProduct(numerator, ScalarInverse(denominator));
}

}  // namespace tidemark::crypto
