// serve with a secondary and with old keys, and cutover, as a person runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/serve_testing.h"

namespace tidemark::cli {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kNobody = 65534;

class DnsVerbs : public ServeTest {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd", "nsd", "dnssec-keygen");
    ASSERT_NO_FATAL_FAILURE(ServeTest::SetUp());
    Rebuild();
  }

  std::string Dig(const std::string& port_member) {
    return RunLine({"kdig", "@127.0.0.1", "-p", absl::StrCat(ready_[port_member].get<int>()),
                    "+dnssec", "+noall", "+answer", "example", "SOA"})
        .out;
  }
  std::string File(const std::string& name) {
    return base::ReadSmallFile(out_ + name).value_or("");
  }
  // The key-signing key of an old registry.
  std::string MakeOldKeys(const std::string& zone) {
    const std::string dir = absl::StrCat(dir_, "/old-", zone);
    EXPECT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
    const std::string ksk(absl::StripAsciiWhitespace(
        RunLine({"dnssec-keygen", "-q", "-K", dir, "-a", "13", "-f", "KSK", zone}).out));
    EXPECT_OK(base::WriteFile(dir_ + "/old-ds",
                              RunLine({"dnssec-dsfromkey", "-2", absl::StrCat(dir, "/", ksk)}).out,
                              base::FileMode::kPublic));
    return dir;
  }
};

TEST_F(DnsVerbs, ASecondaryAnswersBesideAndItsDeathEndsServe) {
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds", "--secondary-port", "0"}));
  EXPECT_THAT(Dig("port"), HasSubstr("RRSIG"));
  EXPECT_EQ(Dig("secondary_port"), Dig("port"));
  ASSERT_EQ(kill(ready_["secondary_pid"].get<pid_t>(), SIGKILL), 0);
  EXPECT_THAT(serve_->Wait(kTimeout), base::IsOkAndHolds(2));
  EXPECT_THAT(ServeLog(), HasSubstr("nsd ended"));
}

TEST_F(DnsVerbs, WithoutOneTheReadyFileHasNoSecondary) {
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds"}));
  EXPECT_FALSE(ready_.contains("secondary_port"));
  ASSERT_NO_FATAL_FAILURE(Stop());
}

TEST_F(DnsVerbs, OldKeysKeepTheDsAndTheCutoverSaysSo) {
  const std::string keys = MakeOldKeys("example");
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds", "--import-keys", keys}));
  ASSERT_NO_FATAL_FAILURE(Stop());
  const base::RunResult plan =
      Tidemark({"cutover", out_, "--old-ds", dir_ + "/old-ds", "--at", "2026-11-26T08:00:00Z"});
  EXPECT_EQ(plan.exit_status, 0) << plan.err;
  EXPECT_EQ(plan.out, File("/cutover.md"));
  const json written = json::parse(File("/cutover.json"), nullptr, false);
  ASSERT_TRUE(written.is_object());
  EXPECT_EQ(written["case"], "old-keys");
  EXPECT_EQ(written["steps"][1]["id"], "change-servers");
  EXPECT_EQ(written["facts"]["signature_lifetime"], 14 * 24 * 3600);
  EXPECT_THAT(plan.out, HasSubstr("keep\texample.\tDS\t"));
  EXPECT_THAT(plan.out, Not(HasSubstr("remove\texample.\tDS")));
}

TEST_F(DnsVerbs, KeysOfAnotherZoneAreRefusedBeforeAnythingServes) {
  const base::RunResult result =
      Tidemark({"serve", out_, "--port", "0", "--no-rdds", "--import-keys", MakeOldKeys("other")});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("a key of the zone other, not of example"));
  EXPECT_EQ(File("/dns/knotd.log"), "");
}

