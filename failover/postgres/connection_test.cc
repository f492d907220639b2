// Which servers are talked to, and for how long one is waited for.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/lookup/registry_testing.h"
#include "failover/postgres/export.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

class ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGCONNECT_TIMEOUT"}) {
      unsetenv(name);
    }
    options_.tld = "example";
    options_.connect_within = absl::Seconds(2);
    ASSERT_OK_AND_ASSIGN(store_, StoreOf(SmallRegistry(), base::TestDir() + "/store"));
  }

  absl::Status Export(const std::string& url) {
    options_.url = url;
    return ExportToPostgres(*store_, options_).status();
  }

  std::unique_ptr<RegistryStore> store_;
  PostgresOptions options_;
};

TEST_F(ConnectionTest, AServerThatNeverAnswersIsAway) {
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(listening, 0);
  const absl::Cleanup closer = [listening] { close(listening); };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof(address);
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), bytes), 0);
  ASSERT_EQ(listen(listening, 5), 0);
  ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
  EXPECT_THAT(Export(absl::StrCat("postgresql://x@127.0.0.1:", ntohs(address.sin_port), "/h")),
              StatusIs(absl::StatusCode::kUnavailable));
}

// libpq would take any server that is there, with encryption or without.
TEST_F(ConnectionTest, PersonalDataDoNotLeaveThisMachineForJustAnyServer) {
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("sslmode=verify-full"));
  for (const char* url :
       {"postgresql://x@0.0.0.0:1/h", "postgresql://x@[::]:1/h", "postgresql://x@db.invalid:1/h",
        "postgresql://x@127.0.0.1:1,db.invalid:1/h", "postgresql://x@/h?host=db.invalid",
        "postgresql://x@localhost:1/h?hostaddr=0.0.0.0", "postgresql://x@127.0.0.1.invalid:1/h",
        "postgresql://x@/h?service=none"}) {
    EXPECT_THAT(Export(url), refused) << url;
  }
  for (const char* url :
       {"postgresql://x@127.0.0.1:1/h", "postgresql://x@127.9.9.9:1/h",
        "postgresql://x@localhost:1/h", "postgresql://x@[::1]:1/h",
        "postgresql://x@/h?host=/absent", "postgresql://x@db.invalid:1/h?hostaddr=127.0.0.1",
        // Whoever writes a mode knows what it is.
        "postgresql://x@0.0.0.0:1/h?sslmode=disable", "postgresql://x@0.0.0.0:1/h?sslmode=prefer",
        "postgresql://x@0.0.0.0:1/h?sslmode=verify-ca"}) {
    EXPECT_THAT(Export(url), StatusIs(absl::StatusCode::kUnavailable)) << url;
  }
  setenv("PGHOST", "db.invalid", 1);
  EXPECT_THAT(Export("postgresql://x@/h"), refused);
  setenv("PGHOST", "0.0.0.0", 1);
  setenv("PGSSLMODE", "require", 1);
  EXPECT_THAT(Export("postgresql://x@:1/h"), refused);
  setenv("PGSSLMODE", "verify-full", 1);
  EXPECT_THAT(Export("postgresql://x@:1/h"), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace tidemark::failover
