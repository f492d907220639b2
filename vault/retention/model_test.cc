// Seeded random lives of a vault: nights of several registries, verdicts, holds, runs that are
// stopped or not, openings. What the plan does not name stays whole, and what is gone stays gone.
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "vault/retention/retention_testing.h"

namespace tidemark::vault::retention {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

struct Member {
  TestRegistry registry;
  std::vector<Night> nights;
  std::set<size_t> held = {};
};

class Life final {
 public:
  Life(uint64_t seed, const std::string& dir)
      : random_(seed), options_({.dir = dir, .retention = {.trust_clock = true}}) {
    for (int i = 0; i < 3; ++i) {
      members_.push_back({TestRegistry(vault_id_, {.tld = absl::StrCat("tld", i),
                                                   .seed = random_(),
                                                   .frames = 3 + i * 9,
                                                   .changes = 1 + i,
                                                   .spare = i == 1 ? 1 : 0,
                                                   .piece_bytes = 100}),
                          {}});
    }
    Reopen();
  }

  void Live(int steps) {
    for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) Step();
  }
  size_t shredded() const { return shredded_; }
  size_t checked() const { return checked_; }

 private:
  size_t Pick(size_t n) { return random_() % n; }

  void Reopen() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, vault_id_, receipt_key_, clock_);
    ASSERT_OK(vault);
    vault_ = *std::move(vault);
  }

  void Step() {
    Member& member = members_[Pick(members_.size())];
    const size_t what = Pick(20);
    if (what < 9 || member.nights.empty()) {
      Deposit(member);
    } else if (what < 12) {
      Judge(member);
    } else if (what < 14) {
      ChangeHold(member);
    } else if (what < 15) {
      Reopen();
    } else if (what < 18) {
      RunAndCheck();
    }
    clock_.Advance(kDay * static_cast<double>(1 + Pick(7)));
  }

  void Deposit(Member& member) {
    const bool is_full = member.nights.empty() || Pick(3) == 0;
    member.nights.push_back(member.registry.Next(is_full ? tidemark::v1::DEPOSIT_KIND_FULL
                                                         : tidemark::v1::DEPOSIT_KIND_DIFF));
    ASSERT_OK(StoreNight(member.nights.back(), depositor_, *vault_));
  }

  void Judge(Member& member) {
    const TestUpload& upload = member.nights[Pick(member.nights.size())].upload;
    const auto outcome =
        Pick(3) == 0 ? tidemark::v1::VERDICT_OUTCOME_FAIL : tidemark::v1::VERDICT_OUTCOME_PASS;
    const auto judged = vault_->AppendVerdict(
        MakeVerdict(vault_id_, upload.deposit, upload.Sign(depositor_), outcome, verdict_key_),
        verdict_key_.verify_key());
    EXPECT_EQ(judged.ok(), !IsGone(upload.deposit));
  }

  void ChangeHold(Member& member) {
    const size_t night = Pick(member.nights.size());
    const HoldOrder order = {member.nights[night].upload.deposit, "case", "why", "who"};
    if (member.held.contains(night)) {
      EXPECT_OK(vault_->Retained().LiftHold(order));
      member.held.erase(night);
    } else if (vault_->Retained().PlaceHold(order).ok()) {
      EXPECT_FALSE(IsGone(order.deposit));
      member.held.insert(night);
    } else {
      EXPECT_TRUE(IsGone(order.deposit));
    }
  }

  bool IsGone(const DepositId& id) const { return gone_.contains(id.ToString()); }

  void RunAndCheck() {
    // What is due is known before, by the very plan that people are shown.
    const auto plan = vault_->Retained().Plan("");
    ASSERT_OK(plan);
    std::set<std::string> due;
    for (const PlanEntry& entry : *plan) {
      EXPECT_EQ(entry.shredded_log_index != 0, IsGone(entry.deposit));
      if (entry.is_due) due.insert(entry.deposit.ToString());
    }
    const auto summary = vault_->Retained().Run(RunMode::kDelete, stop_);
    ASSERT_OK(summary);
    EXPECT_EQ(summary->deposits_shredded, due.size());
    EXPECT_EQ(summary->erasures_confirmed, due.size());
    shredded_ += due.size();
    gone_.merge(due);
    if (Pick(2) == 0) Reopen();
    for (const Member& member : members_) {
      for (size_t i = 0; i < member.nights.size(); ++i) {
        const Night& night = member.nights[i];
        ASSERT_FALSE(member.held.contains(i) && IsGone(night.upload.deposit));
        ASSERT_OK(IsGone(night.upload.deposit) ? CheckShredded(night, *vault_)
                                               : CheckRestores(night, *vault_));
        ++checked_;
      }
    }
  }

  std::mt19937_64 random_;
  const std::string vault_id_ = std::string(16, 'v');
  const VaultOptions options_;
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"tld0", "tld1", "tld2"});
  base::FakeClock clock_{TestNow()};
  std::vector<Member> members_;
  std::set<std::string> gone_;
  std::atomic<bool> stop_ = false;
  size_t shredded_ = 0;
  size_t checked_ = 0;
  std::unique_ptr<Vault> vault_;
};

TEST(RetentionModel, RandomLivesLoseNothingThatThePlanKeeps) {
  size_t shredded = 0;
  for (const uint64_t seed : {1, 2, 3, 4}) {
    SCOPED_TRACE(seed);
    Life life(seed, absl::StrCat(base::TestDir(), "/vault", seed));
    life.Live(300);
    EXPECT_GT(life.checked(), 500);
    shredded += life.shredded();
  }
  EXPECT_GT(shredded, 40);
}

}  // namespace
}  // namespace tidemark::vault::retention
