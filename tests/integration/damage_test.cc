// A disk damages a frame, and everybody who has to know is told: fsck, the scrub, and whoever wants
// the file back, who gets everything else of it.

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::tests {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using vault::schema::Family;

constexpr size_t kFileBytesMax = 64 << 20;
constexpr size_t kPackBytes = 16;  // what keys of frames begin with

base::RunResult RunVerb(const std::vector<std::string>& arguments, int expected) {
  const auto result = Tidemark(arguments);
  EXPECT_OK(result.status());
  if (!result.ok()) return {-1, "", ""};
  EXPECT_EQ(result->exit_status, expected) << arguments[0] << "\n" << result->out << result->err;
  return *result;
}

uint64_t ObjectsIn(const std::string& path) {
  const auto check = Tidemark({"check", path, "--format", "json"});
  EXPECT_OK(check.status());
  uint64_t objects = 0;
  const json report = json::parse(check->out, nullptr, false);
  EXPECT_FALSE(report.is_discarded()) << check->err;
  for (const auto& [uri, count] : report["counts"].items()) objects += count.get<uint64_t>();
  return objects;
}

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    generator::GeneratorOptions options;
    options.domains = 20'000;
    ASSERT_OK_AND_ASSIGN(source_, WriteDeposit(base::TestDir(), options));
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = options.tld}));
    RunVerb({"deposit", source_.deposit_path, "--config", escrow_->depositor()}, 0);
    id_ = Newest();
    data_dir_ = escrow_->server_dir() + "/data";
  }

  std::string Newest() {
    const base::RunResult list =
        RunVerb({"list", "--config", escrow_->operator_config(), "--format", "json"}, 0);
    return json::parse(list.out)["deposits"].back()["deposit"];
  }

  base::RunResult Fsck(int expected) {
    return RunVerb({"fsck", "--data-dir", data_dir_, "--agent", escrow_->agent(), "--receipts",
                    escrow_->dir() + "/depositor", "--format", "json"},
                   expected);
  }

  // One bit of the second frame of a pack that has more: a later night's has fewer, and either pack
  // may come first.
  void DamageAFrame() {
    ASSERT_OK_AND_ASSIGN(const int status, escrow_->StopServer());
    ASSERT_EQ(status, 0);
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(data_dir_));
    std::vector<std::string> keys;
    ASSERT_OK(store->Scan(Family::kFrames, {}, [&keys](absl::string_view key, absl::string_view) {
      keys.emplace_back(key);
      return absl::OkStatus();
    }));
    size_t second = 0;
    for (size_t i = 2; i < keys.size() && second == 0; ++i) {
      const std::string pack = keys[i].substr(0, kPackBytes);
      if (absl::StartsWith(keys[i - 2], pack)) second = i - 1;
    }
    ASSERT_GT(second, 0u);
    damaged_pack_ = keys[second].substr(0, kPackBytes);
    ASSERT_OK_AND_ASSIGN(std::string value, store->Get(Family::kFrames, keys[second]));
    value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
    vault::StoreBatch batch;
    batch.Put(Family::kFrames, keys[second], value);
    // As if it were the first cycle: of an earlier one today nothing is looked at again so soon.
    batch.Delete(Family::kScrub, std::string(vault::schema::kScrubStateKey));
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }

  void DamageANode() {
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(data_dir_));
    vault::StoreBatch batch;
    batch.Put(Family::kNodes, vault::schema::NodeKey(0, 0), std::string(32, 'n'));
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }

  // The sealed manifest of the night that the damaged frame came with.
  void ForgetTheFirstNight() {
    ASSERT_OK_AND_ASSIGN(const int status, escrow_->StopServer());
    ASSERT_EQ(status, 0);
    // A vault that is away says nothing of what it has.
    const base::RunResult away = RunVerb({"restore", id_, "--out", base::TestDir() + "/away",
                                          "--config", escrow_->verifier(), "--format", "json"},
                                         2);
    EXPECT_EQ(json::parse(away.out)["outcome"], "undecided") << away.out;
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(data_dir_));
    vault::StoreBatch batch;
    batch.DeleteRange(Family::kParts, {damaged_pack_, damaged_pack_ + std::string(4, '\xff')});
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }

  // The partial file of a deposit has every object but those that are said to be lost.
  void ExpectPartial(const std::string& id, const std::string& original) {
    const std::string out = base::TestDir() + "/partial.xml";
    const base::RunResult whole = RunVerb(
        {"restore", id, "--out", out, "--config", escrow_->verifier(), "--format", "json"}, 2);
    EXPECT_EQ(json::parse(whole.out)["outcome"], "lost") << whole.out;
    EXPECT_THAT(whole.err, HasSubstr("frame 1 of pack"));
    EXPECT_THAT(whole.err, HasSubstr("tidemark restore --partial"));
    const base::RunResult partial = RunVerb({"restore", id, "--partial", "--out", out, "--config",
                                             escrow_->verifier(), "--format", "json"},
                                            1);
    EXPECT_EQ(json::parse(partial.out)["outcome"], "partial") << partial.out;
    EXPECT_THAT(partial.err, HasSubstr("are lost"));
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(out + ".lost.json"));
    const json lost = json::parse(text);
    const auto objects_lost = lost["objects_lost"].get<uint64_t>();
    EXPECT_GT(objects_lost, 1000u);
    EXPECT_EQ(lost["frames"][0]["objects"], objects_lost);
    EXPECT_EQ(lost["file_objects"], objects_lost + lost["objects_restored"].get<uint64_t>());
    EXPECT_EQ(ObjectsIn(out), ObjectsIn(original) - objects_lost);
    // Left out is one stretch; everything before and behind it is the file's own.
    ASSERT_OK_AND_ASSIGN(const std::string file, base::ReadSmallFile(original, kFileBytesMax));
    ASSERT_OK_AND_ASSIGN(const std::string got, base::ReadSmallFile(out, kFileBytesMax));
    if (lost["stretches"].size() != 1) return;
    const auto at = lost["stretches"][0]["at_byte"].get<size_t>();
    const auto bytes = lost["stretches"][0]["bytes"].get<size_t>();
    EXPECT_TRUE(got == file.substr(0, at) + file.substr(at + bytes));
  }

  GeneratedDeposit source_;
  std::unique_ptr<Escrow> escrow_;
  std::string id_;
  std::string data_dir_;
  std::string damaged_pack_;
};

