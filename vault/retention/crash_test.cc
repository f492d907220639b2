// A run that dies at each of its points, and at several occurrences of each: no deposit in custody
// ever loses a byte, nothing is half visible, and the next run finishes.
//
// Every process that opens the vault is a child: RocksDB's threads do not survive a fork.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/testing.h"
#include "proto/stored.pb.h"
#include "vault/expected_keys_testing.h"
#include "vault/retention/retention_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {
namespace {

constexpr int kExitDied = 70;  // at the point, as it was told
constexpr int kExitFine = 0;
constexpr int kExitWrong = 1;
constexpr absl::Duration kDay = absl::Hours(24);

// Old nights that go, and the one that stays.
struct Scene {
  std::string dir;
  const crypto::SigningKey& receipt_key;
  const crypto::SigningKey& verdict_key;
  const TestPeer& depositor;
  std::vector<Night> nights;
};
const std::string& VaultId() {
  static const auto& id = *std::make_unique<std::string>(16, 'v').release();
  return id;
}

absl::StatusOr<std::unique_ptr<Vault>> OpenVault(const Scene& scene, const base::Clock& clock,
                                                 std::function<void(absl::string_view)> at_point) {
  return Vault::Open(
      {.dir = scene.dir, .retention = {.trust_clock = true}, .at_point = std::move(at_point)},
      VaultId(), scene.receipt_key, clock);
}

// What `work` returns, from a process of its own.
int InChild(const std::function<absl::Status()>& work) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    const absl::Status done = work();
    if (!done.ok()) std::fprintf(stderr, "child: %s\n", done.ToString().c_str());
    _exit(done.ok() ? kExitFine : kExitWrong);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

absl::Time Later() { return TestNow() + 400 * kDay; }

absl::Status Build(const Scene& scene) {
  base::FakeClock clock(TestNow());
  ASSIGN_OR_RETURN(const auto vault, OpenVault(scene, clock, nullptr));
  for (const Night& night : scene.nights) {
    RETURN_IF_ERROR(StoreNight(night, scene.depositor, *vault).status());
    clock.Advance(kDay);
  }
  const TestUpload& last = scene.nights.back().upload;
  for (int week = 0; clock.Now() < Later(); ++week) {
    RETURN_IF_ERROR(
        vault
            ->AppendVerdict(MakeVerdict(VaultId(), last.deposit, last.Sign(scene.depositor),
                                        week % 2 == 0 ? tidemark::v1::VERDICT_OUTCOME_PASS
                                                      : tidemark::v1::VERDICT_OUTCOME_UNDECIDED,
                                        scene.verdict_key),
                            scene.verdict_key.verify_key())
            .status());
    clock.Advance(7 * kDay);
  }
  return absl::OkStatus();
}

absl::Status RunAndDie(const Scene& scene, absl::string_view point, int occurrence) {
  const base::FakeClock clock(Later());
  std::atomic<bool> stop = false;
  int left = occurrence;
  ASSIGN_OR_RETURN(const auto vault, OpenVault(scene, clock, [&](absl::string_view here) {
                     if (here == point && --left == 0) _exit(kExitDied);
                   }));
  return vault->Retained().Run(RunMode::kDelete, stop).status();
}

// Each deposit is whole or gone.
absl::Status CheckEachIsWholeOrGone(const Scene& scene, const Vault& vault, size_t& gone) {
  ASSIGN_OR_RETURN(const std::vector<CatalogueEntry> list, vault.List("example"));
  if (list.size() != scene.nights.size()) return absl::InternalError("the list is not whole");
  gone = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const bool is_gone = list[i].shredded_log_index != 0;
    gone += is_gone ? 1 : 0;
    RETURN_IF_ERROR(is_gone ? CheckShredded(scene.nights[i], vault)
                            : CheckRestores(scene.nights[i], vault));
  }
  return absl::OkStatus();
}

