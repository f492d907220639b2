// X.509 certificates for mutual TLS: an agent's own small authority and what it issues.
//
// A certificate carries URIs (subject alternative names) that say what its holder may do; this
// package neither makes nor understands them (vault/access.h does). Keys are ECDSA P-256; TLS
// itself is gRPC's. Not here: revocation (the server's configuration lists refused serials).
//
// PEM strings of private keys are held only between making and writing them (mode 0600).
#ifndef TIDEMARK_CRYPTO_PKI_H_
#define TIDEMARK_CRYPTO_PKI_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::crypto {

struct CertificateAndKey {
  std::string certificate_pem;
  std::string key_pem;
};

struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> uris;
  // For servers: DNS names and IP addresses that the client will check.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  enum class Use { kClient, kServer } use = Use::kClient;
  absl::Time not_before;
  absl::Time not_after;
};

// A self-signed authority (CA:TRUE, path length 0, keyCertSign only).
absl::StatusOr<CertificateAndKey> CreateAuthority(absl::string_view common_name,
                                                  absl::Time not_before, absl::Time not_after);

// Issues with 128-bit random serial. INVALID_ARGUMENT: empty name, dates that contradict.
absl::StatusOr<CertificateAndKey> IssueCertificate(const CertificateAndKey& authority,
                                                   const CertificateRequest& request);

// What a certificate says. Says nothing about whether to believe it.
struct CertificateInfo {
  std::string common_name;
  std::string serial_hex;
  std::vector<std::string> uris;
  absl::Time not_before;
  absl::Time not_after;
};
absl::StatusOr<CertificateInfo> ParseCertificate(absl::string_view certificate_pem);

// INVALID_ARGUMENT unless `key_pem` is the private key of `certificate_pem`.
absl::Status CheckKeyFits(absl::string_view certificate_pem, absl::string_view key_pem);

// OK if `certificate_pem` was issued by `authority_pem` and is valid at `at`. PERMISSION_DENIED
// otherwise; INVALID_ARGUMENT if either is not a certificate.
absl::Status VerifyCertificate(absl::string_view certificate_pem, absl::string_view authority_pem,
                               absl::Time at);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_PKI_H_
