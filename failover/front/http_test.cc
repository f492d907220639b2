// HTTP without sockets: what is understood, what is refused, what is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "failover/front/http_answer.h"
#include "failover/front/http_request.h"
#include "failover/lookup/registry_testing.h"
#include "failover/rdap/responder.h"

namespace tidemark::failover::front {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using State = RequestReader::State;

constexpr size_t kHeaderBytesMax = 8192;

Request RequestOf(absl::string_view bytes) {
  RequestReader reader(kHeaderBytesMax);
  reader.Feed(bytes);
  EXPECT_EQ(reader.state(), State::kRequest) << bytes;
  return reader.request();
}

int RefusalOf(absl::string_view bytes) { return RequestOf(bytes).refusal; }

TEST(RequestReader, ReadsARequest) {
  const Request request = RequestOf("GET /domain/a.example?x=1 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(request.refusal, 0);
  EXPECT_EQ(request.method, Method::kGet);
  EXPECT_EQ(request.target, "/domain/a.example?x=1");
  EXPECT_TRUE(request.keep_alive);
  EXPECT_EQ(request.if_none_match, "");
}

TEST(RequestReader, TheSameInAnyPieces) {
  const std::string bytes =
      "\r\nHEAD https://h/help HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"a\"\r\nif-none-match: "
      "\"b\"\r\n"
      "Connection: close\r\n\r\n";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    RequestReader reader(kHeaderBytesMax);
    for (size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_EQ(reader.state(), State::kNeedMore) << piece;
      reader.Feed(absl::string_view(bytes).substr(at, piece));
    }
    ASSERT_EQ(reader.state(), State::kRequest) << piece;
    EXPECT_EQ(reader.request().refusal, 0);
    EXPECT_EQ(reader.request().method, Method::kHead);
    EXPECT_TRUE(reader.request().is_head);
    EXPECT_EQ(reader.request().target, "/help");
    EXPECT_EQ(reader.request().if_none_match, "\"a\",\"b\"");
    EXPECT_FALSE(reader.request().keep_alive);
  }
}

TEST(RequestReader, PipelinedRequestsComeOneByOne) {
  RequestReader reader(kHeaderBytesMax);
  reader.Feed("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HT");
  ASSERT_EQ(reader.state(), State::kRequest);
  EXPECT_EQ(reader.request().target, "/1");
  reader.Next();
  ASSERT_EQ(reader.state(), State::kRequest);
  EXPECT_EQ(reader.request().target, "/2");
  reader.Next();
  ASSERT_EQ(reader.state(), State::kNeedMore);
  EXPECT_TRUE(reader.has_begun());
  reader.Feed("TP/1.0\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kRequest);
  EXPECT_EQ(reader.request().target, "/3");
  EXPECT_FALSE(reader.request().keep_alive);
  reader.Next();
  EXPECT_FALSE(reader.has_begun());
}

TEST(RequestReader, EmptyLinesBeginNothing) {
  RequestReader reader(kHeaderBytesMax);
  for (int i = 0; i < 100'000; ++i) reader.Feed("\r\n");
  EXPECT_EQ(reader.state(), State::kNeedMore);
  EXPECT_FALSE(reader.has_begun());
}

TEST(RequestReader, RefusesWithTheRightStatus) {
  struct Case {
    absl::string_view bytes;
    int status;
  };
  const Case cases[] = {
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 405},
      {"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\n\r\n", 505},
      {"GET / FTP/1.1\r\nHost: h\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\n\r\n", 400},  // no Host
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET domain/a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET https://h HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET https://h?x=/help HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET https://h#/help HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET https:///help HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET https://a@h/help HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /help#a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 505},  // bare line feeds
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: \x01\r\n\r\n", 400},
      {"GET /\x80 HTTP/1.1 more\r\nHost: h\r\n\r\n", 505},
      {"\x16\x03\x01\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 413},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
  };
  for (const Case& c : cases) EXPECT_EQ(RefusalOf(c.bytes), c.status) << c.bytes;
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"), 0);
  EXPECT_EQ(RefusalOf("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 0);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.0\r\n\r\n"), 0);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\n"), 0);
  EXPECT_EQ(RequestOf("GET HTTPS://H:443/help HTTP/1.1\r\nHost: h\r\n\r\n").target, "/help");
}

TEST(RequestReader, HeadStaysHeadWhenItIsRefused) {
  EXPECT_TRUE(RequestOf("HEAD / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n").is_head);
  EXPECT_TRUE(RequestOf("HEAD / HTTP/3.0\r\nHost: h\r\n\r\n").is_head);
  EXPECT_TRUE(RequestOf("HEAD /" + std::string(kHeaderBytesMax, 'a')).is_head);
}

TEST(RequestReader, LongTargetsAndHeadersAreRefused) {
  const auto get = [](size_t bytes) {
    return absl::StrCat("GET /", std::string(bytes - 1, 'a'), " HTTP/1.1\r\nHost: h\r\n\r\n");
  };
  EXPECT_EQ(RefusalOf(get(kTargetBytesMax)), 0);
  EXPECT_EQ(RefusalOf(get(kTargetBytesMax + 1)), 414);
  EXPECT_EQ(RefusalOf(get(kHeaderBytesMax)), 414);
  const auto with_field = [](size_t bytes) {
    return absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\nA: ", std::string(bytes, 'a'), "\r\n\r\n");
  };
  EXPECT_EQ(RefusalOf(with_field(4000)), 0);
  EXPECT_EQ(RefusalOf(with_field(kHeaderBytesMax)), 431);
}

// Nothing more is taken than the limit and a piece, whether a line ever ends or not.
TEST(RequestReader, EndlessHeadersAreRefusedOnTheWay) {
  for (const auto& [piece, status] : std::vector<std::pair<std::string, int>>{
           {std::string(1000, 'G'), 414}, {"GET / HTTP/1.1\r\nA: b\r\n", 431}}) {
    RequestReader reader(kHeaderBytesMax);
    size_t fed = 0;
    while (reader.state() == State::kNeedMore) {
      ASSERT_LE(fed, kHeaderBytesMax);
      reader.Feed(piece);
      fed += piece.size();
    }
    EXPECT_EQ(reader.request().refusal, status);
    EXPECT_FALSE(reader.request().keep_alive);
  }
}

class Answers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(SmallRegistry()));
    responder_.emplace(*registry_.lookup);
  }

