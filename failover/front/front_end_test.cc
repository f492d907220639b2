// RDAP and WHOIS asked as they are meant to be, over real sockets.
#include "failover/front/front_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/front/front_end_testing.h"

namespace tidemark::failover::front {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kHost[] = " HTTP/1.1\r\nHost: rdap.nic.example\r\n";

TEST_F(FrontEndTest, AnswersWhatTheRespondersSay) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  ASSERT_TRUE(client.is_connected());
  for (const auto& [target, status] :
       std::vector<std::pair<std::string, int>>{{"/domain/whole.example", 200},
                                                {"/domain/absent.example", 404},
                                                {"/x", 400},
                                                {"/ip/192.0.2.1", 501},
                                                {"/help", 200},
                                                {"/entity/9995", 200}}) {
    const HttpReply reply = client.Get(target);
    EXPECT_EQ(reply.status, status) << target;
    EXPECT_EQ(reply.body, rdap_->Respond(target).body) << target;
    EXPECT_THAT(reply.head, AllOf(HasSubstr("Content-Type: application/rdap+json\r\n"),
                                  HasSubstr("Connection: keep-alive\r\n")));
  }
  EXPECT_EQ(AskWhois("whole.example\r\n"), whois_->Respond("whole.example"));
  EXPECT_EQ(AskWhois("whole.example\nother.example\r\n"), whois_->Respond("whole.example"));
  EXPECT_OK(front_->CheckRunning());
  const Counters counters = front_->counters();
  EXPECT_EQ(counters.rdap_answers.at(200), 3u);
  EXPECT_EQ(counters.rdap_answers.at(404), 1u);
  EXPECT_EQ(counters.whois_answers, 2u);
  EXPECT_EQ(counters.cut, 0u);
}

TEST_F(FrontEndTest, HeadPreflightAndConditionalRequestsOnOneConnection) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  ASSERT_TRUE(client.Send(absl::StrCat("HEAD /domain/whole.example", kHost, "\r\n")));
  const HttpReply head = client.Read(/*is_head=*/true);
  EXPECT_EQ(head.status, 200);
  ASSERT_TRUE(client.Send(
      absl::StrCat("OPTIONS /domain/whole.example", kHost, "Origin: https://a.example\r\n\r\n")));
  const HttpReply preflight = client.Read();
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(preflight.head, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  const std::string etag = rdap_->Respond("/domain/whole.example").etag;
  EXPECT_THAT(head.head, HasSubstr(absl::StrCat("ETag: ", etag, "\r\n")));
  ASSERT_TRUE(client.Send(
      absl::StrCat("GET /domain/whole.example", kHost, "If-None-Match: ", etag, "\r\n\r\n")));
  EXPECT_EQ(client.Read().status, 304);
  // The date of the data says nothing about policy and program.
  ASSERT_TRUE(client.Send(absl::StrCat(
      "GET /help", kHost, "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n")));
  const HttpReply help = client.Read();
  EXPECT_EQ(help.status, 200);
  EXPECT_THAT(help.head, Not(HasSubstr("Last-Modified")));
}

TEST_F(FrontEndTest, PipelinedRequestsAreAnsweredInOrder) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&bytes, "GET /", i % 2 == 0 ? "help" : "domain/absent.example", kHost, "\r\n");
  }
  ASSERT_TRUE(client.Send(bytes));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.Read().status, i % 2 == 0 ? 200 : 404) << i;
}

TEST_F(FrontEndTest, AConnectionHasAnEnd) {
  limits_.requests_per_connection_max = 3;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  EXPECT_THAT(client.Get("/help").head, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(client.Get("/help").head, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(client.Get("/help").head, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "");
  TlsClient once = Connect();
  ASSERT_TRUE(once.Send(absl::StrCat("GET /help", kHost, "Connection: close\r\n\r\n")));
  EXPECT_THAT(once.Read().head, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(once.ReadToEnd(), "");
  EXPECT_EQ(front_->counters().cut, 0u);
}

TEST_F(FrontEndTest, OldVersionsOfTlsAreRefused) {
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

TEST_F(FrontEndTest, OnlyHttpAndOnlyWhatHasForwardSecrecy) {
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

TEST_F(FrontEndTest, ACertificateIsReplacedWhileOthersAreConnected) {
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

TEST_F(FrontEndTest, SessionsAreResumed) {
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

TEST_F(FrontEndTest, APortThatIsTakenIsNamed) {
  ASSERT_NO_FATAL_FAILURE(Start());
  FrontEndOptions options = Options();
  options.rdap_port = front_->rdap_port();
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kFailedPrecondition,
                             AllOf(HasSubstr(absl::StrCat("127.0.0.1 port ", options.rdap_port)),
                                   HasSubstr("taken by another program"))));
  options.rdap_port = 0;
  options.whois_port = front_->whois_port();
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("WHOIS")));
}

TEST_F(FrontEndTest, WhatCannotBeServedIsRefusedAtTheStart) {
  ASSERT_NO_FATAL_FAILURE(Start());
  FrontEndOptions options = Options();
  options.addresses = {"192.0.2.1"};
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
  options.addresses = {"localhost"};
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"127.0.0.1", "127.0.0.1"}, {"::ffff:127.0.0.1"}}) {
    options.addresses = wrong;
    EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
                base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(wrong[0])));
  }
  options = Options();
  options.rdap_port = front_->rdap_port();
  options.whois_port = options.rdap_port;
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("both")));
  options = Options();
  options.certificate_path = options.key_path;
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
  // Another certificate's key.
  ASSERT_OK_AND_ASSIGN(const OwnCertificate other,
                       KeepOwnCertificate(dir_ + "/other", "rdap.nic.example", absl::Now()));
  options = Options();
  options.key_path = other.key_path;
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, options),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_EQ(chmod(certificate_.key_path.c_str(), 0644), 0);
  EXPECT_THAT(FrontEnd::Start(*rdap_, *whois_, Options()),
              base::StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(FrontEndTest, StopsWhateverClientsDo) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient idle = Connect();
  EXPECT_EQ(idle.Get("/help").status, 200);
  TlsClient asking = Connect();
  ASSERT_TRUE(asking.Send("GET /help HT"));
  PlainClient silent(front_->rdap_port());
  PlainClient whois(front_->whois_port());
  ASSERT_TRUE(whois.Send("whole"));
  WaitFor([](const Counters& counters) { return counters.connections == 4; });
  const int port = front_->rdap_port();
  front_->Stop();
  EXPECT_EQ(front_->counters().connections, 0);
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(asking.ReadToEnd(), "");
  EXPECT_EQ(silent.ReadToEnd(), "");
  EXPECT_EQ(whois.ReadToEnd(), "");
  EXPECT_FALSE(TlsClient(port, certificate_.authority_path).is_connected());
}