// What a table that is made anew has to have, of a store as a run left it: all that deposits in
// custody use is relied on, and all that is relied on is there. A run that is over leaves nothing
// else.
enum class After { kDeath, kEnd };
absl::Status CheckReliedOn(const Scene& scene, After after) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(scene.dir));
  for (const schema::Family family : kReliedOnFamilies) {
    ASSIGN_OR_RETURN(const Keys relied_on, ReliedOnKeys(*store, family));
    ASSIGN_OR_RETURN(const Keys stored, StoredKeys(*store, family));
    if (!std::includes(stored.begin(), stored.end(), relied_on.begin(), relied_on.end())) {
      return absl::InternalError("what is relied on is not there");
    }
    if (after == After::kEnd && relied_on.size() != stored.size()) {
      return absl::InternalError("what is there is not relied on");
    }
  }
  ASSIGN_OR_RETURN(const Keys frames, ReliedOnKeys(*store, schema::Family::kFrames));
  for (const Night& night : scene.nights) {
    ASSIGN_OR_RETURN(
        const std::string value,
        store->Get(schema::Family::kDeposits,
                   schema::DepositKey(schema::DepositRow::kCatalogue, night.upload.deposit)));
    tidemark::v1::CatalogueRow row;
    if (!row.ParseFromString(value)) return absl::InternalError("no row of the catalogue");
    if (row.shredded_log_index() != 0) continue;
    for (const auto& [frame, bytes] : night.frames) {
      const std::string key = schema::PieceKey(frame.first, frame.second);
      if (!std::binary_search(frames.begin(), frames.end(), key)) {
        return absl::InternalError("a deposit in custody uses what nobody relies on");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAndFinish(const Scene& scene) {
  RETURN_IF_ERROR(CheckReliedOn(scene, After::kDeath));
  const base::FakeClock clock(Later());
  std::atomic<bool> stop = false;
  {
    ASSIGN_OR_RETURN(const auto vault, OpenVault(scene, clock, nullptr));
    size_t gone = 0;
    RETURN_IF_ERROR(CheckEachIsWholeOrGone(scene, *vault, gone));
    RETURN_IF_ERROR(vault->Retained().Run(RunMode::kDelete, stop).status());
    RETURN_IF_ERROR(CheckEachIsWholeOrGone(scene, *vault, gone));
    if (gone != scene.nights.size() - 1) return absl::InternalError("not all old ones are gone");
    ASSIGN_OR_RETURN(const auto plan, vault->Retained().Plan("example"));
    for (size_t i = 0; i < gone; ++i) {
      if (plan[i].erased != std::vector<std::string>{"primary"}) {
        return absl::InternalError("an erasure is confirmed not once");
      }
    }
    ASSIGN_OR_RETURN(const RunSummary again, vault->Retained().Run(RunMode::kDelete, stop));
    if (again.deposits_shredded + again.frames_removed + again.erasures_confirmed != 0) {
      return absl::InternalError("something was left to a third run");
    }
  }
  RETURN_IF_ERROR(CheckReliedOn(scene, After::kEnd));
  // No row is left of what nobody uses, and no mark.
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(scene.dir));
  size_t frames = 0;
  size_t marks = 0;
  const auto count = [](size_t& rows) {
    return [&rows](absl::string_view, absl::string_view) {
      ++rows;
      return absl::OkStatus();
    };
  };
  RETURN_IF_ERROR(store->Scan(schema::Family::kFrames, {}, count(frames)));
  RETURN_IF_ERROR(store->Scan(schema::Family::kMeta, schema::AllRemoving(), count(marks)));
  if (frames != scene.nights.back().frames.size() || marks != 0) {
    return absl::InternalError(absl::StrCat(frames, " frames and ", marks, " marks are left"));
  }
  return absl::OkStatus();
}

TEST(RetentionCrash, DeathAtEachPointCostsNothingAndTheNextRunFinishes) {
  const crypto::SigningKey receipt_key = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key = crypto::SigningKey::Generate();
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  int deaths = 0;
  int vaults = 0;
  for (const int frames : {1, 9, 40}) {
    Scene built = {
        absl::StrCat(base::TestDir(), "/built", frames), receipt_key, verdict_key, depositor, {}};
    TestRegistry registry(VaultId(), {.seed = static_cast<uint64_t>(frames),
                                      .frames = frames,
                                      .changes = 1 + frames / 5,
                                      .spare = 1,
                                      .piece_bytes = 200});
    for (int i = 0; i < 4; ++i) built.nights.push_back(registry.Next());
    ASSERT_EQ(InChild([&] { return Build(built); }), kExitFine);
    for (const absl::string_view point : kRetentionPoints) {
      for (const int occurrence : {1, 2, 3}) {
        const Scene scene = {absl::StrCat(base::TestDir(), "/vault", vaults++), receipt_key,
                             verdict_key, depositor, built.nights};
        std::filesystem::copy(built.dir, scene.dir, std::filesystem::copy_options::recursive);
        const int end = InChild([&] { return RunAndDie(scene, point, occurrence); });
        // Some points come once only, and then the run ends well.
        ASSERT_TRUE(end == kExitDied || (end == kExitFine && occurrence > 1)) << point << end;
        deaths += end == kExitDied ? 1 : 0;
        ASSERT_EQ(InChild([&] { return CheckAndFinish(scene); }), kExitFine)
            << frames << " frames, " << point << " for the " << occurrence << ". time";
        std::filesystem::remove_all(scene.dir);
      }
    }
  }
  RecordProperty("deaths", deaths);
  EXPECT_GE(deaths, 40);
}

}  // namespace
}  // namespace tidemark::vault::retention