  HttpAnswer Answer(const Request& request, absl::string_view base_path = "/") {
    return AnswerTo(request, {.responder = *responder_,
                              .base_path = base_path,
                              .now = absl::FromUnixSeconds(784111777),
                              .connection = Connection::kKeepAlive});
  }
  HttpAnswer Get(absl::string_view target, absl::string_view base_path = "/") {
    Request request;
    request.target = std::string(target);
    return Answer(request, base_path);
  }

  static std::string HeadOf(const HttpAnswer& answer) {
    return answer.bytes.substr(0, answer.bytes.find("\r\n\r\n") + 2);
  }
  static std::string BodyOf(const HttpAnswer& answer) {
    return answer.bytes.substr(answer.bytes.find("\r\n\r\n") + 4);
  }
  static std::string EtagOf(const HttpAnswer& answer) {
    const size_t at = answer.bytes.find("ETag: ") + 6;
    return answer.bytes.substr(at, answer.bytes.find('\r', at) - at);
  }

  TestRegistry registry_;
  std::optional<rdap::Responder> responder_;
};

TEST_F(Answers, AnObjectComesWithWhatClientsNeed) {
  const HttpAnswer answer = Get("/domain/whole.example");
  EXPECT_EQ(answer.status, 200);
  const std::string body = BodyOf(answer);
  EXPECT_EQ(body, responder_->Respond("/domain/whole.example").body);
  EXPECT_EQ(HeadOf(answer), absl::StrCat("HTTP/1.1 200 OK\r\n"
                                         "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                         "Connection: keep-alive\r\n"
                                         "Access-Control-Allow-Origin: *\r\n"
                                         "Access-Control-Expose-Headers: ETag, Retry-After\r\n"
                                         "Strict-Transport-Security: max-age=31536000\r\n"
                                         "ETag: ",
                                         EtagOf(answer),
                                         "\r\nCache-Control: no-cache\r\n"
                                         "Content-Type: application/rdap+json\r\n"
                                         "X-Content-Type-Options: nosniff\r\n"
                                         "Content-Length: ",
                                         body.size(), "\r\n"));
}

TEST_F(Answers, HeadIsGetWithoutTheBody) {
  Request request;
  request.target = "/domain/whole.example";
  const HttpAnswer get = Answer(request);
  request.method = Method::kHead;
  request.is_head = true;
  const HttpAnswer head = Answer(request);
  EXPECT_EQ(head.bytes, HeadOf(get) + "\r\n");
  request.refusal = 414;
  EXPECT_EQ(BodyOf(Answer(request)), "");
}