TEST_F(DnsVerbs, CutoverWithLostKeysReplacesTheDs) {
  EXPECT_EQ(Tidemark({"cutover", out_}).exit_status, 2) << "there are no keys yet";
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds"}));
  ASSERT_NO_FATAL_FAILURE(Stop());
  MakeOldKeys("example");
  const std::string plans = dir_ + "/plans";
  // The generator's zone has the old servers; its signatures are of before.
  std::string old_zone = base::ReadSmallFile(dir_ + "/zone", kOutputBytesMax).value_or("");
  absl::StrAppend(&old_zone,
                  "example. 3600 IN RRSIG SOA 13 1 3600 20261126100000 20261101000000 1 example. "
                  "AAAA\n");
  ASSERT_OK(base::WriteFile(dir_ + "/old-zone", old_zone, base::FileMode::kPublic));
  const std::vector<std::string> line = {"cutover",
                                         out_,
                                         "--old-ds",
                                         dir_ + "/old-ds",
                                         "--old-zone",
                                         dir_ + "/old-zone",
                                         "--out",
                                         plans,
                                         "--parent-ns-ttl",
                                         "7200",
                                         "--parent-ds-ttl",
                                         "3600",
                                         "--parent-propagation",
                                         "0",
                                         "--old-servers-answer",
                                         "--at",
                                         "2026-11-26T08:00:00Z"};
  const base::RunResult plan = Tidemark(line);
  EXPECT_EQ(plan.exit_status, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("remove\texample.\tDS\t"));
  EXPECT_THAT(plan.out, HasSubstr("add\texample.\tDS\t"));
  const json written =
      json::parse(base::ReadSmallFile(plans + "/cutover.json").value_or(""), nullptr, false);
  ASSERT_TRUE(written.is_object());
  EXPECT_EQ(written["case"], "lost-keys");
  EXPECT_EQ(written["facts"]["parent_ns_ttl"], 7200);
  EXPECT_EQ(written["deadlines"][0]["by"], "2026-11-26T09:00:00Z");
  // Two hours later it is too late for the old signatures.
  std::vector<std::string> late = line;
  late.back() = "2026-11-26T10:00:00Z";
  EXPECT_EQ(Tidemark(late).exit_status, 1);
}

TEST_F(DnsVerbs, RootWritesNoPlanIntoADirectoryOfAnotherUsers) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may work as anybody";
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds"}));
  ASSERT_NO_FATAL_FAILURE(Stop());
  const std::string plans = dir_ + "/plans";
  ASSERT_OK(base::MakeDirs(plans, base::FileMode::kPublic));
  ASSERT_EQ(chown(plans.c_str(), kNobody, kNobody), 0);
  // Where its owner would have root write.
  const std::string other = dir_ + "/other";
  ASSERT_OK(base::WriteFile(other, "as it was", base::FileMode::kPublic));
  ASSERT_EQ(symlink(other.c_str(), (plans + "/cutover.md").c_str()), 0);
  const std::vector<std::string> line = {"cutover", out_, "--no-old-ds", "--out", plans};
  const base::RunResult refused = Tidemark(line);
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_THAT(refused.err, HasSubstr("not as root"));
  EXPECT_NE(access((plans + "/cutover.json").c_str(), F_OK), 0);
  EXPECT_EQ(base::ReadSmallFile(other).value_or(""), "as it was");
  ASSERT_EQ(chown(plans.c_str(), 0, 0), 0);
  EXPECT_EQ(Tidemark(line).exit_status, 0);
}

TEST_F(DnsVerbs, WhatIsNoTimeOrNoZoneExitsWith2) {
  ASSERT_NO_FATAL_FAILURE(Serve({"--no-rdds"}));
  ASSERT_NO_FATAL_FAILURE(Stop());
  ASSERT_OK(base::WriteFile(dir_ + "/other", "org. 1 IN DS 1 13 2 00\n", base::FileMode::kPublic));
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--at", "tomorrow"},
                                             {"--at", "infinite-future"},
                                             {"--at", "infinite-past"},
                                             {"--at", "292277026596-01-01T00:00:00Z"},
                                             {"--old-zone", dir_},
                                             {"--old-ds", dir_ + "/other"},
                                             {"--old-zone", dir_ + "/other"},
                                             {"--old-zone", dir_ + "/absent"},
                                             {"--parent-ds-ttl", "-1"}}) {
    std::vector<std::string> line = {"cutover", out_};
    line.insert(line.end(), more.begin(), more.end());
    EXPECT_EQ(Tidemark(line).exit_status, 2) << more[0] << " " << more[1];
  }
}

}  // namespace
}  // namespace tidemark::cli
