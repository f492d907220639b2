// Strangers who are many, or want much: what one of them may have, and who gives way to whom. Over
// real sockets.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
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

constexpr char kHost[] = " HTTP/1.1\r\nHost: h\r\n";
constexpr absl::Duration kSoon = absl::Milliseconds(200);

using CrowdTest = FrontEndTest;

TEST_F(CrowdTest, OneClientHasSoManyConnections) {
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

TEST_F(CrowdTest, QuestionsOfOneClientAreLimitedOverBothProtocols) {
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

TEST_F(CrowdTest, AnswersThatNobodyTakesKeepOthersFromBeingComputed) {
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
  // What the hog had asked before it left is refused or computed for a while yet.
  int status = 0;
  while ((status = client.Get("/help").status) == 503) {
  }
  EXPECT_EQ(status, 200);
}

TEST_F(CrowdTest, WhoTakesEveryPlaceLosesThemToNewcomers) {
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

TEST_F(CrowdTest, AConnectionGrowsOnlySoOld) {
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

TEST_F(CrowdTest, AShortageOfDescriptorsIsWaitedOut) {
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