TEST_F(Answers, ATagThatIsKnownGives304WithoutABody) {
  Request request;
  request.target = "/domain/whole.example";
  const HttpAnswer first = Answer(request);
  for (const std::string& known :
       {EtagOf(first), "W/" + EtagOf(first), "\"x\", " + EtagOf(first), std::string("*")}) {
    request.if_none_match = known;
    const HttpAnswer again = Answer(request);
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(BodyOf(again), "");
    EXPECT_THAT(again.bytes, HasSubstr("ETag: " + EtagOf(first)));
    EXPECT_THAT(again.bytes, Not(HasSubstr("Content-Length")));
  }
  request.if_none_match = "\"x\"";
  EXPECT_EQ(Answer(request).bytes, first.bytes);
  // Errors have no tag, and "*" does not make them good.
  request.target = "/domain/absent.example";
  request.if_none_match = "*";
  EXPECT_EQ(Answer(request).status, 404);
}

TEST_F(Answers, ATagThatIsAnothersGives412) {
  Request request;
  request.target = "/domain/whole.example";
  const HttpAnswer first = Answer(request);
  for (const std::string& good : {EtagOf(first), "\"x\", " + EtagOf(first), std::string("*")}) {
    request.if_match = good;
    EXPECT_EQ(Answer(request).bytes, first.bytes) << good;
  }
  for (const std::string& bad : {std::string("\"x\""), "W/" + EtagOf(first)}) {
    request.if_match = bad;
    EXPECT_EQ(Answer(request).status, 412) << bad;
  }
  request.target = "/domain/absent.example";
  EXPECT_EQ(Answer(request).status, 404);
}

TEST_F(Answers, OnlyWhatIsBelowTheBaseIsAnswered) {
  EXPECT_EQ(Get("/rdap/help", "/rdap/").status, 200);
  EXPECT_EQ(Get("/rdap/", "/rdap/").status, 400);  // the responder's
  for (const char* target : {"/help", "/rdap", "/rdaphelp", "/", "//rdap/help"}) {
    const HttpAnswer answer = Get(target, "/rdap/");
    EXPECT_EQ(answer.status, 404) << target;
    const json body = json::parse(BodyOf(answer), nullptr, false);
    ASSERT_TRUE(body.is_object()) << target;
    EXPECT_EQ(body["errorCode"], 404);
    EXPECT_EQ(body["rdapConformance"][0], "rdap_level_0");
  }
}

TEST_F(Answers, OptionsTellABrowserThatItMayAsk) {
  Request request;
  request.method = Method::kOptions;
  request.target = "/domain/whole.example";
  const HttpAnswer answer = Answer(request);
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.bytes, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(answer.bytes, HasSubstr("Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"));
  EXPECT_THAT(answer.bytes, Not(HasSubstr("Content-")));
}

TEST_F(Answers, RefusalsHaveABodyOfRdapAndNothingOfTheRequest) {
  Request request;
  request.target = "/secret";
  for (const int status : {400, 405, 413, 414, 431, 501, 505}) {
    request.refusal = status;
    const HttpAnswer answer = Answer(request);
    EXPECT_EQ(answer.status, status);
    const json body = json::parse(BodyOf(answer), nullptr, false);
    ASSERT_TRUE(body.is_object()) << status;
    EXPECT_EQ(body["errorCode"], status);
    EXPECT_THAT(answer.bytes, Not(HasSubstr("secret")));
    EXPECT_THAT(answer.bytes, HasSubstr("Cache-Control: no-store\r\n"));
    if (status == 413) {
      EXPECT_THAT(answer.bytes, StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
    }
    EXPECT_THAT(answer.bytes,
                status == 405 ? HasSubstr("Allow: GET, HEAD, OPTIONS\r\n") : HasSubstr("Date: "));
  }
}

TEST_F(Answers, TooManySaysWhenToGoOn) {
  const AnswerContext context = {.responder = *responder_,
                                 .base_path = "/",
                                 .now = absl::UnixEpoch(),
                                 .connection = Connection::kKeepAlive};
  for (const auto& [wait, seconds] : std::vector<std::pair<absl::Duration, int>>{
           {absl::Milliseconds(1), 1}, {absl::Seconds(1), 1}, {absl::Milliseconds(1001), 2}}) {
    const HttpAnswer answer = AnswerTooMany(Request(), wait, context);
    EXPECT_EQ(answer.status, 429);
    EXPECT_THAT(answer.bytes, HasSubstr(absl::StrCat("Retry-After: ", seconds, "\r\n")));
    EXPECT_EQ(json::parse(BodyOf(answer), nullptr, false)["errorCode"], 429);
  }
}

}  // namespace
}  // namespace tidemark::failover::front
