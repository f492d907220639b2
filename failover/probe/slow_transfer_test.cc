// A name server that is in no hurry: of a message each byte alone, and the next before anybody
// would lose patience with a silent one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "base/testing.h"
#include "failover/probe/whole_zone.h"
#include "failover/probe/witness_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

// Serves one connection until the other side has had enough.
class Dribbler {
 public:
  Dribbler() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, length), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, any, &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~Dribbler() {
    thread_.join();
    close(listener_);
  }
  int port() const { return port_; }

 private:
  void Serve() const {
    const int client = accept(listener_, nullptr, nullptr);
    const absl::Cleanup closer = [client] { close(client); };
    std::string next = "\xff\xff";  // the length of a message
    while (send(client, next.data(), next.size(), MSG_NOSIGNAL) > 0) {
      next = "x";
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::thread thread_;
};

class SlowTransfer : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(
        DepositWitness witness,
        DepositWitness::Read(probe::SmallDeposit().Reader(), {.tld = "example",
                                                              .registrations = Registrations::kNo,
                                                              .whole_zone = WholeZone::kYes,
                                                              .scratch_dir = base::TestDir()}));
    witness_.emplace(std::move(witness));
  }

  absl::StatusOr<WholeZoneResult> Probe(absl::Duration answer_timeout, absl::Duration timeout) {
    const Dribbler server;
    return ProbeWholeZone(
        {.target = {.address = "127.0.0.1", .port = server.port(), .tld = "example"},
         .key_name = "observer",
         .key_secret_base64 = absl::Base64Escape(std::string(32, 'k')),
         .witness = &*witness_,
         .now = absl::Now(),
         .answer_timeout = answer_timeout,
         .timeout = timeout});
  }

  std::optional<DepositWitness> witness_;
};

// All 65,535 bytes would take more than five minutes.
TEST_F(SlowTransfer, AMessageHasItsTimeForAllOfIt) {
  EXPECT_THAT(Probe(/*answer_timeout=*/absl::Seconds(1), /*timeout=*/absl::Hours(1)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("within an answer over TCP")));
}

TEST_F(SlowTransfer, TheTimeOfAllMessagesEndsWithinOne) {
  EXPECT_THAT(Probe(/*answer_timeout=*/absl::Hours(1), /*timeout=*/absl::Seconds(1)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace tidemark::failover
