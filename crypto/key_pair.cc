#include "crypto/key_pair.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/openssl_handles.h"

namespace tidemark::crypto {
namespace {

using KeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

constexpr size_t kPemBytesMax = 64 * 1024;  // an RSA key of 16384 bits has 13 KB

// Zero would be an empty password, with which OpenSSL derives a key as often as the file says.
int NoPassword(char*, int, int, void*) { return -1; }

absl::StatusOr<KeyPtr> ReadKey(const std::string& pem_path) {
  absl::StatusOr<std::string> text = base::ReadSmallFile(pem_path, kPemBytesMax);
  if (absl::IsResourceExhausted(text.status())) {
    return absl::InvalidArgumentError("larger than any private key");
  }
  RETURN_IF_ERROR(text.status());
  const absl::Cleanup wipe = [&text] { OPENSSL_cleanse(text->data(), text->size()); };
  const BioPtr bytes(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  if (bytes == nullptr) return OpensslStatus(absl::StatusCode::kInternal, "memory");
  KeyPtr key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, NoPassword, nullptr));
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
  if (PEM_write_bio_PKCS8PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    return OpensslStatus(absl::StatusCode::kUnavailable, to_path);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::crypto
