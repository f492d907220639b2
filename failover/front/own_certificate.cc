#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/pki.h"
#include "failover/front/front_end.h"
#include "failover/front/tls.h"

namespace tidemark::failover::front {
namespace {

constexpr absl::Duration kValidity = absl::Hours(24 * 825);
// One that ends sooner is not kept: a server may run for weeks.
constexpr absl::Duration kLeftMin = absl::Hours(24 * 30);
// For clients whose clock is behind ours.
constexpr absl::Duration kClockSlack = absl::Hours(1);
constexpr size_t kCommonNameBytesMax = 64;  // RFC 5280 appendix A.1

std::string CommonName(const std::string& host) { return host.substr(0, kCommonNameBytesMax); }

// Whom it is for: DNS names and addresses.
struct Names {
  std::string host;
  std::vector<std::string> dns;
  std::vector<std::string> addresses;
};

bool IsAddress(const std::string& text) {
  boost::system::error_code error;
  boost::asio::ip::make_address(text, error);
  return !error;
}

Names NamesOf(const std::string& host, const std::vector<std::string>& listening) {
  Names names{.host = host, .dns = {"localhost"}, .addresses = {"127.0.0.1", "::1"}};
  (IsAddress(host) ? names.addresses : names.dns).push_back(host);
  names.addresses.insert(names.addresses.end(), listening.begin(), listening.end());
  return names;
}

bool IsForAll(const std::string& certificate, const Names& names) {
  const auto is_for = [&certificate](const std::string& name) {
    return IsCertificateFor(certificate, name);
  };
  return std::all_of(names.dns.begin(), names.dns.end(), is_for) &&
         std::all_of(names.addresses.begin(), names.addresses.end(), is_for);
}

// Nothing that is wrong with it matters: it is then made anew.
bool IsGood(const OwnCertificate& files, const Names& names, absl::Time now) {
  const absl::StatusOr<std::string> certificate = base::ReadSmallFile(files.certificate_path);
  const absl::StatusOr<std::string> key = base::ReadSmallFile(files.key_path);
  const absl::StatusOr<std::string> authority = base::ReadSmallFile(files.authority_path);
  if (!certificate.ok() || !key.ok() || !authority.ok()) return false;
  const absl::StatusOr<crypto::CertificateInfo> info = crypto::ParseCertificate(*certificate);
  return info.ok() && info->common_name == CommonName(names.host) &&
         IsForAll(*certificate, names) && crypto::CheckKeyFits(*certificate, *key).ok() &&
         crypto::VerifyCertificate(*certificate, *authority, now).ok() &&
         info->not_after - now >= kLeftMin;
}

absl::Status Make(const OwnCertificate& files, const Names& names, absl::Time now) {
  const absl::Time begin = now - kClockSlack;
  const absl::Time end = now + kValidity;
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey authority,
                   crypto::CreateAuthority("tidemark serve", begin, end));
  const crypto::CertificateRequest request = {.common_name = CommonName(names.host),
                                              .uris = {},
                                              .dns_names = names.dns,
                                              .ip_addresses = names.addresses,
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

absl::StatusOr<std::vector<std::string>> JudgeCertificate(const std::string& path,
                                                          const std::string& host, absl::Time now) {
  ASSIGN_OR_RETURN(const std::string pem, base::ReadSmallFile(path));
  const absl::StatusOr<crypto::CertificateInfo> info = crypto::ParseCertificate(pem);
  RETURN_IF_ERROR(base::Annotate(info.status(), path));
  if (now < info->not_before) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": valid only from ", absl::FormatTime(info->not_before, absl::UTCTimeZone())));
  }
  if (now > info->not_after) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": expired on ", absl::FormatTime(info->not_after, absl::UTCTimeZone())));
  }
  std::vector<std::string> warnings;
  if (info->not_after - now < kLeftMin) {
    warnings.push_back(
        absl::StrCat(path, " ends on ", absl::FormatTime(info->not_after, absl::UTCTimeZone())));
  }
  if (!IsCertificateFor(pem, host)) {
    warnings.push_back(absl::StrCat(path, " is not for ", host, ", the host of rdds.base_url"));
  }
  return warnings;
}

absl::StatusOr<OwnCertificate> KeepOwnCertificate(const std::string& dir, const std::string& host,
                                                  absl::Time now,
                                                  const std::vector<std::string>& addresses) {
  const Names names = NamesOf(host, addresses);
  const OwnCertificate files = {.certificate_path = absl::StrCat(dir, "/tls.crt"),
                                .key_path = absl::StrCat(dir, "/tls.key"),
                                .authority_path = absl::StrCat(dir, "/authority.crt")};
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  if (!IsGood(files, names, now)) RETURN_IF_ERROR(Make(files, names, now));
  return files;
}

}  // namespace tidemark::failover::front
