// Differentials through the programs: checked on their bases, deposited, judged on what is in
// custody.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

using generator::DepositKind;
using ::nlohmann::json;

constexpr char kDomains[] = "urn:ietf:params:xml:ns:rdeDomain-1.0";

struct Night {
  std::string path;
  std::string zone_path;
  int64_t domains = 0;
};

Night Write(const std::string& dir, DepositKind kind, int night) {
  generator::GeneratorOptions options;
  options.domains = 300;
  options.changed_fraction = 0.1;
  options.watermark = absl::FromUnixSeconds(1764547200);  // 2025-12-01
  options.night = night;
  options.kind = kind;
  const auto written = WriteDeposit(dir, options);
  EXPECT_OK(written);
  // What the night's FULL says of itself is what its DIFF must come to.
  std::string text;
  base::StringSink sink(text, 64 << 20);
  std::string zone;
  base::StringSink zone_sink(zone, 64 << 20);
  options.kind = DepositKind::kFull;
  const auto header = generator::Generate(options, sink, zone_sink);
  EXPECT_OK(header);
  return {written->deposit_path, written->zone_path, *header->counts[0].value};
}

json RunTidemark(const std::vector<std::string>& arguments, int exit_status) {
  const auto run = Tidemark(arguments);
  EXPECT_OK(run);
  EXPECT_EQ(run->exit_status, exit_status) << run->out << run->err;
  return json::parse(run->out, nullptr, /*allow_exceptions=*/false);
}

std::vector<std::string> Errors(const json& report) {
  std::vector<std::string> codes;
  for (const json& finding : report["findings"]) {
    if (finding["severity"] == "ERROR") codes.push_back(finding["code"]);
  }
  return codes;
}

TEST(Chain, ADifferentialIsJudgedOnWhatCameBeforeIt) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  const Night full = Write(escrow->dir(), DepositKind::kFull, 0);
  const Night first = Write(escrow->dir(), DepositKind::kDiff, 1);
  const Night second = Write(escrow->dir(), DepositKind::kDiff, 2);
  const json checked =
      RunTidemark({"check", second.path, "--format", "json", "--base", first.path, full.path}, 0);
  EXPECT_EQ(checked["counts"][kDomains], second.domains);
  EXPECT_EQ(checked["deposit"]["kind"], "DIFF");
  EXPECT_EQ(Errors(RunTidemark({"check", second.path, "--format", "json", "--base", full.path}, 1)),
            std::vector<std::string>{"TDM_CHAIN_BROKEN"});

  const auto deposit = [&escrow](const std::string& path) {
    const auto run = Tidemark({"deposit", path, "--config", escrow->depositor()});
    EXPECT_OK(run);
    EXPECT_EQ(run->exit_status, 0) << run->err;
  };
  const auto verify = [&escrow](const char* id, int exit_status) {
    return RunTidemark({"verify", absl::StrCat("example/", id), "--config", escrow->verifier(),
                        "--format", "json"},
                       exit_status);
  };
  deposit(full.path);
  deposit(second.path);
  // The one between was never deposited.
  EXPECT_EQ(Errors(verify("20251203001", 1)), std::vector<std::string>{"TDM_CHAIN_BROKEN"});
  deposit(first.path);
  const json judged = verify("20251203001", 0);
  EXPECT_EQ(judged["counts"][kDomains], second.domains);
  EXPECT_EQ(Errors(judged), std::vector<std::string>{});

  // A resend of the one between that deletes a domain more takes its place.
  const std::string resent = escrow->dir() + "/example_2025-12-02_diff_S1_R1.xml";
  ASSERT_OK(EditFile(first.path, resent, [](std::string text) {
    return absl::StrReplaceAll(text, {{"id=\"20251202001\"", "id=\"20251202001\" resend=\"1\""},
                                      {"<rde:deletes>",
                                       "<rde:deletes><rdeNNDN:delete><rdeNNDN:aName>www.example"
                                       "</rdeNNDN:aName></rdeNNDN:delete>"}});
  }));
  deposit(resent);
  EXPECT_EQ(Errors(verify("20251203001", 1)),
            std::vector<std::string>{"RDE_OBJECT_COUNT_MISMATCH"});
}

// The zone of the last night comes back from what changed since the FULL.
TEST(Chain, ARegistryIsRebuiltFromItsChain) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  const Night full = Write(escrow->dir(), DepositKind::kFull, 0);
  const Night first = Write(escrow->dir(), DepositKind::kDiff, 1);
  const Night second = Write(escrow->dir(), DepositKind::kDiff, 2);
  ASSERT_OK_AND_ASSIGN(const auto expected, Delegations(second.zone_path, "example", Glue::kWith));
  for (const std::string& path : {full.path, first.path, second.path}) {
    ASSERT_OK_AND_ASSIGN(const auto run,
                         Tidemark({"deposit", path, "--config", escrow->depositor()}));
    ASSERT_EQ(run.exit_status, 0) << run.err;
  }
  const std::string last = "example/20251203001";
  const auto rebuild = [&](const std::string& out, std::vector<std::string> how) {
    std::vector<std::string> words = {"rebuild",  last,  "--out", escrow->dir() + "/" + out,
                                      "--format", "json"};
    words.insert(words.end(), how.begin(), how.end());
    const auto run = Tidemark(words);
    EXPECT_OK(run);
    return *run;
  };
  const auto expect_whole = [&](const std::string& out, const base::RunResult& run) {
    ASSERT_EQ(run.exit_status, 0) << run.out << run.err;
    const json report = json::parse(run.out, nullptr, false);
    EXPECT_EQ(report["complete"], true);
    EXPECT_EQ(report["deposit"]["kind"], "DIFF");
    EXPECT_EQ(report["deposit"]["bases"], json({"example/20251201001/0", "example/20251202001/0"}));
    EXPECT_EQ(report["objects"]["domain"]["restored"], second.domains);
    const auto delegations = Delegations(
        absl::StrCat(escrow->dir(), "/", out, "/zone/example.zone"), "example", Glue::kWith);
    ASSERT_OK(delegations);
    EXPECT_EQ(*delegations, expected);
  };
  expect_whole("all", rebuild("all", {"--config", escrow->verifier()}));

  // A successor sees what was released to it, and no more.
  std::vector<std::string> with = {"--config", escrow->successor()};
  for (const char* id : {"20251203001", "20251202001", "20251201001"}) {
    const std::string package = absl::StrCat(escrow->dir(), "/", id, ".pkg");
    ASSERT_OK_AND_ASSIGN(
        const auto run,
        Tidemark({"release", "execute", absl::StrCat("example/", id, "/0"), "--config",
                  escrow->custodian(), "--to", escrow->dir() + "/successor/successor.pub.toml",
                  "--reason", "the registry is gone", "--out", package}));
    ASSERT_EQ(run.exit_status, 0) << run.err;
    const base::RunResult before = rebuild("some", with);
    EXPECT_EQ(before.exit_status, 2);
    EXPECT_TRUE(before.out.empty());
    with.insert(with.end(), {"--release", package});
  }
  EXPECT_NE(rebuild("less", {with.begin(), with.end() - 2}).err.find("names 20251201001"),
            std::string::npos);
  expect_whole("released", rebuild("released", with));
}

}  // namespace
}  // namespace tidemark::tests
