// HTTP without sockets: what is answered.
#include "failover/front/http_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/front/http_request.h"
#include "failover/lookup/registry_testing.h"
#include "failover/rdap/responder.h"

namespace tidemark::failover::front {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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
