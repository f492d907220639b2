// A process that ends while it makes a damaged table anew.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kDied = 70;

// A store as `fill` makes it, with a damaged block in the table of each of these packs.
void MakeDamaged(const std::string& dir, absl::Status (*fill)(RocksStore&),
                 const std::vector<int>& damaged) {
  ASSERT_EQ(InChild([&]() -> absl::Status {
              ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
              return fill(*store);
            }),
            0);
  for (const int pack : damaged) ASSERT_EQ(FlipInTables(dir, PieceOf(pack, 2), 50'000), 1);
}

absl::Status FillThreeTables(RocksStore& store) { return WriteTables(store, {{1}, {2}, {3}}); }

// Mends the pieces and makes the tables anew; `at_point` may end the process.
absl::Status MendAndRemake(const std::string& dir, const std::vector<int>& damaged,
                           const std::function<void(absl::string_view)>& at_point) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
  for (const int pack : damaged) RETURN_IF_ERROR(Put(*store, pack, 2));
  return Remake(*store, {AllPieces()}, Packs({1, 2, 3}), at_point).status();
}

// Before the table is gone a scan ends at its damaged block, and each row can be read by itself.
absl::Status GivesEach(const RocksStore& store) {
  for (const auto& [key, want] : Packs({1, 2, 3})) {
    ASSIGN_OR_RETURN(const std::string value, store.Get(Family::kFrames, key));
    if (value != want) return absl::DataLossError("a row is another one");
  }
  const absl::Status deleted = store.Get(Family::kFrames, KeyOf(4, 0)).status();
  return absl::IsNotFound(deleted) ? absl::OkStatus() : absl::DataLossError("a row came back");
}

absl::Status HoldsAll(const RocksStore& store) {
  ASSIGN_OR_RETURN(const auto rows, Read(store));
  if (rows != Packs({1, 2, 3})) return absl::DataLossError("a row is lost, or came back");
  return absl::OkStatus();
}

// Ends the process that makes the tables anew where it meets the point for the `turn`th time; the
// next one finds everything, and gets done.
void DieAndGoOn(const std::string& dir, const std::vector<int>& damaged, absl::string_view at,
                int turn) {
  int met = 0;
  const auto die = [&](absl::string_view point) {
    if (point == at && ++met == turn) _exit(kDied);
  };
  EXPECT_EQ(InChild([&] { return MendAndRemake(dir, damaged, die); }), kDied);
  EXPECT_EQ(InChild([&]() -> absl::Status {
              ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
              RETURN_IF_ERROR(GivesEach(*store));
              RETURN_IF_ERROR(Remake(*store, {AllPieces()}, Packs({1, 2, 3})).status());
              RETURN_IF_ERROR(CompactAll(*store));
              return HoldsAll(*store);
            }),
            0);
}

TEST(RemakeCrash, AProcessThatEndsAtAnyPointHasLostNothing) {
  for (const absl::string_view at : kRemakePoints) {
    SCOPED_TRACE(at);
    const std::string dir = absl::StrCat(base::TestDir(), "/", at);
    ASSERT_NO_FATAL_FAILURE(MakeDamaged(dir, Fill, {2}));
    DieAndGoOn(dir, {2}, at, 1);
  }
}

// Of several tables each has its turn, and all of its points.
TEST(RemakeCrash, AProcessThatEndsInAnyTurnHasLostNothing) {
  for (const absl::string_view at : kRemakePoints) {
    for (const int turn : {1, 2, 3}) {
      const std::string name = absl::StrCat(at, turn);
      SCOPED_TRACE(name);
      const std::string dir = absl::StrCat(base::TestDir(), "/", name);
      ASSERT_NO_FATAL_FAILURE(MakeDamaged(dir, FillThreeTables, {1, 2, 3}));
      DieAndGoOn(dir, {1, 2, 3}, at, turn);
    }
  }
}

// Alive, and with every call an error, it would look well to whoever supervises it.
TEST(RemakeCrash, AStoreThatDoesNotOpenAgainEndsTheProcessAndSaysWhatToDo) {
  const std::string dir = base::TestDir() + "/store";
  const std::string kept = base::TestDir() + "/CURRENT";
  const std::string log = base::TestDir() + "/log";
  ASSERT_NO_FATAL_FAILURE(MakeDamaged(dir, Fill, {2}));
  const auto lose = [&](absl::string_view point) {
    if (point == "store-closed") std::filesystem::rename(dir + "/CURRENT", kept);
  };
  EXPECT_EQ(InChild([&] { return MendAndRemake(dir, {2}, lose); }, log), 2);
  EXPECT_FALSE(std::filesystem::exists(dir + "/CURRENT")) << "nor was another one made";
  ASSERT_OK_AND_ASSIGN(const std::string said, base::ReadSmallFile(log));
  const size_t last = said.find("process-ends-without-store");
  ASSERT_NE(last, std::string::npos) << said;
  EXPECT_THAT(said.substr(last),
              AllOf(HasSubstr(dir), HasSubstr(".sst"), HasSubstr("did not open again in 5 tries"),
                    HasSubstr("CURRENT"), HasSubstr("start it again"), HasSubstr("runbook.md")));
  EXPECT_LT(said.find("store-not-opened-again"), last);
  // What it says to do is enough.
  std::filesystem::rename(kept, dir + "/CURRENT");
  EXPECT_EQ(InChild([&]() -> absl::Status {
              ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
              return GivesEach(*store);
            }),
            0);
}

}  // namespace
}  // namespace tidemark::vault
