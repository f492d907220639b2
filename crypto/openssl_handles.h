// Private to crypto/: owners for OpenSSL's objects, and its error queue as a Status.
#ifndef TIDEMARK_CRYPTO_OPENSSL_HANDLES_H_
#define TIDEMARK_CRYPTO_OPENSSL_HANDLES_H_

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::crypto {

template <auto kFree>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using OpensslPtr = std::unique_ptr<T, OpensslDeleter<kFree>>;

using BioPtr = OpensslPtr<BIO, BIO_free_all>;
using BnPtr = OpensslPtr<BIGNUM, BN_free>;
using ExtensionPtr = OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;
using GeneralNamePtr = OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesPtr = OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using KeyPtr = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using StorePtr = OpensslPtr<X509_STORE, X509_STORE_free>;
using StoreCtxPtr = OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free>;
using X509Ptr = OpensslPtr<X509, X509_free>;

// "what: reason; reason", and the thread's error queue is empty afterwards. Reasons are OpenSSL's
// own texts; they never hold content.
absl::Status OpensslStatus(absl::StatusCode code, absl::string_view what);

// The one certificate that `pem` is. RESOURCE_EXHAUSTED over kCertificatePemBytesMax;
// INVALID_ARGUMENT if it is anything else than exactly one certificate.
absl::StatusOr<X509Ptr> CertificateFromPem(absl::string_view pem);

// A certificate of ours has about 800 bytes; one with RSA keys and many names stays below 16 KiB.
inline constexpr size_t kCertificatePemBytesMax = 64 * 1024;

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_OPENSSL_HANDLES_H_
