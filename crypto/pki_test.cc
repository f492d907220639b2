#include "crypto/pki.h"

#include <random>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/testing.h"
#include "crypto/openssl_handles.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);
const absl::Time kMiddle = kStart + absl::Hours(24 * 30);
const absl::Time kEnd = kStart + absl::Hours(24 * 365);

CertificateAndKey Authority(absl::string_view name = "test authority") {
  return CreateAuthority(name, kStart, kEnd).value();
}

CertificateRequest Request() {
  CertificateRequest request;
  request.common_name = "registry of example";
  request.uris = {"tidemark:role/depositor", "tidemark:tld/example"};
  request.not_before = kStart;
  request.not_after = kEnd;
  return request;
}

absl::Status Verify(const CertificateAndKey& certificate, const CertificateAndKey& authority,
                    absl::Time at = kMiddle) {
  return VerifyCertificate(certificate.certificate_pem, authority.certificate_pem, at);
}

TEST(Certificate, SaysWhatWasAskedFor) {
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey issued, IssueCertificate(Authority(), Request()));
  EXPECT_TRUE(absl::StartsWith(issued.key_pem, "-----BEGIN PRIVATE KEY-----"));
  ASSERT_OK_AND_ASSIGN(const CertificateInfo info, ParseCertificate(issued.certificate_pem));
  EXPECT_EQ(info.common_name, "registry of example");
  EXPECT_THAT(info.uris, ElementsAre("tidemark:role/depositor", "tidemark:tld/example"));
  EXPECT_EQ(info.not_before, kStart);
  EXPECT_EQ(info.not_after, kEnd);
}

