// A sample of the tamper campaign; tools/campaign tamper --all is the whole of it.
#include "tests/campaign/tamper.h"

#include <cstdlib>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::tests {
namespace {

TEST(Tamper, WhatIsDoneToASmallStoreIsNamedOrHarmless) {
  TamperOptions options = {.dir = base::TestDir() + "/campaign", .flips = 600};
  const char* const flips = std::getenv("TAMPER_FLIPS");
  if (flips != nullptr) {
    ASSERT_TRUE(absl::SimpleAtoi(flips, &options.flips));
  }
  ASSERT_OK_AND_ASSIGN(const TamperResult result, RunTamperCampaign(options));
  EXPECT_THAT(result.missed, ::testing::IsEmpty());
  std::set<std::string> faults;
  TamperCounts all;
  for (const auto& [where, counts] : result.table) {
    faults.insert(where.first);
    all.cases += counts.cases;
    all.named += counts.named + counts.by_witness + counts.ended;
    all.harmless += counts.harmless;
    all.missed += counts.missed;
    const bool is_read = where.second == "table files" || where.second == "write-ahead log" ||
                         where.second == "MANIFEST" || where.second == "CURRENT";
    if (where.first == "a bit flipped" && is_read) {
      EXPECT_GT(counts.named, 0u) << where.second;
    }
  }
  EXPECT_EQ(all.named + all.harmless, all.cases);
  EXPECT_GE(all.cases, options.flips / 2);
  EXPECT_THAT(faults, ::testing::IsSupersetOf({"a bit flipped", "cut short", "deleted",
                                               "two frames swapped", "a log leaf dropped",
                                               "rolled back"}));
  const TamperCounts rolled = result.table.at({"rolled back", "the whole store"});
  EXPECT_EQ(rolled.by_witness, 1u) << "nothing in an older copy says that it is one";
  RecordProperty("cases", absl::StrCat(all.cases));
}

}  // namespace
}  // namespace tidemark::tests
