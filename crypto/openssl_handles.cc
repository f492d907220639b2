#include "crypto/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr absl::string_view kEnd = "-----END CERTIFICATE-----";
constexpr int kReasonsMax = 4;

// A certificate is not encrypted; without this OpenSSL would ask for a password on the terminal.
int NoPassword(char*, int, int, void*) { return 0; }

}  // namespace

absl::Status OpensslStatus(absl::StatusCode code, absl::string_view what) {
  std::string message(what);
  int reasons = 0;
  while (const unsigned long error = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(error);
    if (reason == nullptr || reasons == kReasonsMax) continue;
    absl::StrAppend(&message, reasons == 0 ? ": " : "; ", reason);
    ++reasons;
  }
  return absl::Status(code, message);
}

absl::StatusOr<X509Ptr> CertificateFromPem(absl::string_view pem) {
  if (pem.size() > kCertificatePemBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a certificate of ", pem.size(), " bytes, at most ", kCertificatePemBytesMax));
  }
  // OpenSSL skips what stands around and takes the first of several: then two readers could see
  // two different certificates in one text.
  pem = absl::StripAsciiWhitespace(pem);
  if (!absl::StartsWith(pem, kBegin) || !absl::EndsWith(pem, kEnd) ||
      absl::StrContains(pem.substr(kBegin.size()), "-----BEGIN")) {
    return absl::InvalidArgumentError("not exactly one certificate in PEM");
  }
  // A PEM reader wants the newline that the strip took.
  const std::string text = absl::StrCat(pem, "\n");
  ERR_clear_error();
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return OpensslStatus(absl::StatusCode::kInternal, "BIO");
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
  if (certificate == nullptr) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "not a certificate");
  }
  return certificate;
}

}  // namespace tidemark::crypto
