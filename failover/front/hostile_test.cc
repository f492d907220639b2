// What strangers may send, and what they may leave out, over real sockets. Deadlines are short;
// that something ends is proved by its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <functional>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/testing.h"
#include "failover/front/front_end_testing.h"

namespace tidemark::failover::front {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kHost[] = " HTTP/1.1\r\nHost: h\r\n";
constexpr absl::Duration kSoon = absl::Milliseconds(200);

using HostileTest = FrontEndTest;

// Sends a byte whenever nothing came for some milliseconds, until the other side ends.
void Trickle(boost::asio::ip::tcp::socket& socket, const std::function<bool()>& send_byte) {
  pollfd descriptor = {.fd = socket.native_handle(), .events = POLLIN, .revents = 0};
  while (poll(&descriptor, 1, 5) == 0) {
    if (!send_byte()) return;
  }
}

TEST_F(HostileTest, ASlowHeaderIsCutHoweverOftenAByteComes) {
  limits_.request_max = kSoon;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  // The ticket of TLS 1.3 is there to be read until an answer was.
  ASSERT_EQ(client.Get("/help").status, 200);
  Trickle(client.socket(), [&client] { return client.Send("G"); });
  EXPECT_EQ(client.ReadToEnd(), "");
  WaitFor([](const Counters& counters) { return counters.cut == 1; });
}

TEST_F(HostileTest, ASlowLineOfWhoisIsCut) {
  limits_.request_max = kSoon;
  ASSERT_NO_FATAL_FAILURE(Start());
  PlainClient client(front_->whois_port());
  Trickle(client.socket(), [&client] { return client.Send("w"); });
  EXPECT_EQ(client.ReadToEnd(), "");
  WaitFor([](const Counters& counters) { return counters.cut == 1; });
}

TEST_F(HostileTest, WhoSaysNothingIsCut) {
  limits_.handshake_max = kSoon;
  limits_.idle_max = kSoon;
  limits_.request_max = kSoon;
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_EQ(PlainClient(front_->rdap_port()).ReadToEnd(), "");
  EXPECT_EQ(PlainClient(front_->whois_port()).ReadToEnd(), "");
  TlsClient idle = Connect();
  EXPECT_EQ(idle.Get("/help").status, 200);
  EXPECT_EQ(idle.ReadToEnd(), "");
  WaitFor([](const Counters& counters) { return counters.cut == 3 && counters.connections == 0; });
}

TEST_F(HostileTest, WhoDoesNotReadIsCut) {
  limits_.answer_max = kSoon;
  limits_.burst = 1'000'000;
  limits_.requests_per_connection_max = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  std::string bytes;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&bytes, "GET /domain/whole.example", kHost, "\r\n");
  // More than any buffer of a kernel holds, until nobody takes it any more.
  while (client.Send(bytes)) {
  }
  WaitFor([](const Counters& counters) { return counters.cut == 1 && counters.connections == 0; });
}

TEST_F(HostileTest, WhoisAnswersToWhoDoesNotReadEnd) {
  ASSERT_NO_FATAL_FAILURE(Start());
  PlainClient client(front_->whois_port());
  ASSERT_TRUE(client.Send("whole.example\r\n"));
  // Never read, never closed: the answer is taken by the kernel, the end has a deadline.
  WaitFor([](const Counters& counters) {
    return counters.whois_answers == 1 && counters.connections == 0;
  });
}

TEST_F(HostileTest, LongRequestsAreAnsweredWithTheirRefusal) {
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient line = Connect();
  line.Send("GET /" + std::string(1 << 20, 'a') + kHost + "\r\n");
  EXPECT_EQ(line.Read().status, 414);
  EXPECT_EQ(line.ReadToEnd(), "");
  TlsClient fields = Connect();
  std::string header = "GET /help HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&header, "A", i, ": b\r\n");
  fields.Send(header);
  EXPECT_EQ(fields.Read().status, 431);
  TlsClient body = Connect();
  body.Send(absl::StrCat("GET /help", kHost, "Content-Length: 1048576\r\n\r\n"));
  body.Send(std::string(1 << 20, 'a'));
  EXPECT_EQ(body.Read().status, 413);
  EXPECT_EQ(body.ReadToEnd(), "");
  TlsClient post = Connect();
  post.Send(absl::StrCat("POST /help", kHost, "Content-Length: 3\r\n\r\nabc"));
  const HttpReply reply = post.Read();
  EXPECT_EQ(reply.status, 405);
  EXPECT_THAT(reply.head, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
  EXPECT_THAT(reply.head, HasSubstr("Connection: close\r\n"));
  // What was refused was not the last that anybody asked.
  EXPECT_EQ(Connect().Get("/help").status, 200);
}

TEST_F(HostileTest, LinesOfWhoisAreBounded) {
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_THAT(AskWhois(std::string(1 << 20, 'a')), StartsWith("No query: a line of at most 1024"));
  EXPECT_THAT(AskWhois(std::string(1 << 20, '\0') + "\r\n"), StartsWith("No query: a line"));
  const std::string longest(1024, 'a');
  EXPECT_EQ(AskWhois(longest + "\r\n"), whois_->Respond(longest));
  PlainClient endless(front_->whois_port());
  ASSERT_TRUE(endless.Send("whole.example"));
  endless.EndSending();
  EXPECT_THAT(endless.ReadToEnd(), StartsWith("No query: a line"));
  PlainClient gone(front_->whois_port());
  gone.EndSending();
  EXPECT_EQ(gone.ReadToEnd(), "");
}

TEST_F(HostileTest, WhatIsNoTlsEnds) {
  ASSERT_NO_FATAL_FAILURE(Start());
  PlainClient client(front_->rdap_port());
  client.Send("GET /help HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadToEnd();
  WaitFor([](const Counters& counters) {
    return counters.handshakes_failed == 1 && counters.connections == 0;
  });
}

TEST_F(HostileTest, RandomBytesHarmNobody) {
  limits_.request_max = kSoon;
  limits_.burst = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(Start());
  std::mt19937 random(20261122);
  const auto bytes = [&random] {
    std::string out(1 + random() % 2000, '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
  };
  for (int i = 0; i < 100; ++i) {
    PlainClient(front_->rdap_port()).Send(bytes());
    PlainClient(front_->whois_port()).Send(bytes());
    TlsClient inside = Connect();
    inside.Send(bytes() + (i % 2 == 0 ? "\r\n\r\n" : ""));
    inside.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    // One answer at most, and never a good one.
    const std::string reply = inside.ReadToEnd();
    EXPECT_TRUE(reply.empty() || absl::StartsWith(reply, "HTTP/1.1 4") ||
                absl::StartsWith(reply, "HTTP/1.1 5"))
        << reply;
  }
  EXPECT_EQ(Connect().Get("/help").status, 200);
  WaitFor([](const Counters& counters) { return counters.connections == 0; });
  EXPECT_OK(front_->CheckRunning());
}

}  // namespace
}  // namespace tidemark::failover::front