TEST(Certificate, IsBelievedFromItsFirstToItsLastSecond) {
  const CertificateAndKey authority = Authority();
  CertificateRequest request = Request();
  request.not_before = kStart + absl::Hours(1);
  request.not_after = kEnd - absl::Hours(1);
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey issued, IssueCertificate(authority, request));
  EXPECT_OK(Verify(issued, authority, request.not_before));
  EXPECT_OK(Verify(issued, authority, request.not_after - absl::Seconds(1)));
  EXPECT_THAT(Verify(issued, authority, request.not_before - absl::Seconds(1)),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Verify(issued, authority, request.not_after + absl::Seconds(1)),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(Certificate, OfAnotherAuthorityIsRefusedEvenOfTheSameName) {
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey issued, IssueCertificate(Authority(), Request()));
  EXPECT_THAT(Verify(issued, Authority()), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Verify(issued, Authority("other")), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(Certificate, CannotActAsAuthority) {
  const CertificateAndKey authority = Authority();
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey leaf, IssueCertificate(authority, Request()));
  EXPECT_THAT(IssueCertificate(leaf, Request()), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Verify(leaf, leaf), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(Certificate, OfTheAuthorityIsNoCertificateOfAPeer) {
  const CertificateAndKey authority = Authority();
  EXPECT_THAT(Verify(authority, authority), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(Certificate, AuthorityWithAnothersKeyIssuesNothing) {
  CertificateAndKey mixed = Authority();
  mixed.key_pem = Authority().key_pem;
  EXPECT_THAT(IssueCertificate(mixed, Request()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Certificate, OnlyItsOwnKeyFits) {
  const CertificateAndKey one = Authority();
  EXPECT_OK(CheckKeyFits(one.certificate_pem, one.key_pem));
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(CheckKeyFits(one.certificate_pem, Authority().key_pem), refused);
  EXPECT_THAT(CheckKeyFits(one.certificate_pem, one.certificate_pem), refused);
  EXPECT_THAT(CheckKeyFits(one.key_pem, one.key_pem), refused);
}

TEST(Certificate, ForAServerNamesItsHosts) {
  CertificateRequest request = Request();
  request.use = CertificateRequest::Use::kServer;
  request.dns_names = {"escrow.example.net"};
  request.ip_addresses = {"127.0.0.1", "::1"};
  const CertificateAndKey authority = Authority();
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey issued, IssueCertificate(authority, request));
  EXPECT_OK(Verify(issued, authority));
  ASSERT_OK_AND_ASSIGN(const X509Ptr x509, CertificateFromPem(issued.certificate_pem));
  EXPECT_EQ(X509_check_host(x509.get(), "escrow.example.net", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(x509.get(), "other.example.net", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(x509.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509.get(), "127.0.0.2", 0), 0);
  EXPECT_EQ(X509_check_purpose(x509.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(x509.get(), X509_PURPOSE_SSL_CLIENT, 0), 0);
}

TEST(Certificate, ForAClientIsNotForAServer) {
  ASSERT_OK_AND_ASSIGN(const CertificateAndKey issued, IssueCertificate(Authority(), Request()));
  ASSERT_OK_AND_ASSIGN(const X509Ptr x509, CertificateFromPem(issued.certificate_pem));
  EXPECT_EQ(X509_check_purpose(x509.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(x509.get(), X509_PURPOSE_SSL_SERVER, 0), 0);
}

TEST(Certificate, SerialsAreLongAndDiffer) {
  const CertificateAndKey authority = Authority();
  std::set<std::string> serials;
  for (int i = 0; i < 8; ++i) {
    const CertificateAndKey issued = IssueCertificate(authority, Request()).value();
    const CertificateInfo info = ParseCertificate(issued.certificate_pem).value();
    EXPECT_GE(info.serial_hex.size(), 24u);
    EXPECT_LE(info.serial_hex.size(), 32u);
    serials.insert(info.serial_hex);
  }
  EXPECT_EQ(serials.size(), 8u);
}

TEST(Certificate, NamesAreTakenAsTheyAreNotAsSyntax) {
  CertificateRequest request = Request();
  request.common_name = "a,DNS:b/CN=c";
  request.uris = {"tidemark:tld/a,DNS:evil.example"};
  const CertificateAndKey issued = IssueCertificate(Authority(), request).value();
  const CertificateInfo info = ParseCertificate(issued.certificate_pem).value();
  EXPECT_EQ(info.common_name, "a,DNS:b/CN=c");
  EXPECT_THAT(info.uris, ElementsAre("tidemark:tld/a,DNS:evil.example"));
  const X509Ptr x509 = *CertificateFromPem(issued.certificate_pem);
  EXPECT_EQ(X509_check_host(x509.get(), "evil.example", 0, 0, nullptr), 0);
}

TEST(Certificate, BadRequestsAreRefused) {
  const CertificateAndKey authority = Authority();
  const auto refused = [&](auto change) {
    CertificateRequest request = Request();
    change(request);
    EXPECT_THAT(IssueCertificate(authority, request), StatusIs(absl::StatusCode::kInvalidArgument));
  };
  refused([](CertificateRequest& r) { r.common_name = ""; });
  refused([](CertificateRequest& r) { r.common_name = std::string("a\0b", 3); });
  refused([](CertificateRequest& r) { r.common_name = std::string(65, 'x'); });
  refused([](CertificateRequest& r) { r.not_after = r.not_before; });
  refused([](CertificateRequest& r) { r.not_after = kEnd + absl::Seconds(1); });
  refused([](CertificateRequest& r) { r.not_before = absl::InfinitePast(); });
  refused([](CertificateRequest& r) { r.uris = {""}; });
  refused([](CertificateRequest& r) { r.uris = {"has space"}; });
  refused([](CertificateRequest& r) { r.uris = {std::string("nul\0", 4)}; });
  refused([](CertificateRequest& r) { r.dns_names = {"d\xc3\xbc"}; });
  refused([](CertificateRequest& r) { r.ip_addresses = {"300.1.1.1"}; });
  refused([](CertificateRequest& r) { r.ip_addresses = {std::string("1.2.3.4\0", 8)}; });
  EXPECT_THAT(CreateAuthority("", kStart, kEnd), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CreateAuthority("a", kEnd, kStart), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseCertificate, TakesExactlyOneCertificate) {
  const std::string pem = Authority().certificate_pem;
  EXPECT_OK(ParseCertificate(pem));
  EXPECT_OK(ParseCertificate("\n" + pem + "\n\n"));
  for (const std::string& bad :
       {std::string(), std::string("junk"), pem + pem, "text before\n" + pem, pem + "text after",
        Authority().key_pem, pem + Authority().key_pem}) {
    EXPECT_THAT(ParseCertificate(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(ParseCertificate(pem + std::string(64 * 1024, '\n')),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

// `der` in a PEM block, whatever it is.
std::string PemOf(absl::string_view der) {
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  const std::string base64 = absl::Base64Escape(der);
  for (size_t at = 0; at < base64.size(); at += 64) {
    absl::StrAppend(&pem, base64.substr(at, 64), "\n");
  }
  return pem + "-----END CERTIFICATE-----\n";
}

TEST(ParseCertificate, NothingHidesInsideTheBlock) {
  const std::string pem = Authority().certificate_pem;
  EXPECT_THAT(ParseCertificate(pem + "junk\n-----END CERTIFICATE-----\n"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCertificate(absl::StrReplaceAll(
                  pem, {{"-----BEGIN CERTIFICATE-----\n",
                         "-----BEGIN CERTIFICATE-----\nComment: two readers\n\n"}})),
              StatusIs(absl::StatusCode::kInvalidArgument));
  std::string der;
  ASSERT_TRUE(absl::Base64Unescape(
      absl::StripSuffix(absl::StripPrefix(pem, "-----BEGIN CERTIFICATE-----\n"),
                        "-----END CERTIFICATE-----\n"),
      &der));
  EXPECT_OK(ParseCertificate(PemOf(der)));
  EXPECT_THAT(ParseCertificate(PemOf(der + der)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCertificate(PemOf(der + '\0')), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseCertificate, AuthorityHasNoUris) {
  const CertificateInfo info = ParseCertificate(Authority("mine").certificate_pem).value();
  EXPECT_EQ(info.common_name, "mine");
  EXPECT_THAT(info.uris, IsEmpty());
}

TEST(ParseCertificate, EveryTruncationIsRefused) {
  const std::string pem = std::string(absl::StripSuffix(Authority().certificate_pem, "\n"));
  for (size_t size = 0; size < pem.size(); ++size) {
    EXPECT_THAT(ParseCertificate(pem.substr(0, size)), StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

TEST(ParseCertificate, MutationsAreAnsweredAndNeverBelieved) {
  std::mt19937 random(20240601);
  const CertificateAndKey authority = Authority();
  const CertificateAndKey issued = IssueCertificate(authority, Request()).value();
  const X509Ptr original = *CertificateFromPem(issued.certificate_pem);
  for (int i = 0; i < 3000; ++i) {
    std::string pem = issued.certificate_pem;
    for (uint32_t n = 1 + random() % 3; n > 0; --n) {
      pem[28 + random() % (pem.size() - 54)] = "ABCDwxyz0189+/=\n"[random() % 16];
    }
    const absl::Status status = VerifyCertificate(pem, authority.certificate_pem, kMiddle);
    if (ParseCertificate(pem).ok() && status.ok()) {
      // Base64 has spare bits and line ends: another text, the same certificate.
      EXPECT_EQ(X509_cmp(CertificateFromPem(pem)->get(), original.get()), 0);
    }
  }
}

}  // namespace
}  // namespace tidemark::crypto
