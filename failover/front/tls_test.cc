// TLS as RDAP is served with it, and the certificate of our own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/front/front_end.h"
#include "failover/front/front_end_testing.h"

namespace tidemark::failover::front {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using TlsTest = FrontEndTest;

TEST_F(TlsTest, OldVersionsOfTlsAreRefused) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto at_most = [this](int version) {
    return TlsClient(front_->rdap_port(), certificate_.authority_path, [version](SSL* ssl) {
      SSL_set_security_level(ssl, 0);  // Debian's own floor is 1.2
      SSL_set_min_proto_version(ssl, TLS1_VERSION);
      SSL_set_max_proto_version(ssl, version);
    });
  };
  EXPECT_FALSE(at_most(TLS1_VERSION).is_connected());
  EXPECT_FALSE(at_most(TLS1_1_VERSION).is_connected());
  EXPECT_TRUE(at_most(TLS1_2_VERSION).is_connected());
  EXPECT_TRUE(at_most(TLS1_3_VERSION).is_connected());
}

// An empty password is one: its key derivation would run for as long as the file says.
TEST_F(TlsTest, AnEncryptedKeyAndAHugeFileAreRefused) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const std::string path = base::TestDir() + "/key.pem";
  for (const char* password : {"", "secret"}) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    BIO* const file = BIO_new_file(path.c_str(), "w");
    EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(file, key, EVP_aes_256_cbc(), password, 0, nullptr,
                                            const_cast<char*>(password)),
              1);
    BIO_free(file);
    EVP_PKEY_free(key);
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
    const absl::Status status = front_->ReloadCertificate(certificate_.certificate_path, path);
    EXPECT_THAT(status,
                base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unencrypted")));
  }
  ASSERT_EQ(truncate(path.c_str(), off_t{3} << 30), 0);
  EXPECT_THAT(front_->ReloadCertificate(certificate_.certificate_path, path),
              base::StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(TlsTest, OnlyHttpAndOnlyWhatHasForwardSecrecy) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto with = [this](const std::function<void(SSL*)>& prepare) {
    return TlsClient(front_->rdap_port(), certificate_.authority_path, prepare).is_connected();
  };
  const auto offering = [&with](absl::string_view protocols) {
    return with([protocols](SSL* ssl) {
      SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned int>(protocols.size()));
    });
  };
  EXPECT_TRUE(offering("\x02h2\x08http/1.1"));
  EXPECT_FALSE(offering("\x02h2"));
  const auto using_cipher = [&with](const char* cipher) {
    return with([cipher](SSL* ssl) {
      SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
      SSL_set_cipher_list(ssl, cipher);
    });
  };
  EXPECT_TRUE(using_cipher("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_FALSE(using_cipher("ECDHE-ECDSA-AES128-SHA256"));
}

TEST_F(TlsTest, ACertificateIsReplacedWhileOthersAreConnected) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient before = Connect();
  EXPECT_EQ(before.Get("/help").status, 200);
  ASSERT_OK_AND_ASSIGN(const OwnCertificate other,
                       KeepOwnCertificate(dir_ + "/other", "rdap.nic.example", absl::Now()));
  ASSERT_OK(front_->ReloadCertificate(other.certificate_path, other.key_path));
  EXPECT_FALSE(Connect().is_connected());
  EXPECT_EQ(TlsClient(front_->rdap_port(), other.authority_path).Get("/help").status, 200);
  EXPECT_EQ(before.Get("/help").status, 200);
  // What cannot be used changes nothing.
  EXPECT_THAT(front_->ReloadCertificate(dir_ + "/absent.crt", other.key_path),
              base::StatusIs(absl::StatusCode::kNotFound, HasSubstr("absent.crt")));
  EXPECT_EQ(TlsClient(front_->rdap_port(), other.authority_path).Get("/help").status, 200);
}

