// A process that ends while it makes a damaged table anew.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;

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

// RocksDB's threads do not survive a fork, so every process that opens the store is a child.
int InChild(const std::function<absl::Status()>& work) {
  const pid_t child = fork();
  EXPECT_GE(child, 0);
  if (child == 0) {
    const absl::Status done = work();
    if (!done.ok()) std::fprintf(stderr, "child: %s\n", done.ToString().c_str());
    _exit(done.ok() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RemakeCrash, AProcessThatEndsAtAnyPointHasLostNothing) {
  constexpr int kDied = 70;
  for (const absl::string_view at : kRemakePoints) {
    const std::string dir = absl::StrCat(base::TestDir(), "/", at);
    ASSERT_EQ(InChild([&]() -> absl::Status {
                ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
                return Fill(*store);
              }),
              0);
    ASSERT_EQ(FlipInTables(dir, PieceOf(2, 2), 50'000), 1);
    EXPECT_EQ(InChild([&]() -> absl::Status {
                ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
                RETURN_IF_ERROR(Put(*store, 2, 2));
                const auto die = [at](absl::string_view point) {
                  if (point == at) _exit(kDied);
                };
                return Remake(*store, {AllPieces()}, Packs({1, 2, 3}), die).status();
              }),
              kDied)
        << at;
    EXPECT_EQ(InChild([&]() -> absl::Status {
                ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
                RETURN_IF_ERROR(GivesEach(*store));
                RETURN_IF_ERROR(Remake(*store, {AllPieces()}, Packs({1, 2, 3})).status());
                RETURN_IF_ERROR(CompactAll(*store));
                RETURN_IF_ERROR(HoldsAll(*store));
                return absl::OkStatus();
              }),
              0)
        << at;
  }
}

// Alive, and with every call an error, it would look well to whoever supervises it.
TEST(RemakeCrash, AStoreThatDoesNotOpenAgainEndsTheProcess) {
  const std::string dir = base::TestDir() + "/store";
  ASSERT_EQ(InChild([&]() -> absl::Status {
              ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
              return Fill(*store);
            }),
            0);
  ASSERT_EQ(FlipInTables(dir, PieceOf(2, 2), 50'000), 1);
  EXPECT_EQ(InChild([&]() -> absl::Status {
              ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
              RETURN_IF_ERROR(Put(*store, 2, 2));
              const auto lose = [&dir](absl::string_view point) {
                if (point == "store-closed") std::filesystem::remove(dir + "/CURRENT");
              };
              return Remake(*store, {AllPieces()}, Packs({1, 2, 3}), lose).status();
            }),
            2);
  EXPECT_FALSE(std::filesystem::exists(dir + "/CURRENT")) << "nor was another one made";
}

}  // namespace
}  // namespace tidemark::vault
