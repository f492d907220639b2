#include "crypto/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr absl::string_view kEnd = "-----END CERTIFICATE-----";
constexpr int kReasonsMax = 4;

bool IsBase64OrSpace(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || absl::ascii_isspace(byte) || c == '+' || c == '/' || c == '=';
}

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
  // OpenSSL skips what stands around a certificate or after it in the same block, obeys headers,
  // and takes the first of several: then two readers could see two certificates in one text.
  absl::string_view body = absl::StripAsciiWhitespace(pem);
  if (!absl::ConsumePrefix(&body, kBegin) || !absl::ConsumeSuffix(&body, kEnd) ||
      !std::all_of(body.begin(), body.end(), IsBase64OrSpace)) {
    return absl::InvalidArgumentError("not exactly one certificate in PEM");
  }
  // A PEM reader wants the newline that the strip took.
  const std::string text = absl::StrCat(kBegin, body, kEnd, "\n");
  ERR_clear_error();
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return OpensslStatus(absl::StatusCode::kInternal, "BIO");
  unsigned char* der = nullptr;
  long der_bytes = 0;
  if (PEM_bytes_read_bio(&der, &der_bytes, nullptr, PEM_STRING_X509, bio.get(), nullptr, nullptr) !=
      1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "not a certificate");
  }
  const absl::Cleanup free_der = [der] { OPENSSL_free(der); };
  const unsigned char* end = der;
  X509Ptr certificate(d2i_X509(nullptr, &end, der_bytes));
  if (certificate == nullptr || end != der + der_bytes) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "not a certificate");
  }
  return certificate;
}

}  // namespace tidemark::crypto
