// HTTP without sockets: what is understood, what is refused.
#include "failover/front/http_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::failover::front {
namespace {

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

}  // namespace
}  // namespace tidemark::failover::front
