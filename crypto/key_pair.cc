#include "crypto/key_pair.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "crypto/openssl_handles.h"

namespace tidemark::crypto {
namespace {

using KeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

int NoPassword(char*, int, int, void*) { return 0; }

}  // namespace

absl::Status CheckKeyPair(const std::string& pem_path) {
  const BioPtr file(BIO_new_file(pem_path.c_str(), "r"));
  if (file == nullptr) {
    const int error = errno;
    ERR_clear_error();
    return base::ErrnoStatus(error, pem_path);
  }
  const KeyPtr key(PEM_read_bio_PrivateKey(file.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "no private key");
  }
  const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (context == nullptr || EVP_PKEY_pairwise_check(context.get()) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "the public key is another's");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::crypto