TEST_F(DamageTest, FsckNamesItTheScrubCountsItAndRestoreLeavesItOut) {
  EXPECT_THAT(RunVerb({"fsck", "--data-dir", data_dir_}, 2).err, HasSubstr("stop tidemarkd first"));
  ASSERT_OK_AND_ASSIGN(const int status, escrow_->StopServer());
  ASSERT_EQ(status, 0);
  EXPECT_EQ(json::parse(Fsck(0).out)["clean"], true);
  DamageANode();
  EXPECT_THAT(Fsck(1).out, HasSubstr("--rebuild-nodes"));
  const base::RunResult rebuilt =
      RunVerb({"fsck", "--data-dir", data_dir_, "--agent", escrow_->agent(), "--rebuild-nodes"}, 0);
  EXPECT_THAT(rebuilt.out, HasSubstr("made anew: 1"));
  EXPECT_EQ(json::parse(Fsck(0).out)["clean"], true);
  ASSERT_OK(escrow_->StartServer());
  DamageAFrame();
  const json found = json::parse(Fsck(1).out);
  ASSERT_EQ(found["findings"].size(), 1u);
  EXPECT_THAT(std::string(found["findings"][0]["where"]), HasSubstr("frame 1 of pack"));
  EXPECT_EQ(found["findings"][0]["deposits"][0], id_);
  EXPECT_EQ(found["damaged_deposits"][0]["frames_lost"], 1);
  ASSERT_OK(escrow_->StartServer());
  ExpectPartial(id_, source_.deposit_path);
  // The scrub goes at its own pace; it gets there.
  json scrub;
  for (int tries = 0; tries < 600; ++tries) {
    const base::RunResult result =
        RunVerb({"status", "--config", escrow_->operator_config(), "--format", "json"}, 0);
    scrub = json::parse(result.out)["scrub"];
    if (scrub["pieces_damaged"] == 1 && !scrub["finished"].is_null()) break;
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_EQ(scrub["pieces_damaged"], 1) << scrub.dump();
  EXPECT_EQ(scrub["cycle"], 1);
  EXPECT_THAT(RunVerb({"status", "--config", escrow_->operator_config()}, 0).out,
              HasSubstr("DAMAGE: 1 stored pieces"));
}

// What is damaged was known, and what has it in mind rots: nobody is told that all is well.
TEST_F(DamageTest, WhatTheScrubForgotIsNotCalledWhole) {
  DamageAFrame();
  ASSERT_OK(escrow_->StartServer());
  const auto status = [this] {
    const auto result =
        Tidemark({"status", "--config", escrow_->operator_config(), "--format", "json"});
    EXPECT_OK(result);
    json scrub = json::parse(result->out)["scrub"];
    EXPECT_EQ(result->exit_status, scrub["damage_known"] ? 0 : 2);
    return scrub;
  };
  const auto wait_for_a_full_cycle = [&status](bool may_be_none) {
    for (int tries = 0; tries < 600; ++tries) {
      const json scrub = status();
      const bool is_one = scrub["pieces_damaged"] == 1;
      EXPECT_TRUE(may_be_none || is_one || !scrub["damage_known"]) << scrub.dump();
      if (is_one && scrub["damage_known"] && !scrub["finished"].is_null()) return;
      absl::SleepFor(absl::Milliseconds(100));
    }
    ADD_FAILURE() << "no full cycle";
  };
  wait_for_a_full_cycle(/*may_be_none=*/true);
  ASSERT_OK_AND_ASSIGN(const int stopped, escrow_->StopServer());
  ASSERT_EQ(stopped, 0);
  ASSERT_OK((*vault::RocksStore::Open(data_dir_))->FlushForTesting());
  for (const std::string& table : vault::TablesOf(data_dir_, "scrub")) {
    vault::FlipBit(table, 20, 1);
  }
  ASSERT_OK(escrow_->StartServer());
  const base::RunResult text = *Tidemark({"status", "--config", escrow_->operator_config()});
  EXPECT_THAT(text.out, HasSubstr(text.exit_status == 2 ? "DAMAGE IS NOT KNOWN" : "DAMAGE: 1"));
  wait_for_a_full_cycle(/*may_be_none=*/false);
  EXPECT_THAT(RunVerb({"status", "--config", escrow_->operator_config()}, 0).out,
              HasSubstr("DAMAGE: 1 stored pieces"));
}

// The next night refers to the pack of the first; how many objects the frame had, that night says.
TEST_F(DamageTest, ALaterNightThatUsesTheFrameComesBackAsFarAsItCan) {
  const std::string next = base::TestDir() + "/next.xml";
  ASSERT_OK(EditFile(source_.deposit_path, next, [](std::string text) {
    size_t at = text.find(" id=\"");
    text[at + 5] = text[at + 5] == '9' ? '8' : '9';
    // Objects are changed here and there, as they are on any night.
    for (at = text.find("<rdeDomain:clID>"); at != std::string::npos;
         at = text.find("<rdeDomain:clID>", at + 400'000)) {
      text[text.find('<', at + 1) - 1] = 'Z';
    }
    return text;
  }));
  const base::RunResult deposit =
      RunVerb({"deposit", next, "--config", escrow_->depositor(), "--format", "json"}, 0);
  const std::string id = json::parse(deposit.out)["receipt"]["deposit"];
  ASSERT_NE(id, id_);
  // A whole file has no list of losses beside it, whatever an earlier day left.
  const std::string out = base::TestDir() + "/whole.xml";
  ASSERT_OK(base::WriteFile(out + ".lost.json", "{}", base::FileMode::kPrivate));
  RunVerb({"restore", id, "--out", out, "--config", escrow_->verifier()}, 0);
  EXPECT_FALSE(std::filesystem::exists(out + ".lost.json"));
  DamageAFrame();
  ASSERT_OK(escrow_->StartServer());
  ExpectPartial(id, next);
  // Nor does it take the night that the frame came with, for this manifest counts. That it does
  // fsck cannot see, and does not promise.
  ForgetTheFirstNight();
  const json found = json::parse(Fsck(1).out);
  std::string promised;
  for (const json& damaged : found["damaged_deposits"]) {
    if (damaged["id"] == id) promised = damaged["restorable"];
  }
  EXPECT_THAT(promised, HasSubstr("all but the objects in 1, and, if its sealed manifest does not "
                                  "count the objects of that pack's frames, but those behind"));
  ASSERT_OK(escrow_->StartServer());
  ExpectPartial(id, next);
}

}  // namespace
}  // namespace tidemark::tests
