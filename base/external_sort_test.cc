#include "base/external_sort.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::HasSubstr;

using Records = std::vector<std::pair<std::string, std::string>>;

std::unique_ptr<ScratchSpace> NewSpace(uint64_t bytes_max = 1ull << 30) {
  auto space = NewPlainScratchSpace({.dir = TestDir(), .bytes_max = bytes_max});
  EXPECT_OK(space);
  return *std::move(space);
}

Records Drain(ExternalSorter& sorter) {
  Records out;
  while (true) {
    const absl::StatusOr<bool> more = sorter.Next();
    EXPECT_OK(more);
    if (!more.ok() || !*more) return out;
    out.emplace_back(sorter.key(), sorter.value());
  }
}

Records StableSorted(Records records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return records;
}

// Keys of a few kinds: short, sharing long prefixes, with zero bytes, repeated; values numbered, so
// that the order of equal keys shows.
Records SeededRecords(uint64_t seed, size_t count, size_t value_bytes_max) {
  std::mt19937_64 random(seed);
  Records records;
  for (size_t i = 0; i < count; ++i) {
    std::string key;
    switch (random() % 4) {
      case 0:
        key = std::string(random() % 4, static_cast<char>(random() % 2 == 0 ? 0 : 0xff));
        break;
      case 1:
        key = absl::StrCat("common prefix ", random() % 100);
        break;
      case 2:
        for (size_t n = random() % 20; n > 0; --n) key += static_cast<char>(random());
        break;
      default:
        key = absl::StrCat(random() % 1000);
    }
    std::string value = absl::StrCat(i, " ");
    value.resize(value.size() + random() % (value_bytes_max + 1), static_cast<char>(random()));
    records.emplace_back(std::move(key), std::move(value));
  }
  return records;
}

void AddAll(ExternalSorter& sorter, const Records& records) {
  for (const auto& [key, value] : records) ASSERT_OK(sorter.Add(key, value));
}

TEST(ExternalSorter, NothingInNothingOut) {
  const auto space = NewSpace();
  ExternalSorter sorter({.space = space.get()});
  ASSERT_OK(sorter.Sort());
  EXPECT_TRUE(Drain(sorter).empty());
  EXPECT_THAT(sorter.Next(), IsOkAndHolds(false));
}

TEST(ExternalSorter, WritesNothingWhileEverythingFits) {
  const auto space = NewSpace();
  const Records records = SeededRecords(1, 20'000, 100);
  ExternalSorter sorter({.space = space.get(), .memory_bytes_max = kSortMemoryBytesMin});
  AddAll(sorter, records);
  ASSERT_OK(sorter.Sort());
  EXPECT_EQ(Drain(sorter), StableSorted(records));
  EXPECT_FALSE(sorter.spilled());
  EXPECT_EQ(space->written_bytes(), 0u);
}

TEST(ExternalSorter, AgreesWithStableSortWhereRunsAreMerged) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const auto space = NewSpace();
    const Records records = SeededRecords(seed, 100'000, 600);
    ExternalSorter sorter({.space = space.get(), .memory_bytes_max = kSortMemoryBytesMin});
    AddAll(sorter, records);
    ASSERT_OK(sorter.Sort());
    EXPECT_TRUE(sorter.spilled());
    EXPECT_TRUE(Drain(sorter) == StableSorted(records)) << "seed " << seed;
    EXPECT_THAT(sorter.Next(), IsOkAndHolds(false));
  }
}

// The longest records leave room for three buffers, so that runs are merged in several passes.
TEST(ExternalSorter, AgreesWithStableSortInSeveralPasses) {
  const auto space = NewSpace();
  Records records = SeededRecords(4, 20'000, 1000);
  for (size_t i = 0; i < records.size(); i += 500) {
    records[i].second.resize(kSortValueBytesMax, 'x');
  }
  uint64_t bytes = 0;
  for (const auto& [key, value] : records) bytes += 8 + key.size() + value.size();
  ExternalSorter sorter({.space = space.get(), .memory_bytes_max = kSortMemoryBytesMin});
  AddAll(sorter, records);
  ASSERT_OK(sorter.Sort());
  EXPECT_GE(space->written_bytes(), 3 * bytes);  // the runs and two passes at least
  EXPECT_TRUE(Drain(sorter) == StableSorted(records));
}

TEST(ExternalSorter, LongestRecordsFitTheLeastMemory) {
  const auto space = NewSpace();
  Records records;
  for (const char first : {'c', 'a', 'd', 'b', 'a', 'e', 'c', 'f'}) {
    records.emplace_back(std::string(kSortKeyBytesMax, first),
                         std::string(kSortValueBytesMax, static_cast<char>(records.size())));
  }
  ExternalSorter sorter({.space = space.get(), .memory_bytes_max = 0});
  AddAll(sorter, records);
  ASSERT_OK(sorter.Sort());
  EXPECT_TRUE(Drain(sorter) == StableSorted(records));
}

TEST(ExternalSorter, KeyOrValueOverItsLimitLatches) {
  const auto space = NewSpace();
  ExternalSorter keys({.space = space.get()});
  EXPECT_THAT(keys.Add(std::string(kSortKeyBytesMax + 1, 'k'), ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("4097 bytes")));
  EXPECT_THAT(keys.Add("k", ""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(keys.Sort(), StatusIs(absl::StatusCode::kInvalidArgument));
  ExternalSorter values({.space = space.get()});
  EXPECT_THAT(values.Add("k", std::string(kSortValueBytesMax + 1, 'v')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(values.Next(), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ExternalSorter, FailingSpaceLatches) {
  // Room for one run, or for the runs but not for a pass over them.
  for (const uint64_t bytes_max : {uint64_t{1} << 20, uint64_t{9} << 20, uint64_t{120} << 20}) {
    const auto space = NewSpace(bytes_max);
    ExternalSorter sorter({.space = space.get(), .memory_bytes_max = kSortMemoryBytesMin});
    const std::string value(1'500'000, 'v');
    absl::Status status;
    for (int i = 0; i < 70 && status.ok(); ++i) status = sorter.Add("k", value);
    if (status.ok()) status = sorter.Sort();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted)) << bytes_max;
    EXPECT_EQ(sorter.Add("k", ""), status);
    EXPECT_EQ(sorter.Sort(), status);
    EXPECT_EQ(sorter.Next().status(), status);
  }
}

TEST(ExternalSorter, CallsOutOfOrderArePreconditions) {
  const auto space = NewSpace();
  ExternalSorter early({.space = space.get()});
  EXPECT_THAT(early.Next(), StatusIs(absl::StatusCode::kFailedPrecondition));
  ExternalSorter late({.space = space.get()});
  ASSERT_OK(late.Sort());
  EXPECT_THAT(late.Add("k", ""), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tidemark::base
