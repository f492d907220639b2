#include "crypto/key_pair.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "crypto/openssl_handles.h"

namespace tidemark::crypto {
namespace {

using KeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

int NoPassword(char*, int, int, void*) { return 0; }

absl::StatusOr<KeyPtr> ReadKey(const std::string& pem_path) {
  const BioPtr file(BIO_new_file(pem_path.c_str(), "r"));
  if (file == nullptr) {
    const int error = errno;
    ERR_clear_error();
    return base::ErrnoStatus(error, pem_path);
  }
  KeyPtr key(PEM_read_bio_PrivateKey(file.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "no private key");
  }
  return key;
}

}  // namespace

absl::Status CheckKeyPair(const std::string& pem_path) {
  ASSIGN_OR_RETURN(const KeyPtr key, ReadKey(pem_path));
  const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (context == nullptr || EVP_PKEY_pairwise_check(context.get()) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "the public key is another's");
  }
  return absl::OkStatus();
}

absl::Status CopyAsPkcs8(const std::string& pem_path, const std::string& to_path) {
  ASSIGN_OR_RETURN(const KeyPtr key, ReadKey(pem_path));
  // OpenSSL remembers that the public half was left out, and would leave it out again.
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC &&
      EVP_PKEY_set_int_param(key.get(), OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, 1) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "no public key");
  }
  const int fd = open(to_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return base::ErrnoStatus(errno, to_path);
  const BioPtr file(BIO_new_fd(fd, BIO_CLOSE));
  if (file == nullptr) {
    close(fd);
    return OpensslStatus(absl::StatusCode::kInternal, "a file");
  }
  if (PEM_write_bio_PKCS8PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return OpensslStatus(absl::StatusCode::kUnavailable, to_path);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::crypto
