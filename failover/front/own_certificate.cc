#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/pki.h"
#include "failover/front/front_end.h"

namespace tidemark::failover::front {
namespace {

constexpr absl::Duration kValidity = absl::Hours(24 * 825);
// One that ends sooner is not kept: a server may run for weeks.
constexpr absl::Duration kLeftMin = absl::Hours(24 * 30);
// For clients whose clock is behind ours.
constexpr absl::Duration kClockSlack = absl::Hours(1);
constexpr size_t kCommonNameBytesMax = 64;  // RFC 5280 appendix A.1

std::string CommonName(const std::string& host) { return host.substr(0, kCommonNameBytesMax); }

// Nothing that is wrong with it matters: it is then made anew.
bool IsGood(const OwnCertificate& files, const std::string& host, absl::Time now) {
  const absl::StatusOr<std::string> certificate = base::ReadSmallFile(files.certificate_path);
  const absl::StatusOr<std::string> key = base::ReadSmallFile(files.key_path);
  const absl::StatusOr<std::string> authority = base::ReadSmallFile(files.authority_path);
  if (!certificate.ok() || !key.ok() || !authority.ok()) return false;
  const absl::StatusOr<crypto::CertificateInfo> info = crypto::ParseCertificate(*certificate);
  return info.ok() && info->common_name == CommonName(host) &&
         crypto::CheckKeyFits(*certificate, *key).ok() &&
         crypto::VerifyCertificate(*certificate, *authority, now).ok() &&
         info->not_after - now >= kLeftMin;
}

absl::Status Make(const OwnCertificate& files, const std::string& host, absl::Time now) {
  const absl::Time begin = now - kClockSlack;
  const absl::Time end = now + kValidity;
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey authority,
                   crypto::CreateAuthority("tidemark serve", begin, end));
  const crypto::CertificateRequest request = {.common_name = CommonName(host),
                                              .uris = {},
                                              .dns_names = {host, "localhost"},
                                              .ip_addresses = {"127.0.0.1", "::1"},
                                              .use = crypto::CertificateRequest::Use::kServer,
                                              .not_before = begin,
                                              .not_after = end};
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey own,
                   crypto::IssueCertificate(authority, request));
  RETURN_IF_ERROR(base::WriteFile(files.key_path, own.key_pem, base::FileMode::kPrivate));
  RETURN_IF_ERROR(
      base::WriteFile(files.certificate_path, own.certificate_pem, base::FileMode::kPublic));
  return base::WriteFile(files.authority_path, authority.certificate_pem, base::FileMode::kPublic);
}

}  // namespace

absl::StatusOr<OwnCertificate> KeepOwnCertificate(const std::string& dir, const std::string& host,
                                                  absl::Time now) {
  const OwnCertificate files = {.certificate_path = absl::StrCat(dir, "/tls.crt"),
                                .key_path = absl::StrCat(dir, "/tls.key"),
                                .authority_path = absl::StrCat(dir, "/authority.crt")};
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  if (!IsGood(files, host, now)) RETURN_IF_ERROR(Make(files, host, now));
  return files;
}

}  // namespace tidemark::failover::front
