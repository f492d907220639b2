// The verb drill as it is run every night: exit status and reports.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/drill_testing.h"

namespace tidemark::cli {
namespace {

using ::nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST_F(NightlyDrill, PassesAndSaysWhatWasComparedAndLeavesNothing) {
  const base::RunResult result = Drill();
  const json report = NewestReport();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_EQ(report["verdict"], "pass");
  EXPECT_EQ(report["kind"], "nightly");
  EXPECT_EQ(report["deposit"]["opened_by"], "a release by 2 custodians");
  EXPECT_EQ(report["compared"]["names"], "sample");
  EXPECT_EQ(report["compared"]["sample"], 100);
  EXPECT_EQ(report["compared"]["objects"]["domain"]["announced"], 250);
  for (const auto& [type, counts] : report["compared"]["objects"].items()) {
    if (type == "header") continue;
    EXPECT_EQ(counts["witnessed"], counts["restored"]) << type;
  }
  EXPECT_EQ(report["compared"]["objects"]["domain"]["witnessed"], 250);
  EXPECT_GT(report["compared"]["objects"]["contact"]["witnessed"], 250);
  EXPECT_EQ(report["compared"]["told"]["orphan_glue"], true);
  EXPECT_EQ(report["compared"]["told"]["nameservers"].size(), 2u);
  EXPECT_EQ(report["delegations"]["equal"], 100);
  const json& zone = report["probe"]["whole_zone"];
  EXPECT_EQ(zone["delegations"], report["compared"]["witness"]["delegations"]);
  EXPECT_EQ(zone["delegations_wanted"], zone["delegations"]);
  EXPECT_GT(zone["records"], zone["delegations"]) << "not of the sample alone";
  EXPECT_EQ(zone["difference_count"], 0);
  EXPECT_EQ(zone["ns"]["compared"], zone["delegations"]);
  for (const char* kind : {"ns", "ds", "addresses", "ttls", "signatures"}) {
    EXPECT_GT(zone[kind]["compared"], 0) << kind;
    EXPECT_EQ(zone[kind]["equal"], zone[kind]["compared"]) << kind;
  }
  EXPECT_EQ(report["compared"]["told"]["delegation_ttl_seconds"], 1800);
  EXPECT_EQ(report["compared"]["told"]["mname"], "ns1.nic.example");
  EXPECT_EQ(report["registrations"]["right"], report["registrations"]["asked"]);
  for (const char* function : {"dns", "dnssec", "rdap", "whois"}) {
    EXPECT_EQ(report["rto"][function]["within"], true) << function;
  }
  EXPECT_EQ(report["rpo"]["within"], true);
  EXPECT_GT(report["rpo_seconds"], 0);
  EXPECT_EQ(report["limits_lifted"], true);
  EXPECT_THAT(report["not_known"].dump(), HasSubstr("the drill lifted those"));
  EXPECT_THAT(report["not_known"].dump(), HasSubstr("contacts' sponsors (clID)"));
  EXPECT_EQ(report["torn_down"], true);
  EXPECT_EQ(report["network_namespace"]["own"].get<bool>(),
            report["network_namespace"]["why_not"].is_null());
  EXPECT_TRUE(report["source_deleted"].is_null());
  ASSERT_OK_AND_ASSIGN(const std::string agent, base::ReadSmallFile(dir_ + "/agent/agent.toml"));
  for (const char* key : {"id", "receipt_key", "address"}) {
    EXPECT_THAT(agent, HasSubstr(absl::StrCat("\"", report["vault"][key].get<std::string>(), "\"")))
        << key;
  }
  EXPECT_EQ(report["history"]["last_found"]["deposit"], report["deposit"]["id"]);
  ExpectNothingLeft();

  // Whoever has the public key can check it, and sees what was altered.
  const std::string file = Kept("example").back() + "/report.json";
  const base::RunResult verified =
      Tidemark({"drill", "--verify", file, "--key", dir_ + "/drill.key.pub"});
  EXPECT_EQ(verified.exit_status, 0);
  EXPECT_THAT(verified.out,
              HasSubstr(absl::StrCat("Drill ", report["id"].get<std::string>(), ", begun at ",
                                     report["started_at"].get<std::string>(), ": pass.")));
  const base::RunResult page =
      Tidemark({"drill", "--verify", Kept("example").back() + "/report.html", "--key",
                dir_ + "/drill.key.pub"});
  EXPECT_THAT(page.out, HasSubstr(absl::StrCat("Drill ", report["id"].get<std::string>())));
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(file, kOutputBytesMax));
  ASSERT_OK(base::WriteFile(file, absl::StrReplaceAll(text, {{"\"pass\"", "\"pAss\""}}),
                            base::FileMode::kPublic));
  EXPECT_EQ(Tidemark({"drill", "--verify", file, "--key", dir_ + "/drill.key.pub"}).exit_status, 1);
  EXPECT_EQ(Tidemark({"drill", "--verify", dir_ + "/none.json", "--key", dir_ + "/drill.key.pub"})
                .exit_status,
            2);
  const base::RunResult history = Drill({"--history", "--tld", "example"});
  EXPECT_EQ(history.exit_status, 1);
  EXPECT_THAT(history.out, HasSubstr("NOT BELIEVED"));
}

TEST_F(NightlyDrill, OpensWithAKeyAndComparesAllNames) {
  WriteConfig("tlds = [\"example\"]\n", "[opening]\nconfig = \"agent/verifier/verifier.toml\"\n");
  ASSERT_OK_AND_ASSIGN(std::string text, base::ReadSmallFile(dir_ + "/drill.toml"));
  ASSERT_OK(base::WriteFile(dir_ + "/drill.toml",
                            absl::StrReplaceAll(text, {{"sample = 100", "sample = \"all\""}}),
                            base::FileMode::kPublic));
  const base::RunResult result = Drill({"--all"});
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["compared"]["names"], "all");
  EXPECT_EQ(report["delegations"]["expected"], report["compared"]["witness"]["delegations"]);
  EXPECT_THAT(report["deposit"]["opened_by"].get<std::string>(), HasSubstr("an opening key"));
  EXPECT_THAT(report["not_known"].dump(), HasSubstr("whether the custodians would release it"));
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, ADiffComesBackWithWhatItBuildsOn) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kDiff));
  const base::RunResult result = Drill();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["deposit"]["kind"], "DIFF");
  EXPECT_EQ(report["deposit"]["bases"].size(), 1u);
  EXPECT_GT(report["compared"]["objects"]["contact"]["witnessed"], 250);
  EXPECT_THAT(report["not_known"].dump(), HasSubstr("whether the chain was put together rightly"));
  EXPECT_GT(report["delegations"]["equal"], 0);
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, ABadDepositIsPassedOverAndNamed) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  const base::RunResult result = Drill();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  ASSERT_EQ(report["deposit"]["passed_over"].size(), 1u);
  EXPECT_EQ(report["deposit"]["passed_over"][0]["why"], "its verdict is fail");
}

