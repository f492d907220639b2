// A tidemarkd that carries its retention policy out every second, and an operator beside it.
#ifndef TIDEMARK_TESTS_INTEGRATION_RETENTION_FIXTURE_H_
#define TIDEMARK_TESTS_INTEGRATION_RETENTION_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/testing.h"
#include "proto/service.pb.h"
#include "tests/integration/custody_fixture.h"
#include "vault/remote/remote_retention.h"

namespace tidemark::tests {

using tidemark::v1::RetentionEntry;

// What is superseded or older than the newest FULL goes at once.
inline constexpr absl::string_view kEager =
    "\n[retention]\ndays = 0\nallow_shorter = true\ntrust_clock = true\nevery = \"1s\"\n";

inline std::string Deposit(const std::string& id, int resend, uint64_t seed) {
  return MakeDeposit(
      {.id = id, .resend = resend, .objects = 120, .filler_bytes = 40'000, .seed = seed});
}

class RetentionTest : public ::testing::Test {
 protected:
  void Start(absl::string_view server_config) {
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start(server_config));
    ASSERT_OK_AND_ASSIGN(const std::string path,
                         custody_->Enrol(vault::Role::kOperator, "example", "operator"));
    ASSERT_OK_AND_ASSIGN(const vault::AgentConnection agent, custody_->Connection(path));
    ASSERT_OK_AND_ASSIGN(remote_, vault::RemoteVault::Connect(agent));
    ASSERT_OK_AND_ASSIGN(retention_, vault::RemoteRetention::Connect(agent));
    // For verbs: the same with the address that the server really has.
    ASSERT_OK_AND_ASSIGN(const base::Config config, base::Config::Load(path));
    ASSERT_OK_AND_ASSIGN(const std::string placeholder, config.RequiredString("agent.address"));
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(path));
    config_ = path;
    ASSERT_OK(base::WriteFile(path, absl::StrReplaceAll(text, {{placeholder, custody_->address()}}),
                              base::FileMode::kPrivate));
  }

  // The plan's entry once `is_it` holds of it, or as it is when waiting is over.
  RetentionEntry Await(const std::string& id, uint32_t resend,
                       const std::function<bool(const RetentionEntry&)>& is_it) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (true) {
      const auto plan = retention_->Plan("example");
      EXPECT_OK(plan);
      if (!plan.ok()) return {};
      for (const RetentionEntry& entry : *plan) {
        if (entry.identity().id() != id || entry.identity().resend() != resend) continue;
        if (is_it(entry) || absl::Now() > deadline) return entry;
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
  }

  std::unique_ptr<Custody> custody_;
  std::unique_ptr<vault::RemoteVault> remote_;
  std::unique_ptr<vault::RemoteRetention> retention_;
  std::string config_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_RETENTION_FIXTURE_H_