TEST(UrlParts, AreHostAndPath) {
  const auto expect = [](absl::string_view url, absl::string_view host, absl::string_view path) {
    EXPECT_EQ(PartsOf(url).host, host) << url;
    EXPECT_EQ(PartsOf(url).path, path) << url;
  };
  expect("https://rdap.nic.example/", "rdap.nic.example", "/");
  expect("https://rdap.nic.example", "rdap.nic.example", "/");
  expect("https://rdap.nic.example:8443/a/b", "rdap.nic.example", "/a/b/");
  expect("https://user@h:1/rdap/", "h", "/rdap/");
  expect("https://[2001:db8::1]:8443/rdap/", "2001:db8::1", "/rdap/");
}

TEST(CheckBaseUrl, TakesOnlyWhatCanBeServed) {
  for (const char* good : {"https://rdap.nic.example/", "https://h:8443/a/b/", "https://[::1]/"}) {
    EXPECT_OK(CheckBaseUrl(good)) << good;
  }
  for (const char* bad : {"http://h/", "https:///", "https://h/?q=1", "https://h/a#b",
                          "https://u@h/", "https://h/a//b/", "https://h/../"}) {
    EXPECT_THAT(CheckBaseUrl(bad), base::StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
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

TEST(LoadLimits, ReadsEveryKeyWithinItsBounds) {
  ASSERT_OK_AND_ASSIGN(
      const base::Config config,
      base::Config::Parse("[rdds.limits]\nconnections_max = 10\nconnections_per_client_max = 11\n"
                          "requests_per_second = 12\nburst = 13\n"
                          "requests_per_connection_max = 14\nheader_bytes_max = 5000\n"
                          "clients_max = 15\nhandshake_max = \"1s\"\nrequest_max = \"2s\"\n"
                          "idle_max = \"3s\"\nanswer_max = \"4s\"\nconnection_max = \"5s\"\n"
                          "connections_per_network_max = 16\noutgoing_bytes_max = 2000000\n"
                          "threads = 3\n",
                          "t"));
  ASSERT_OK_AND_ASSIGN(const Limits limits, LoadLimits(config));
  EXPECT_OK(config.CheckAllKeysKnown());
  EXPECT_EQ(limits.connections_max, 10);
  EXPECT_EQ(limits.connections_per_client_max, 11);
  EXPECT_EQ(limits.requests_per_second, 12);
  EXPECT_EQ(limits.burst, 13);
  EXPECT_EQ(limits.requests_per_connection_max, 14);
  EXPECT_EQ(limits.header_bytes_max, 5000u);
  EXPECT_EQ(limits.clients_max, 15u);
  EXPECT_EQ(limits.handshake_max, absl::Seconds(1));
  EXPECT_EQ(limits.request_max, absl::Seconds(2));
  EXPECT_EQ(limits.idle_max, absl::Seconds(3));
  EXPECT_EQ(limits.answer_max, absl::Seconds(4));
  EXPECT_EQ(limits.connection_max, absl::Seconds(5));
  EXPECT_EQ(limits.connections_per_network_max, 16);
  EXPECT_EQ(limits.outgoing_bytes_max, 2'000'000u);
  EXPECT_EQ(limits.threads, 3);
  for (const char* bad :
       {"connections_max = 1", "threads = 0", "outgoing_bytes_max = 1", "requests_per_second = 0",
        "burst = 0", "header_bytes_max = 100", "idle_max = \"0s\"", "clients_max = 1024"}) {
    ASSERT_OK_AND_ASSIGN(const base::Config wrong,
                         base::Config::Parse(absl::StrCat("[rdds.limits]\n", bad), "t"));
    EXPECT_THAT(LoadLimits(wrong), base::StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace tidemark::failover::front