// What passed gives way only to a resend that passed, as a base too. With a release the drill
// chooses what is opened; with an opening key the rebuild chooses for itself.
TEST_F(NightlyDrill, AResendOfABaseThatFailedTakesNobodysPlace) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kDiff));
  resend_ = 1;
  ASSERT_NO_FATAL_FAILURE(DepositNight(0, "example", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  for (const char* opening : {kRelease, "[opening]\nconfig = \"agent/verifier/verifier.toml\"\n"}) {
    WriteConfig("", opening);
    const base::RunResult result = Drill();
    ASSERT_EQ(result.exit_status, 0) << opening << result.out << result.err;
    const json report = NewestReport();
    EXPECT_EQ(report["deposit"]["kind"], "DIFF");
    ASSERT_EQ(report["deposit"]["bases"].size(), 1u);
    EXPECT_THAT(report["deposit"]["bases"][0].get<std::string>(), EndsWith("/0"));
  }
}

TEST_F(NightlyDrill, AResendThatFailedIsPassedOverForWhatPassed) {
  resend_ = 1;
  ASSERT_NO_FATAL_FAILURE(DepositNight(0, "example", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  ASSERT_EQ(Drill().exit_status, 0);
  json report = NewestReport();
  EXPECT_THAT(report["deposit"]["id"].get<std::string>(), EndsWith("/0"));
  ASSERT_EQ(report["deposit"]["passed_over"].size(), 1u);
  EXPECT_THAT(report["deposit"]["passed_over"][0]["id"].get<std::string>(), EndsWith("/1"));
  resend_ = 2;
  ASSERT_NO_FATAL_FAILURE(DepositNight(0, "example"));
  ASSERT_EQ(Drill().exit_status, 0);
  report = NewestReport();
  EXPECT_THAT(report["deposit"]["id"].get<std::string>(), EndsWith("/2"));
  EXPECT_EQ(report["history"]["last_found"]["deposit"], report["deposit"]["id"]);
}

// Its data directory is replaced by yesterday's copy.
TEST_F(NightlyDrill, AVaultThatWasSetBackIsANoAndKnowledgeIsNot) {
  const std::string data = dir_ + "/agent/server/data";
  ASSERT_OK(server_->Stop().status());
  std::filesystem::copy(data, dir_ + "/copy", std::filesystem::copy_options::recursive);
  ASSERT_NO_FATAL_FAILURE(StartServer());
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example"));
  ASSERT_EQ(Drill().exit_status, 0);
  const std::string newest = NewestReport()["deposit"]["id"];
  ASSERT_OK(server_->Stop().status());
  std::filesystem::remove_all(data);
  std::filesystem::rename(dir_ + "/copy", data);
  ASSERT_NO_FATAL_FAILURE(StartServer());
  for (int night = 0; night < 2; ++night) {
    const base::RunResult result = Drill();
    EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
    const json report = NewestReport();
    EXPECT_NE(report["deposit"]["id"], newest);
    EXPECT_THAT(report["reasons"].dump(),
                HasSubstr(absl::StrCat("does not list ", newest, " any more")));
    EXPECT_EQ(report["history"]["last_found"]["deposit"], newest);
  }
}

TEST_F(NightlyDrill, OneTldsTroubleDoesNotStopTheOthers) {
  // Listed first, and its only deposit is bad.
  ASSERT_NO_FATAL_FAILURE(DepositNight(0, "other", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  WriteConfig("tlds = [\"other\", \"example\"]\n");
  const base::RunResult result = Drill({"--all"});
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  EXPECT_EQ(NewestReport("example")["verdict"], "pass");
  const json other = NewestReport("other");
  EXPECT_EQ(other["verdict"], "undecided");
  EXPECT_THAT(other["reasons"][0].get<std::string>(),
              HasSubstr("no deposit has a passing verdict"));
  EXPECT_THAT(other["stage_outcomes"].dump(), HasSubstr(R"({"name":"serve","outcome":"not run"})"));
  EXPECT_EQ(other["torn_down"], true);
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, ATldThatTheVaultListsNoMoreIsANoUntilItIsRetired) {
  Remember("gone", 1);
  WriteConfig("keep_reports = 1\n");
  for (int night = 0; night < 2; ++night) {
    const base::RunResult result = Drill({"--all"});
    EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("drills of 2 TLDs: 1 pass, 1 NO: gone"));
    const json report = NewestReport("gone");
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report["verdict"], "fail");
    EXPECT_THAT(report["reasons"][0].get<std::string>(),
                HasSubstr("lists no deposit of this TLD any more"));
    EXPECT_EQ(report["history"]["last_found"]["deposit"], "gone/20261122001/0");
    EXPECT_EQ(Kept("gone").size(), 1u);
  }
  WriteConfig("retired = [\"gone\"]\n");
  const base::RunResult retired = Drill({"--all"});
  EXPECT_EQ(retired.exit_status, 0) << retired.out << retired.err;
  EXPECT_THAT(retired.out, HasSubstr("drills of 1 TLDs: 1 pass"));
  WriteConfig("retired = [\"gone\", \"example\"]\n");
  const base::RunResult none = Drill({"--all"});
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_THAT(none.err, HasSubstr("drill.retired names every TLD"));
  ExpectNothingLeft();
}

TEST(Demo, ATldThatNoDepositsFileNameHoldsIsRefusedFirst) {
  const std::string out = base::TestDir() + "/report";
  const base::RunResult result = Tidemark({"drill", "--demo", "--tld", "a.b", "--out", out});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("--tld: deposit file name"));
  EXPECT_NE(access(out.c_str(), F_OK), 0);
}

// A deposit in which every domain is on hold.
std::string HoldAll(const std::string& deposit) {
  constexpr char kBegin[] = "<rdeDomain:domain>";
  constexpr char kStatus[] = "<rdeDomain:status s=";
  constexpr char kHold[] = "<rdeDomain:status s=\"serverHold\"/>";
  std::vector<std::string> parts = absl::StrSplit(deposit, kBegin);
  for (size_t i = 1; i < parts.size(); ++i) {
    parts[i] = absl::StrReplaceAll(parts[i], {{"<rdeDomain:status s=\"ok\"/>", kHold}});
    if (!absl::StrContains(parts[i], kHold)) parts[i].insert(parts[i].find(kStatus), kHold);
  }
  return absl::StrJoin(parts, kBegin);
}

// Nothing is delegated, and it is a TLD all the same: its apex answers.
TEST_F(NightlyDrill, ATldWithoutDelegationsPassesByItsApex) {
  edit_ = HoldAll;
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example"));
  const base::RunResult result = Drill();
  const json report = NewestReport();
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_EQ(report["delegations"]["expected"], 0);
  EXPECT_TRUE(report["rto"]["dns"]["seconds"].is_number());
  EXPECT_EQ(report["rto"]["dns"]["seconds"], report["rto"]["dnssec"]["seconds"]);
}

TEST_F(NightlyDrill, DataOlderThanTheThresholdAreANo) {
  WriteConfig("", kRelease, "1m");
  const base::RunResult result = Drill();
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  EXPECT_EQ(report["rpo"]["within"], false);
  EXPECT_THAT(report["reasons"].dump(), HasSubstr("old; the threshold is 1m"));
}

}  // namespace
}  // namespace tidemark::cli
