// For tests of retention: a vault whose time a test moves, and a registry with its nights.
#ifndef TIDEMARK_VAULT_RETENTION_RETENTION_FIXTURE_H_
#define TIDEMARK_VAULT_RETENTION_RETENTION_FIXTURE_H_

#include <dirent.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/retention_testing.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {

inline constexpr absl::Duration kDay = absl::Hours(24);

class RetentionTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, vault_id_, receipt_key_, clock_);
    ASSERT_OK(vault);
    vault_ = *std::move(vault);
  }

  void StoreNights(int count) {
    for (int i = 0; i < count; ++i) {
      nights_.push_back(registry_.Next());
      ASSERT_OK(StoreNight(nights_.back(), depositor_, *vault_));
      clock_.Advance(kDay);
    }
  }
  // Time passes in which the last deposit is judged now and then, so that the log bears witness.
  void Age(int days) {
    const TestUpload& last = nights_.back().upload;
    for (int passed = 0; passed < days; passed += 7) {
      clock_.Advance(7 * kDay);
      const auto outcome = passed % 2 == 0 ? tidemark::v1::VERDICT_OUTCOME_PASS
                                           : tidemark::v1::VERDICT_OUTCOME_UNDECIDED;
      ASSERT_OK(vault_->AppendVerdict(
          MakeVerdict(vault_id_, last.deposit, last.Sign(depositor_), outcome, verdict_key_),
          verdict_key_.verify_key()));
    }
  }
  absl::StatusOr<RunSummary> Run(RunMode mode = RunMode::kDelete) {
    return vault_->Retained().Run(mode, stop_);
  }
  // Tonight's deposit as an index would make it that still relies on a frame which only the first
  // night has.
  Night NextUsingAnOldFrame() {
    Night night = registry_.Next();
    const auto old =
        std::find_if(nights_[0].frames.begin(), nights_[0].frames.end(), [&](const auto& frame) {
          return !nights_.back().frames.contains(frame.first) &&
                 !night.frames.contains(frame.first);
        });
    CHECK(old != nights_[0].frames.end());
    for (tidemark::v1::PackRef& ref : *night.upload.manifest.mutable_packs()) {
      if (ref.pack_id() != old->first.first.bytes()) continue;
      std::string bits(ref.used().size(), '\0');
      bits[old->first.second / 8] = static_cast<char>(1 << (old->first.second % 8));
      AddBits(bits, *ref.mutable_used());
    }
    night.frames.insert(*old);
    return night;
  }
  HoldOrder Hold(size_t night, const std::string& case_id) const {
    return {nights_[night].upload.deposit, case_id, "the court asked", "anne 0a1b"};
  }
  // Files of the vault's directory in which `bytes` stand.
  std::vector<std::string> FilesWith(absl::string_view bytes) const {
    std::vector<std::string> names;
    DIR* const dir = opendir(options_.dir.c_str());
    while (const dirent* entry = readdir(dir)) {
      if (entry->d_type != DT_REG) continue;
      std::ifstream in(absl::StrCat(options_.dir, "/", entry->d_name), std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(in)), {});
      if (all.find(bytes.data(), 0, bytes.size()) != std::string::npos) {
        names.push_back(entry->d_name);
      }
    }
    closedir(dir);
    return names;
  }
  std::vector<tidemark::v1::CustodyAct> Acts() {
    vault_ = nullptr;
    std::vector<tidemark::v1::CustodyAct> acts;
    {
      const auto store = RocksStore::Open(options_.dir);
      CHECK(store.ok());
      CHECK((*store)
                ->Scan(schema::Family::kActs, {},
                       [&](absl::string_view key, absl::string_view value) -> absl::Status {
                         tidemark::v1::ActRow row;
                         tidemark::v1::CustodyAct act;
                         CHECK(row.ParseFromArray(value.data(), static_cast<int>(value.size())));
                         CHECK(act.ParseFromString(row.act()));
                         const auto index = schema::ParseLogKey(key);
                         CHECK(index.ok());
                         const auto leaf = ReadLeaf(**store, *index);
                         CHECK(leaf.ok());
                         EXPECT_EQ(leaf->digest(), crypto::Blake2b(row.act()).bytes());
                         acts.push_back(act);
                         return absl::OkStatus();
                       })
                .ok());
    }
    Reopen();
    return acts;
  }

  const std::string vault_id_ = std::string(16, 'v');
  // Called at every point of the vault, outside its lock.
  std::function<void(absl::string_view point)> hook_;
  const VaultOptions options_ = {.dir = base::TestDir() + "/vault",
                                 .retention = {.trust_clock = true},
                                 .at_point = [this](absl::string_view point) {
                                   if (hook_) hook_(point);
                                 }};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{TestNow()};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example", "other"});
  TestRegistry registry_{vault_id_, {}};
  TestRegistry other_{vault_id_, {.tld = "other", .seed = 2, .frames = 2, .changes = 1}};
  std::vector<Night> nights_;
  std::unique_ptr<Vault> vault_;
  std::atomic<bool> stop_ = false;
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_RETENTION_FIXTURE_H_