TEST_F(TlsTest, SessionsAreResumed) {
  ASSERT_NO_FATAL_FAILURE(Start());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SSL_SESSION* session = nullptr;
    {
      TlsClient first(front_->rdap_port(), certificate_.authority_path,
                      [version](SSL* ssl) { SSL_set_max_proto_version(ssl, version); });
      EXPECT_EQ(first.Get("/help").status, 200);
      EXPECT_EQ(SSL_session_reused(first.native()), 0);
      session = SSL_get1_session(first.native());
      // OpenSSL forgets the session of a connection that was not shut down.
      SSL_set_shutdown(first.native(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }
    ASSERT_NE(session, nullptr);
    TlsClient second(front_->rdap_port(), certificate_.authority_path, [&](SSL* ssl) {
      SSL_set_max_proto_version(ssl, version);
      SSL_set_session(ssl, session);
    });
    EXPECT_EQ(SSL_session_reused(second.native()), 1) << version;
    EXPECT_EQ(second.Get("/help").status, 200);
    SSL_SESSION_free(session);
  }
}

class OwnCertificateTest : public ::testing::Test {
 protected:
  std::string CertificateOf(const std::string& host, absl::Time now) {
    const absl::StatusOr<OwnCertificate> files = KeepOwnCertificate(dir_, host, now);
    EXPECT_OK(files);
    return files.ok() ? base::ReadSmallFile(files->certificate_path).value_or("") : "";
  }

  const std::string dir_ = base::TestDir() + "/rdds";
  const absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

TEST_F(OwnCertificateTest, IsKeptWhileItIsGood) {
  const std::string first = CertificateOf("a.example", now_);
  EXPECT_THAT(first, StartsWith("-----BEGIN CERTIFICATE"));
  EXPECT_EQ(CertificateOf("a.example", now_ + absl::Hours(24 * 700)), first);
  EXPECT_NE(CertificateOf("a.example", now_ + absl::Hours(24 * 800)), first);
}

TEST_F(OwnCertificateTest, IsForEveryAddressThatIsListenedOn) {
  const std::string first = CertificateOf("192.0.2.1", now_);
  EXPECT_EQ(CertificateOf("192.0.2.1", now_), first);
  const std::vector<std::string> addresses = {"192.0.2.53", "2001:db8::53"};
  ASSERT_OK(KeepOwnCertificate(dir_, "192.0.2.1", now_, addresses));
  ASSERT_OK_AND_ASSIGN(const std::string second, base::ReadSmallFile(dir_ + "/tls.crt"));
  EXPECT_NE(second, first);
  ASSERT_OK(KeepOwnCertificate(dir_, "192.0.2.1", now_, addresses));
  EXPECT_EQ(base::ReadSmallFile(dir_ + "/tls.crt").value_or(""), second);
}

TEST_F(OwnCertificateTest, IsJudgedByItsDatesAndItsNames) {
  CertificateOf("a.example", now_);
  const std::string path = dir_ + "/tls.crt";
  EXPECT_THAT(JudgeCertificate(path, "a.example", now_), base::IsOkAndHolds(ElementsAre()));
  EXPECT_THAT(JudgeCertificate(path, "b.example", now_),
              base::IsOkAndHolds(ElementsAre(HasSubstr("is not for b.example"))));
  EXPECT_THAT(JudgeCertificate(path, "a.example", now_ + absl::Hours(24 * 800)),
              base::IsOkAndHolds(ElementsAre(HasSubstr("ends on "))));
  EXPECT_THAT(
      JudgeCertificate(path, "a.example", now_ + absl::Hours(24 * 830)),
      base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("tls.crt: expired on ")));
  EXPECT_THAT(JudgeCertificate(path, "a.example", now_ - absl::Hours(24)),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("valid only from ")));
  EXPECT_THAT(JudgeCertificate(dir_ + "/absent", "a.example", now_),
              base::StatusIs(absl::StatusCode::kNotFound, HasSubstr("absent")));
}

TEST_F(OwnCertificateTest, IsMadeAnewForAnotherHostAndWhenItIsDamaged) {
  const std::string first = CertificateOf("a.example", now_);
  const std::string second = CertificateOf("b.example", now_);
  EXPECT_NE(second, first);
  ASSERT_OK(base::WriteFile(dir_ + "/tls.key", "", base::FileMode::kPrivate));
  EXPECT_NE(CertificateOf("b.example", now_), second);
}

TEST_F(OwnCertificateTest, KeepsItsKeyAndNoAuthoritysKey) {
  const std::string host = std::string(63, 'a') + ".example";  // longer than a common name may be
  EXPECT_NE(CertificateOf(host, now_), "");
  struct stat info;
  ASSERT_EQ(stat((dir_ + "/tls.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_THAT(base::ReadSmallFile(dir_ + "/authority.crt").value_or(""), Not(HasSubstr("PRIVATE")));
}

}  // namespace
}  // namespace tidemark::failover::front
