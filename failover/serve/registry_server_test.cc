#include "failover/serve/registry_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/installed_testing.h"
#include "base/testing.h"
#include "failover/dns/deaf_port_testing.h"
#include "failover/dns/signed_server.h"
#include "failover/front/front_end_testing.h"

namespace tidemark::failover {
namespace {

using front::TlsClient;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kReady = absl::Seconds(60);
constexpr char kDeposit[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="FULL" id="20261122001"
    xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
    xmlns:d="urn:ietf:params:xml:ns:rdeDomain-1.0"
    xmlns:hd="urn:ietf:params:xml:ns:rdeHeader-1.0">
 <rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
 <rde:rdeMenu>
  <rde:version>1.0</rde:version>
  <rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>
 </rde:rdeMenu>
 <rde:contents>
  <hd:header>
   <hd:tld>example</hd:tld>
   <hd:count uri="urn:ietf:params:xml:ns:rdeDomain-1.0">1</hd:count>
  </hd:header>
  <d:domain><d:name>a.example</d:name><d:roid>D1-EX</d:roid><d:status s="ok"/>
   <d:clID>reg-a</d:clID><d:crDate>2020-01-01T00:00:00Z</d:crDate>
   <d:exDate>2030-01-01T00:00:00Z</d:exDate></d:domain>
 </rde:contents>
</rde:deposit>
)";

struct SessionFree {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using TlsSession = std::unique_ptr<SSL_SESSION, SessionFree>;

class RegistryServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    RebuildOptions rebuild;
    rebuild.out_dir = base::TestDir() + "/rebuilt";
    base::StringSource deposit{absl::string_view(kDeposit)};
    ASSERT_OK(Rebuild([&](const OnRead& on_read,
                          rde::RecordSink& sink) { return ReadXml(deposit, on_read, sink); },
                      rebuild));
    ASSERT_OK_AND_ASSIGN(rebuild_, FinishedRebuild::Open(rebuild.out_dir));
    ASSERT_OK_AND_ASSIGN(const base::Config none, base::Config::Parse("", "defaults"));
    ASSERT_OK_AND_ASSIGN(const RddsConfig rdds, LoadRddsConfig(none, "example", ZoneConfig()));
    RegistryServerOptions options;
    options.dir = rebuild.out_dir;
    options.addresses = {"127.0.0.1"};
    options.registration_data = RegistrationDataOptions{.config = rdds};
    options.clock = &clock_;
    options.steady_clock = &steady_clock_;
    ASSERT_OK_AND_ASSIGN(server_, RegistryServer::Start(*rebuild_, options));
    ASSERT_OK(server_->WaitUntilAnswering(kReady, [] { return false; }));
  }

  int RdapPort() const {
    const std::string& url = server_->place()->rdap_url;
    return std::stoi(url.substr(url.rfind(':') + 1));
  }

