// For tests only: an authority, depositors, and uploads that a vault accepts, so that a test says
// only what is wrong with its own.
//
// Ciphertexts are seeded random bytes: nothing below the verifier can tell.
#ifndef TIDEMARK_VAULT_VAULT_TESTING_H_
#define TIDEMARK_VAULT_VAULT_TESTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "crypto/pack_id.h"
#include "crypto/pki.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/access.h"
#include "vault/deposit_id.h"
#include "vault/vault.h"

namespace tidemark::vault {

// Certificates of tests are valid around the real time: TLS looks at no other.
absl::Time TestNow();

const crypto::CertificateAndKey& TestAuthority();

// An end certificate with these URIs.
crypto::CertificateAndKey IssueForTest(const std::vector<std::string>& uris, absl::Time not_before,
                                       absl::Time not_after);

// A holder of a role: its certificate and, for a depositor, its signing key.
struct TestPeer {
  crypto::SigningKey signing_key;
  crypto::CertificateAndKey certificate;
  static TestPeer Make(Role role, const std::vector<std::string>& tlds);
};

// "tld/id/resend" that is right.
DepositId Id(absl::string_view text);

// What one upload consists of.
struct TestUpload {
  DepositId deposit;
  crypto::PackId pack;
  std::vector<std::string> frames;
  std::vector<std::string> parts;
  tidemark::v1::ClearManifest manifest;

  // Sets counts, sizes and digests from frames and parts.
  void Describe();
  tidemark::v1::SignedManifest Sign(const TestPeer& depositor) const;
};

struct TestUploadOptions {
  uint64_t seed = 1;
  int frames = 5;
  int parts = 2;
  size_t piece_bytes = 1000;
  std::string content = "a file";  // what the content commitment is made of
};
TestUpload MakeUpload(absl::string_view vault_id, const DepositId& deposit,
                      const TestUploadOptions& options = {});

// Frames, parts, sync; without commit.
absl::Status Send(const TestUpload& test, Upload& upload);
// Begin, send, commit.
absl::StatusOr<tidemark::v1::Receipt> Store(const TestUpload& test, const TestPeer& depositor,
                                            Vault& vault);

// A verdict that `key` signed about a stored manifest.
tidemark::v1::SignedVerdict MakeVerdict(absl::string_view vault_id, const DepositId& deposit,
                                        const tidemark::v1::SignedManifest& manifest,
                                        tidemark::v1::VerdictOutcome outcome,
                                        const crypto::SigningKey& key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_VAULT_TESTING_H_
