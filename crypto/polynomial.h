// Private to crypto/: the polynomials by which a secret scalar is shared (Shamir), and commitments
// to them (Feldman). Threads: pure functions. The caller sees to sizes.
#ifndef TIDEMARK_CRYPTO_POLYNOMIAL_H_
#define TIDEMARK_CRYPTO_POLYNOMIAL_H_

#include <vector>

#include "crypto/ristretto.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// f(at), coefficients from the constant one up.
SecretBytes ValueAt(const std::vector<SecretBytes>& coefficients, int at);

// f(at) G from the coefficients' commitments, which are not the identity. May be the identity.
Point CommittedValue(const std::vector<Point>& commitments, int at);

// The factor of f(indexes[which]) in f(0), for different indexes of at least 1 (Lagrange).
SecretBytes LagrangeFactor(const std::vector<int>& indexes, size_t which);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_POLYNOMIAL_H_