  // What a client of `version` keeps to resume with.
  TlsSession Visit(int version) {
    TlsClient client(RdapPort(), server_->place()->certificate_path,
                     [version](SSL* ssl) { SSL_set_max_proto_version(ssl, version); });
    EXPECT_EQ(client.Get("/help").status, 200);
    TlsSession session(SSL_get1_session(client.native()));
    // OpenSSL forgets the session of a connection that was not shut down.
    SSL_set_shutdown(client.native(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return session;
  }
  bool IsResumed(int version, const TlsSession& session) {
    TlsClient client(RdapPort(), server_->place()->certificate_path, [&](SSL* ssl) {
      SSL_set_max_proto_version(ssl, version);
      SSL_set_session(ssl, session.get());
    });
    EXPECT_EQ(client.Get("/help").status, 200);
    return SSL_session_reused(client.native()) == 1;
  }

  // Looks once more whether all answers.
  absl::Status Look() {
    steady_clock_.Advance(absl::Seconds(5));
    return server_->CheckRunning(absl::ZeroDuration());
  }

  base::FakeClock clock_{absl::Now()};
  base::FakeClock steady_clock_{absl::UnixEpoch()};
  std::unique_ptr<FinishedRebuild> rebuild_;
  std::unique_ptr<RegistryServer> server_;
};

TEST_F(RegistryServerTest, KeysOfTlsTicketsAreForgottenAfterTwelveHoursWhateverTheClockIsSetTo) {
  clock_.Advance(-absl::Hours(5));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsSession session = Visit(version);
    steady_clock_.Advance(absl::Hours(12) - absl::Seconds(1));
    ASSERT_OK(server_->CheckRunning(absl::ZeroDuration()));
    EXPECT_TRUE(IsResumed(version, session)) << version;
    steady_clock_.Advance(absl::Seconds(1));
    ASSERT_OK(server_->CheckRunning(absl::ZeroDuration()));
    EXPECT_FALSE(IsResumed(version, session)) << version;
    // Until the next time the new ones are good.
    const TlsSession next = Visit(version);
    ASSERT_OK(server_->CheckRunning(absl::ZeroDuration()));
    EXPECT_TRUE(IsResumed(version, next)) << version;
  }
  clock_.Advance(absl::Hours(5));
  EXPECT_OK(server_->Stop());
}

TEST_F(RegistryServerTest, QuestionsThatAreLostWhereEverybodyAsksEndNothing) {
  const DeafPort deaf("127.0.0.1", server_->dns().port());
  ::testing::internal::CaptureStderr();
  // Two addresses in turn, that of knotd's own and that of everybody.
  for (int i = 0; i < 2 * 8; ++i) ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("WARN"), HasSubstr(absl::StrCat("port=", server_->dns().port())),
                    HasSubstr("no answer")));
  TlsClient client(RdapPort(), server_->place()->certificate_path);
  EXPECT_EQ(client.Get("/help").status, 200);
  EXPECT_OK(server_->Stop());
}

TEST_F(RegistryServerTest, AServerThatHangsIsNamedAndKilledWhateverTheClockIsSetTo) {
  ASSERT_OK(Look());
  clock_.Advance(-absl::Minutes(30));  // signatures begin somewhat before they are made
  ASSERT_EQ(kill(server_->dns().pid(), SIGSTOP), 0);
  absl::Status status;
  for (int i = 0; i < 2 * 8 && status.ok(); ++i) status = Look();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                               HasSubstr("knotd does not answer any more: no answer")));
  EXPECT_OK(server_->Stop());
}

TEST_F(RegistryServerTest, SignaturesThatBeginLaterAreToldOf) {
  ASSERT_OK(Look());
  clock_.Advance(-absl::Hours(8));
  ::testing::internal::CaptureStderr();
  ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("ERROR"), HasSubstr("knotd: signatures begin at ")));
  EXPECT_THAT(server_->Stop(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd: signatures begin at ")));
}

TEST_F(RegistryServerTest, SignaturesThatAreNotRenewedAreToldOf) {
  ASSERT_OK(Look());
  ASSERT_OK(Look());
  clock_.Advance(kSignatureLifetime - kSignatureRefresh + absl::Hours(23));
  ::testing::internal::CaptureStderr();
  ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), Not(HasSubstr("ERROR")));
  clock_.Advance(absl::Hours(2));
  ::testing::internal::CaptureStderr();
  ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("ERROR"), HasSubstr("signatures are not renewed: knotd")));
  // Once an hour will do.
  ::testing::internal::CaptureStderr();
  ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), Not(HasSubstr("ERROR")));
  steady_clock_.Advance(absl::Hours(1));
  ::testing::internal::CaptureStderr();
  ASSERT_OK(Look());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("ERROR"));
  EXPECT_THAT(server_->Stop(), StatusIs(absl::StatusCode::kUnavailable,
                                        HasSubstr("signatures are not renewed: knotd")));
}

}  // namespace
}  // namespace tidemark::failover
