// A seeded sample of every kind of fault. The whole campaign, a thousand points and more, is
// tools/campaign_crash; docs/crash_campaign.md has its table.

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"

namespace tidemark::campaign {
namespace {

using ::nlohmann::json;

std::string Runfile(const std::string& name) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/tests/campaign/crash/", name);
}

constexpr size_t kOutputBytesMax = 8 << 20;

struct Sample {
  const char* kind;
  int points;
};

class CrashCampaignKinds : public ::testing::TestWithParam<Sample> {};

TEST_P(CrashCampaignKinds, EveryPromiseIsKept) {
  const Sample& sample = GetParam();
  const std::string figures_path = base::TestDir() + "/figures.json";
  ASSERT_OK_AND_ASSIGN(const base::RunResult run,
                       base::RunAndCapture({"python3", "-B", Runfile("campaign.py"), "--driver",
                                            Runfile("vault_works"), "--kinds", sample.kind,
                                            "--points", absl::StrCat(sample.points), "--seed",
                                            "20261126", "--json", figures_path},
                                           absl::Minutes(10), kOutputBytesMax));
  // Also 2, "could not be tried": a machine that permits no tracing has shown nothing.
  ASSERT_EQ(run.exit_status, 0) << run.out << run.err;
  std::ifstream file(figures_path);
  const json figures = json::parse(file);
  if (!figures["skipped"].empty()) GTEST_SKIP() << figures["skipped"].dump();
  ASSERT_EQ(figures["rows"].size(), 1u) << run.out;
  const json& row = figures["rows"][0];
  EXPECT_GE(row["points"].get<int>(), 1) << "no fault was met: " << run.out;
  EXPECT_EQ(row["points"].get<int>() + row["missed"].get<int>(), sample.points);
  for (const auto& [given, kept] :
       {std::pair{"receipts_given", "receipts_honoured"}, std::pair{"pieces_acked", "pieces_held"},
        std::pair{"verdicts_given", "verdicts_honoured"},
        std::pair{"heads_given", "heads_honoured"}, std::pair{"leaves_copied", "leaves_kept"},
        std::pair{"damages_due", "damages_known"}}) {
    EXPECT_EQ(row[given], row[kept]) << run.out;
  }
}

// RocksDB takes a CURRENT that cannot be opened for a file system without direct I/O; a server's
// operator must hear that it is the disk. The fifth to twelfth of these calls open that file.
TEST(CrashCampaign, FileThatDoesNotOpenIsTheDisksFaultAndNotOurs) {
  std::vector<std::string> argv = {"python3", "-B", Runfile("campaign.py"), "--driver",
                                   Runfile("vault_works")};
  for (int n = 5; n <= 12; ++n) {
    argv.insert(argv.end(), {"--point", absl::StrCat("names/20261127/openat:any:", n)});
  }
  ASSERT_OK_AND_ASSIGN(const base::RunResult run,
                       base::RunAndCapture(argv, absl::Minutes(10), kOutputBytesMax));
  EXPECT_EQ(run.exit_status, 0) << run.out << run.err;
}

INSTANTIATE_TEST_SUITE_P(
    All, CrashCampaignKinds,
    ::testing::Values(Sample{"kill-sync", 4}, Sample{"kill-write", 3}, Sample{"kill-twice", 2},
                      Sample{"kill-large", 1}, Sample{"kill-clock", 2}, Sample{"eio", 3},
                      Sample{"eio-for-ever", 2}, Sample{"enospc", 3}, Sample{"names", 3},
                      Sample{"point", 4}, Sample{"power", 3}, Sample{"eio-power", 2},
                      Sample{"disk-gone", 2}, Sample{"full", 2}, Sample{"full-reserve", 2},
                      Sample{"two", 1}, Sample{"retain-kill", 3}, Sample{"retain-point", 3},
                      Sample{"retain-eio", 2}, Sample{"copy-kill", 4}, Sample{"copy-point", 3},
                      Sample{"copy-eio", 3}, Sample{"copy-enospc", 2}, Sample{"copy-power", 3},
                      Sample{"source-power", 2}, Sample{"scrub-kill", 4}, Sample{"scrub-eio", 3},
                      Sample{"scrub-enospc", 2}, Sample{"scrub-power", 2}),
    [](const auto& info) {
      std::string name = info.param.kind;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace tidemark::campaign
