// RDAP and WHOIS asked as they are meant to be, over real sockets.
#include "failover/front/front_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/testing.h"
#include "failover/front/front_end_testing.h"

namespace tidemark::failover::front {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

// All but the date, which is the clock's.
std::string WithoutDate(std::string head) {
  const size_t date = head.find("\r\nDate: ");
  if (date != std::string::npos) head.erase(date, head.find("\r\n", date + 2) - date);
  return head;
}

TEST_F(FrontEndTest, AContactWhoseIdIsWithheldIsAnsweredLikeOneThatIsNotThere) {
  config_.redaction.fields[ContactField::kId] = Exposure::kRegistrant;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  // Of a registrant, of a technical contact, of nobody's.
  for (const char* const id : {"owner", "tech", "idle"}) {
    for (const char* const line : {"GET", "HEAD"}) {
      for (const char* const field : {"", "If-None-Match: *\r\n"}) {
        const auto ask = [&](absl::string_view handle) {
          EXPECT_TRUE(client.Send(absl::StrCat(line, " /entity/", handle, kHost, field, "\r\n")));
          return client.Read(absl::string_view(line) == "HEAD");
        };
        const HttpReply there = ask(id);
        const HttpReply absent = ask("absent");
        EXPECT_EQ(there.status, 404) << id << " " << line << " " << field;
        EXPECT_EQ(there.status, absent.status);
        EXPECT_EQ(WithoutDate(there.head), WithoutDate(absent.head));
        EXPECT_EQ(there.body, absent.body);
      }
    }
    for (const char* const query : {"", "registrar ", "contact "}) {
      EXPECT_EQ(AskWhois(absl::StrCat(query, id, "\r\n")),
                AskWhois(absl::StrCat(query, "absent\r\n")));
    }
  }
  // A domain's registrant is shown with it, as the policy says.
  EXPECT_THAT(client.Get("/domain/whole.example").body, HasSubstr("ZebraRoid-EX"));
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

}  // namespace
}  // namespace tidemark::failover::front
