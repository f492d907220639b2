// Differentials through the programs: checked on their bases, deposited, judged on what is in
// custody.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
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
  return {written->deposit_path, *header->counts[0].value};
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

}  // namespace
}  // namespace tidemark::tests
