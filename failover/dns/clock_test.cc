// A clock that was ahead when keys were made, or the zone signed, and was then set right.
#include "absl/time/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/net.h"
#include "base/testing.h"
#include "failover/dns/child_server.h"
#include "failover/dns/key_import_testing.h"
#include "failover/dns/readiness.h"
#include "failover/dns/signed_server.h"
#include "failover/run_dir/run_dir.h"

namespace tidemark::failover {
namespace {

using base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

constexpr absl::Duration kReady = absl::Seconds(60);
constexpr absl::Duration kTimeout = absl::Milliseconds(500);
constexpr char kZone[] =
    "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.nic.example.\n"
    "ns1.nic.example. 3600 IN A 127.0.0.1\n";

class ClockTest : public KeyImportTest {
 protected:
  void SetUp() override {
    KeyImportTest::SetUp();
    if (IsSkipped()) return;
    SKIP_UNLESS_INSTALLED("knotd", "dnssec-signzone");
    options_.dir = dir_ + "/dns";
    options_.tld = "example";
    options_.zone_path = dir_ + "/example.zone";
    ASSERT_OK(base::WriteFile(options_.zone_path, kZone, base::FileMode::kPublic));
  }

  // In use from then on. Its id.
  std::string Generate(const char* role, absl::Time from) {
    const std::string at = absl::StrCat(absl::ToUnixSeconds(from));
    const absl::StatusOr<std::vector<std::string>> lines =
        Store().Run({"generate", "algorithm=13", absl::StrCat(role, "=yes"), "created=" + at,
                     "publish=" + at, "ready=" + at, "active=" + at});
    EXPECT_OK(lines);
    return lines.ok() && lines->size() == 1 ? (*lines)[0] : "";
  }

  SignedServerOptions options_;
};

TEST_F(ClockTest, KeysThatAreUsedLaterAreNotReplaced) {
  const absl::Time now = absl::Now();
  const std::string ksk = Generate("ksk", now + absl::Hours(1));
  const std::string zsk = Generate("zsk", now + absl::Hours(1));
  for (int start = 0; start < 2; ++start) {
    EXPECT_THAT(SignedServer::Start(options_),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("the clock says ")));
  }
  EXPECT_THAT(Store().Ids(), base::IsOkAndHolds(::testing::UnorderedElementsAre(ksk, zsk)));
  EXPECT_OK(Store().CheckInUse(now + absl::Hours(2)));
  EXPECT_THAT(Store().Ksks(now), base::IsOkAndHolds(::testing::IsEmpty()));
  EXPECT_THAT(Store().Ksks(now + absl::Hours(2)), base::IsOkAndHolds(ElementsAre(Key(ksk))));
}

TEST_F(ClockTest, AZoneSigningKeyThatIsUsedLaterIsNotReplacedEither) {
  Generate("ksk", absl::Now() - absl::Hours(1));
  Generate("zsk", absl::Now() + absl::Hours(1));
  EXPECT_THAT(SignedServer::Start(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("the clock says ")));
}

TEST_F(ClockTest, OfAKeyThatIsToComeNothingIsPublished) {
  const std::string ksk = Generate("ksk", absl::Now() - absl::Hours(1));
  Generate("zsk", absl::Now() - absl::Hours(1));
  const std::string coming = Generate("ksk", absl::Now() + absl::Hours(24));
  ASSERT_OK_AND_ASSIGN(const Dnskey used, Store().Find(ksk));
  ASSERT_OK_AND_ASSIGN(const Dnskey later, Store().Find(coming));
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  ASSERT_OK_AND_ASSIGN(const std::string anchor, base::ReadSmallFile(server->trust_anchor_path()));
  EXPECT_THAT(anchor, AllOf(HasSubstr(used.public_key), Not(HasSubstr(later.public_key))));
  ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options_.dir + "/ds.txt"));
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> expected, Store().Run({"ds", ksk}));
  EXPECT_EQ(ds, absl::StrCat(expected[0], "\n", expected[1], "\n"));
}

TEST_F(ClockTest, ImportedKeysAreUsedThoughTheClockIsSetBackByLittle) {
  Make(Role::kKsk);
  ASSERT_OK(ImportKeys(Import()));
  const absl::Time now = absl::Now();
  EXPECT_OK(Store().CheckInUse(now - absl::Minutes(59)));
  EXPECT_THAT(Store().CheckInUse(now - absl::Minutes(61)),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// BIND signs with times that it is given, knotd serves what it finds.
TEST_F(ClockTest, AnswersWhoseSignaturesBeginLaterAreNotReady) {
  Make(Role::kKsk);
  Make(Role::kZsk);
  Output({"dnssec-signzone", "-q", "-P", "-S", "-K", Old(), "-s", "now+7200", "-e", "now+86400",
          "-o", "example", "-f", dir_ + "/signed", options_.zone_path});
  ASSERT_OK_AND_ASSIGN(const int port, base::FreeLoopbackPort());
  // The name of a socket has 107 bytes at most.
  ASSERT_OK_AND_ASSIGN(const auto run_dir, RunDir::Create("/tmp", "tidemark-test-"));
  ASSERT_OK(base::WriteFile(
      dir_ + "/knot.conf",
      absl::StrCat("server:\n    rundir: \"", run_dir->path(), "\"\n    listen: 127.0.0.1@", port,
                   "\ndatabase:\n    storage: \"", dir_,
                   "\"\nzone:\n  - domain: example.\n    file: \"", dir_, "/signed\"\n"),
      base::FileMode::kPrivate));
  ChildServerOptions child;
  child.program = "knotd";
  child.package = "knot";
  child.arguments = {"-c", dir_ + "/knot.conf"};
  child.log_path = dir_ + "/knotd.log";
  ASSERT_OK_AND_ASSIGN(const auto knotd, ChildServer::Start(child));
  const ServerAddress at = {"127.0.0.1", port};
  absl::Status answers = absl::UnavailableError("no answer");
  const absl::Time deadline = absl::Now() + kReady;
  // A question that comes before knotd listens has no answer, ever.
  while (absl::StrContains(answers.message(), "no answer")) {
    ASSERT_OK(knotd->CheckRunning(absl::Milliseconds(20)));
    ASSERT_LT(absl::Now(), deadline) << answers;
    answers = CheckSignedAnswers(at, "example", 7, {}, kTimeout);
  }
  EXPECT_THAT(answers, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("signatures begin at ")));
  ASSERT_OK_AND_ASSIGN(const SignatureTimes times,
                       CheckSignedSoa(at, "example", 7, Transport::kTcp, absl::Seconds(30)));
  EXPECT_LT(times.begin, times.end);
  EXPECT_OK(CheckBegun(times, times.begin));
}

}  // namespace
}  // namespace tidemark::failover
