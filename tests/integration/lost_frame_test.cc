// A frame that no copy has whole any more: nothing new relies on it, the client is told, and sends
// in full what is then whole in both copies.
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/second_copy.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::tests {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using vault::schema::Family;

constexpr char kTld[] = "lost";
constexpr int kFirstDay = 22;
constexpr size_t kFileBytesMax = 64 << 20;

class LostFrame : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld}));
    ASSERT_OK_AND_ASSIGN(copy_, SecondCopy::Start(*escrow_));
    first_ = Write(kFirstDay);
    Deposit(first_, 0);
    ASSERT_EQ(Replicate(), 0);
  }

  static std::string Write(int day) {
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = 4000;  // several frames
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, kFirstDay), absl::UTCTimeZone());
    options.night = day - kFirstDay;
    options.changed_fraction = 0.01;
    const auto deposit = WriteDeposit(base::TestDir(), options);
    EXPECT_OK(deposit.status());
    return deposit->deposit_path;
  }
  static std::string IdOf(int day, int resend = 0) {
    return absl::StrCat(kTld, "/202611", day, "001/", resend);
  }
  std::string ResendOf(const std::string& path, int resend) const {
    const std::string out =
        absl::StrCat(escrow_->dir(), "/lost_2026-11-22_full_S1_R", resend, ".xml");
    EXPECT_OK(EditFile(path, out, [resend](std::string text) {
      const size_t end = text.find(" type=\"FULL\"");
      return text.insert(end, absl::StrCat(" resend=\"", resend, "\""));
    }));
    return out;
  }

  static base::RunResult Run(const std::vector<std::string>& words, int exit_status) {
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << words[0] << ": " << result->out << result->err;
    return *result;
  }
  // What it cost.
  json Deposit(const std::string& path, int exit_status) {
    const base::RunResult result =
        Run({"deposit", path, "--config", escrow_->depositor(), "--stats", "json", "--quiet"},
            exit_status);
    err_ = result.err;
    return json::parse(result.out, nullptr, false);
  }
  int Replicate() {
    const auto result = copy_->Replicate();
    EXPECT_OK(result);
    return result->exit_status;
  }
  void ExpectRestored(const std::string& id, const std::string& path, const std::string& config) {
    const std::string out = escrow_->dir() + "/restored.xml";
    std::filesystem::remove(out);
    Run({"restore", id, "--out", out, "--config", config}, 0);
    EXPECT_EQ(*base::ReadSmallFile(out, kFileBytesMax), *base::ReadSmallFile(path, kFileBytesMax));
  }

  // The first frame is not what came in, and a scrub has seen it.
  static void Lose(const std::string& dir) {
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(dir));
    std::vector<std::pair<std::string, std::string>> rows;
    ASSERT_OK(store->Scan(Family::kFrames, {}, [&](absl::string_view key, absl::string_view value) {
      rows.emplace_back(key, value);
      return absl::OkStatus();
    }));
    ASSERT_FALSE(rows.empty());
    auto& [key, value] = rows[0];
    value.back() = static_cast<char>(value.back() ^ 1);
    vault::StoreBatch batch;
    batch.Put(Family::kFrames, key, value);
    batch.Put(Family::kScrub, vault::schema::DamageKey(vault::schema::kFrameKind, key), "");
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }
  void LoseOnBothSides() {
    escrow_->KillServer();
    ASSERT_NO_FATAL_FAILURE(Lose(escrow_->server_dir() + "/data"));
    ASSERT_OK(escrow_->StartServer());
    copy_->KillServer();
    ASSERT_NO_FATAL_FAILURE(Lose(copy_->data_dir()));
    ASSERT_OK(copy_->StartServer());
  }

  std::unique_ptr<Escrow> escrow_;
  std::unique_ptr<SecondCopy> copy_;
  std::string first_;
  std::string err_;
};

TEST_F(LostFrame, AResendIsSentInFullByItselfAndIsWholeAndTheNextNightIsSmall) {
  ASSERT_NO_FATAL_FAILURE(LoseOnBothSides());
  EXPECT_EQ(Replicate(), 1) << "neither has it";
  const std::string resend = ResendOf(first_, 1);
  const json full = Deposit(resend, 0);
  EXPECT_EQ(full["new_objects"], full["objects"]);
  EXPECT_THAT(full["why_everything_was_sent"].get<std::string>(), HasSubstr("frame 0 of pack "));
  ExpectRestored(IdOf(22, 1), resend, escrow_->verifier());
  Run({"verify", IdOf(22, 1), "--config", escrow_->verifier()}, 0);

  const std::string next = Write(23);
  const json night = Deposit(next, 0);
  EXPECT_TRUE(night["why_everything_was_sent"].is_null());
  EXPECT_LT(night["bytes_sent"].get<uint64_t>(), full["bytes_sent"].get<uint64_t>() / 4);
  ExpectRestored(IdOf(23), next, escrow_->verifier());

  // The same file under its own identity mends nothing, and is not said to.
  Deposit(first_, 1);
  EXPECT_THAT(err_, HasSubstr("send the file as a higher resend"));

  // Both come to the second copy, where the old frame is lost as well, and are whole there.
  EXPECT_EQ(Replicate(), 1) << "what is lost stays lost, and is said";
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  ExpectRestored(IdOf(22, 1), resend, verifier);
  ExpectRestored(IdOf(23), next, verifier);
  Run({"restore", IdOf(22), "--out", escrow_->dir() + "/old.xml", "--config", escrow_->verifier()},
      2);
  EXPECT_THAT(Run({"status", "--config", escrow_->operator_config()}, 0).out,
              HasSubstr("DAMAGE: 1 stored pieces"));
}

TEST_F(LostFrame, ANightAfterTheLossIsAFullOneToo) {
  ASSERT_NO_FATAL_FAILURE(LoseOnBothSides());
  const std::string next = Write(23);
  const json full = Deposit(next, 0);
  EXPECT_EQ(full["new_objects"], full["objects"]);
  ExpectRestored(IdOf(23), next, escrow_->verifier());
}

}  // namespace
}  // namespace tidemark::tests
