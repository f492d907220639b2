// Whatever the bytes, as the text of a certificate and as what the text encodes: what is read has
// names without a NUL in them, is read the same again, and was not issued by itself.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "crypto/pki.h"

namespace tidemark::crypto {
namespace {

void Read(absl::string_view pem) {
  const absl::StatusOr<CertificateInfo> info = ParseCertificate(pem);
  if (!info.ok()) {
    CHECK(!info.status().message().empty());
    return;
  }
  CHECK(info->common_name.find('\0') == std::string::npos);
  for (const std::string& uri : info->uris) CHECK(uri.find('\0') == std::string::npos);
  CHECK(info->serial_hex.size() % 2 == 0);
  const absl::StatusOr<CertificateInfo> again = ParseCertificate(pem);
  CHECK(again.ok() && again->uris == info->uris && again->serial_hex == info->serial_hex);
  // The seeds are no authorities, and no mutation has a signature of its own.
  CHECK(absl::IsPermissionDenied(VerifyCertificate(pem, pem, info->not_before)));
}

std::string PemOf(absl::string_view der) {
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  const std::string base64 = absl::Base64Escape(der);
  for (size_t at = 0; at < base64.size(); at += 64) {
    absl::StrAppend(&pem, base64.substr(at, 64), "\n");
  }
  return absl::StrCat(pem, "-----END CERTIFICATE-----\n");
}

}  // namespace
}  // namespace tidemark::crypto

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::crypto::Read(bytes);
  tidemark::crypto::Read(tidemark::crypto::PemOf(bytes));
  return 0;
}
