// What strangers may send, and what they may leave out, over real sockets. Deadlines are short;
// that something ends is proved by its end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
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

TEST_F(HostileTest, OneClientHasSoManyConnections) {
  limits_.connections_per_client_max = 2;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient first = Connect();
  ASSERT_EQ(first.Get("/help").status, 200);
  {
    PlainClient second(front_->whois_port());
    WaitFor([](const Counters& counters) { return counters.connections == 2; });
    EXPECT_FALSE(Connect().is_connected());
    EXPECT_EQ(front_->counters().refused, 1u);
    EXPECT_EQ(first.Get("/help").status, 200);
  }
  WaitFor([](const Counters& counters) { return counters.connections == 1; });
  EXPECT_TRUE(Connect().is_connected());
}

TEST_F(HostileTest, QuestionsOfOneClientAreLimitedOverBothProtocols) {
  limits_.requests_per_second = 1;
  limits_.burst = 20;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  std::string bytes;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&bytes, "GET /help", kHost, "\r\n");
  ASSERT_TRUE(client.Send(bytes));
  int answered = 0;
  int refused = 0;
  for (HttpReply reply = client.Read(); reply.status != 0; reply = client.Read()) {
    if (reply.status == 200) ++answered;
    if (reply.status != 429) continue;
    ++refused;
    EXPECT_THAT(reply.head, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(reply.head,
                HasSubstr(refused < 10 ? "Connection: keep-alive" : "Connection: close"));
    EXPECT_THAT(reply.body, HasSubstr("\"errorCode\":429"));
  }
  EXPECT_GE(answered, 20);
  EXPECT_EQ(refused, 10);
  int lines = 0;
  while (!absl::StartsWith(AskWhois("whole.example\r\n"), "Too many queries")) {
    ASSERT_LT(++lines, 20);
  }
  EXPECT_EQ(front_->counters().rate_limited, static_cast<uint64_t>(refused) + 1);
}

TEST_F(HostileTest, AnswersThatNobodyTakesKeepOthersFromBeingComputed) {
  limits_.outgoing_bytes_max = 1;  // one answer
  limits_.burst = 1'000'000;
  limits_.requests_per_connection_max = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient hog = Connect();
  std::thread asking([&hog] {
    std::string bytes;
    for (int i = 0; i < 200; ++i) {
      absl::StrAppend(&bytes, "GET /domain/whole.example", kHost, "\r\n");
    }
    while (hog.Send(bytes)) {
    }
  });
  TlsClient client = Connect();
  HttpReply reply = client.Get("/help");
  while (reply.status == 200) reply = client.Get("/help");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.head, HasSubstr("Retry-After: 5\r\n"));
  while (!absl::StartsWith(AskWhois("whole.example\r\n"), "This server is busy")) {
  }
  EXPECT_GT(front_->counters().busy, 0u);
  hog.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both);
  asking.join();
  while (client.Get("/help").status == 503) {
  }
  EXPECT_EQ(client.Get("/help").status, 200);
}

TEST_F(HostileTest, WhoTakesEveryPlaceLosesThemToNewcomers) {
  limits_.connections_max = 8;
  ASSERT_NO_FATAL_FAILURE(Start());
  std::vector<std::unique_ptr<TlsClient>> idle;
  for (int i = 0; i < 6; ++i) {
    idle.push_back(std::make_unique<TlsClient>(front_->rdap_port(), certificate_.authority_path));
    ASSERT_EQ(idle.back()->Get("/help").status, 200) << i;
  }
  ASSERT_EQ(idle[0]->Get("/help").status, 200);
  EXPECT_EQ(Connect().Get("/help").status, 200);
  // It was the second that had idled longest; nobody else had to go.
  EXPECT_EQ(idle[1]->Get("/help").status, 0);
  EXPECT_EQ(idle[0]->Get("/help").status, 200);
  EXPECT_EQ(front_->counters().given_away, 1u);
  EXPECT_EQ(AskWhois("whole.example\r\n"), whois_->Respond("whole.example"));
  EXPECT_EQ(front_->counters().refused, 0u);
}

TEST_F(HostileTest, AConnectionGrowsOnlySoOld) {
  limits_.connection_max = kSoon;
  limits_.burst = 1'000'000;
  limits_.requests_per_connection_max = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(Start());
  TlsClient client = Connect();
  HttpReply reply = client.Get("/help");
  while (absl::StrContains(reply.head, "keep-alive")) reply = client.Get("/help");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.head, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "");
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

TEST_F(HostileTest, AShortageOfDescriptorsIsWaitedOut) {
  ASSERT_NO_FATAL_FAILURE(Start());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  PlainClient client(front_->whois_port());  // its descriptor, while there are any
  WaitFor([](const Counters& counters) { return counters.connections == 1; });
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket late(context);
  late.open(boost::asio::ip::tcp::v4());
  rlimit now = before;
  now.rlim_cur = 256;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
  std::vector<int> taken;
  for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY)) {
    taken.push_back(fd);
  }
  ASSERT_FALSE(taken.empty());
  const absl::Time begin = absl::Now();
  late.connect(
      {boost::asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(front_->whois_port())});
  WaitFor([](const Counters& counters) { return counters.accept_failures >= 3; });
  // Tried again every 100 ms, not as often as a loop can.
  EXPECT_LE(front_->counters().accept_failures,
            2 + static_cast<uint64_t>((absl::Now() - begin) / absl::Milliseconds(100)));
  for (const int fd : taken) close(fd);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  WaitFor([](const Counters& counters) { return counters.connections == 2; });
  EXPECT_OK(front_->CheckRunning());
}

}  // namespace
}  // namespace tidemark::failover::front
