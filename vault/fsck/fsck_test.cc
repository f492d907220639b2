// fsck on stores that are whole, and on stores with one thing wrong, each named.
#include "vault/fsck/fsck.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "proto/stored.pb.h"
#include "vault/fsck/guarded_run.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;
using schema::DepositRow;
using schema::Family;

class FsckTest : public ::testing::Test {
 protected:
  // Two deposits, a verdict on the first; a receipt of each and the last tree head are kept.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
    options_.dir = dir_;
    options_.vault_id = std::string(vault->vault_id());
    options_.receipt_key = receipt_key_.verify_key();
    options_.verdict_key = verdict_key_.verify_key();
    options_.authority_pem = TestAuthority().certificate_pem;
    for (const char* id : {"example/A1/0", "example/A2/0"}) {
      uploads_.push_back(MakeUpload(vault->vault_id(), Id(id),
                                    {.seed = uploads_.size() + 1, .frames = 6, .parts = 3}));
      ASSERT_OK_AND_ASSIGN(const auto receipt, Store(uploads_.back(), depositor_, *vault));
      receipts_.push_back({absl::StrCat("receipt of ", id), receipt});
    }
    ASSERT_OK_AND_ASSIGN(const auto manifest, vault->Manifest(uploads_[0].deposit));
    ASSERT_OK(vault->AppendVerdict(
        MakeVerdict(vault->vault_id(), uploads_[0].deposit, manifest,
                    tidemark::v1::VERDICT_OUTCOME_PASS, verdict_key_),
        verdict_key_.verify_key()));
    ASSERT_OK_AND_ASSIGN(head_, vault->TreeHead());
  }

  std::unique_ptr<RocksStore> OpenStore() {
    auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    return *std::move(store);
  }
  void Put(Family family, const std::string& key, const std::string& value) {
    StoreBatch batch;
    batch.Put(family, key, value);
    CHECK(OpenStore()->Apply(batch, Durability::kSynced).ok());
  }
  void Delete(Family family, const std::string& key) {
    StoreBatch batch;
    batch.Delete(family, key);
    CHECK(OpenStore()->Apply(batch, Durability::kSynced).ok());
  }
  std::string Get(Family family, const std::string& key) {
    auto value = OpenStore()->Get(family, key);
    CHECK(value.ok());
    return *value;
  }
  static std::string Row(DepositRow kind, const TestUpload& upload) {
    return schema::DepositKey(kind, upload.deposit);
  }

  FsckReport Check() {
    auto report = CheckStore(options_);
    EXPECT_OK(report.status());
    return report.ok() ? *report : FsckReport();
  }
  // "WHERE: WHAT" of each finding.
  static std::vector<std::string> Texts(const FsckReport& report) {
    std::vector<std::string> texts;
    for (const FsckFinding& finding : report.findings) {
      texts.push_back(absl::StrCat(finding.where, ": ", finding.what));
    }
    return texts;
  }
  std::vector<std::string> Findings() { return Texts(Check()); }

  std::string FileEnding(absl::string_view suffix) {
    std::string found;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      if (absl::EndsWith(entry.path().string(), suffix)) found = entry.path().string();
    }
    return found;
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{TestNow()};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  FsckOptions options_;
  std::vector<TestUpload> uploads_;
  std::vector<KeptReceipt> receipts_;
  tidemark::v1::SignedTreeHead head_;
};

TEST_F(FsckTest, AWholeStoreHasNoFindingAndEverythingIsCounted) {
  options_.witnesses = {{"head", head_}};
  options_.receipts = receipts_;
  const FsckReport report = Check();
  EXPECT_THAT(Texts(report), IsEmpty());
  EXPECT_THAT(report.damaged_deposits, IsEmpty());
  EXPECT_THAT(report.remarks, IsEmpty());
  EXPECT_EQ(report.pieces, 2u * 9);
  EXPECT_EQ(report.deposits, 2u);
  EXPECT_EQ(report.log_size, 4u);
  // Also when everything lies in table files.
  ASSERT_OK(OpenStore()->FlushForTesting());
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(FsckTest, WithoutWitnessOrKeysItSaysWhatItCannotKnow) {
  options_.receipt_key.reset();
  const FsckReport report = Check();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_THAT(report.remarks, Contains(HasSubstr("cannot be known from the store")));
  EXPECT_THAT(report.remarks, Contains(HasSubstr("signatures")));
}

TEST_F(FsckTest, AnAlteredAndAMissingFrameAreNamedWithWhatIsLeftOfTheDeposit) {
  const std::string key = schema::PieceKey(uploads_[0].pack, 2);
  std::string value = Get(Family::kFrames, key);
  value.back() = static_cast<char>(value.back() ^ 1);
  Put(Family::kFrames, key, value);
  Delete(Family::kFrames, schema::PieceKey(uploads_[0].pack, 5));
  const FsckReport report = Check();
  const std::string pack = uploads_[0].pack.ToHex();
  EXPECT_THAT(Texts(report),
              ElementsAre(HasSubstr(absl::StrCat("frame 2 of pack ", pack, ": the bytes")),
                          HasSubstr(absl::StrCat("frame 5 of pack ", pack, ": missing"))));
  EXPECT_THAT(report.findings[0].deposits, ElementsAre("example/A1/0"));
  ASSERT_EQ(report.damaged_deposits.size(), 1u);
  EXPECT_EQ(report.damaged_deposits[0].frames_used, 6u);
  EXPECT_EQ(report.damaged_deposits[0].frames_lost, 2u);
  EXPECT_THAT(report.damaged_deposits[0].restorable, HasSubstr("4 of 6 frames"));
}

TEST_F(FsckTest, SwappedFramesAreEachWholeAndNamedTogether) {
  const std::string one = schema::PieceKey(uploads_[1].pack, 0);
  const std::string other = schema::PieceKey(uploads_[1].pack, 3);
  const std::string value = Get(Family::kFrames, one);
  Put(Family::kFrames, one, Get(Family::kFrames, other));
  Put(Family::kFrames, other, value);
  const FsckReport report = Check();
  EXPECT_THAT(Texts(report), ElementsAre(HasSubstr("swapped or replaced")));
  EXPECT_THAT(report.findings[0].deposits, ElementsAre("example/A2/0"));
}

TEST_F(FsckTest, SwappedPartsDoNotFitTheSignedManifest) {
  const std::string one = schema::PieceKey(uploads_[1].pack, 0);
  const std::string other = schema::PieceKey(uploads_[1].pack, 1);
  const std::string value = Get(Family::kParts, one);
  Put(Family::kParts, one, Get(Family::kParts, other));
  Put(Family::kParts, other, value);
  EXPECT_THAT(Findings(), ElementsAre(HasSubstr("not those that were signed")));
}

TEST_F(FsckTest, AMissingRowOfEachKindOfADepositIsNamed) {
  const struct {
    Family family;
    std::string key;
    const char* expected;
  } cases[] = {
      {Family::kDeposits, Row(DepositRow::kCatalogue, uploads_[0]), "no catalogue row"},
      {Family::kDeposits, Row(DepositRow::kManifest, uploads_[0]), "manifest of example/A1/0"},
      {Family::kDeposits, Row(DepositRow::kReceipt, uploads_[0]), "receipt of example/A1/0"},
      {Family::kPacks, schema::PackKey(uploads_[0].pack), "row of pack"},
      {Family::kVerdicts, schema::VerdictKey(uploads_[0].deposit, 0), "verdicts of example/A1/0"},
      {Family::kLog, schema::LogKey(1), "log entry 1: missing"},
      {Family::kLog, schema::LogKey(3), "log entry 3: missing"},
      {Family::kMeta, std::string(schema::kFrontierKey), "audit log: the frontier is missing"},
      {Family::kMeta, std::string(schema::kVaultIdKey), "meta vault-id: missing"},
      {Family::kMeta, std::string(schema::kFormatKey), "meta format: missing"},
  };
  for (const auto& test : cases) {
    const std::string value = Get(test.family, test.key);
    Delete(test.family, test.key);
    EXPECT_THAT(Findings(), Contains(HasSubstr(test.expected)));
    // Half of it is no row either, whatever it was.
    Put(test.family, test.key, value.substr(0, value.size() / 2));
    EXPECT_FALSE(Findings().empty()) << test.expected;
    Put(test.family, test.key, value);
    EXPECT_THAT(Findings(), IsEmpty());
  }
}

TEST_F(FsckTest, ASignatureOfSomebodyElseIsNamed) {
  options_.receipt_key = verdict_key_.verify_key();
  EXPECT_THAT(Findings(), Contains(HasSubstr("receipt of example/A1/0")));
  options_.receipt_key = receipt_key_.verify_key();
  options_.verdict_key = receipt_key_.verify_key();
  EXPECT_THAT(Findings(), Contains(HasSubstr("not signed by the agent's verdict key")));
}

TEST_F(FsckTest, AnOlderCopyOfTheStoreIsARollbackToWhoKeptATreeHeadOrAReceipt) {
  const std::string copy = dir_ + ".old";
  std::filesystem::copy(dir_, copy);
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
    ASSERT_OK_AND_ASSIGN(
        const auto receipt,
        Store(MakeUpload(vault->vault_id(), Id("example/A3/0"), {.seed = 9}), depositor_, *vault));
    receipts_.push_back({"receipt of A3", receipt});
    ASSERT_OK_AND_ASSIGN(head_, vault->TreeHead());
  }
  options_.dir = copy;
  EXPECT_THAT(Findings(), IsEmpty());
  options_.witnesses = {{"kept.head", head_}};
  EXPECT_THAT(Findings(), ElementsAre(HasSubstr("rolled back: it has 4 entries, and kept.head saw "
                                                "5")));
  options_.witnesses.clear();
  options_.receipts = receipts_;
  EXPECT_THAT(Findings(), Contains(HasSubstr("deposit example/A3/0: lost: receipt of A3")));
}

TEST_F(FsckTest, AnotherHistoryOfTheSameLengthIsRewriting) {
  const std::string other = dir_ + ".other";
  {
    ASSERT_OK_AND_ASSIGN(const auto vault,
                         Vault::Open({.dir = other}, options_.vault_id, receipt_key_, clock_));
    for (const char* id : {"example/B1/0", "example/B2/0", "example/B3/0"}) {
      ASSERT_OK(Store(MakeUpload(vault->vault_id(), Id(id), {.content = id}), depositor_, *vault));
    }
  }
  options_.dir = other;
  options_.witnesses = {{"kept.head", head_}};
  EXPECT_THAT(Findings(), ElementsAre(HasSubstr("rewritten: kept.head keeps another root")));
}

TEST_F(FsckTest, AWitnessThatIsNotTheAgentsDecidesNothing) {
  head_.set_signature(std::string(64, 'x'));
  options_.witnesses = {{"kept.head", head_}};
  EXPECT_THAT(CheckStore(options_), StatusIs(StatusCode::kInvalidArgument, HasSubstr("kept.head")));
}

TEST_F(FsckTest, ADamagedTableBlockIsNamedAndTheRowsBehindItAreChecked) {
  ASSERT_OK(OpenStore()->FlushForTesting());
  int flipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
    const std::string path = entry.path().string();
    if (!absl::EndsWith(path, ".sst")) continue;
    std::ifstream in(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    const size_t at = all.find(uploads_[0].frames[3]);
    if (at == std::string::npos) continue;
    std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out.put(static_cast<char>(uploads_[0].frames[3][0] ^ 1));
    ++flipped;
  }
  ASSERT_EQ(flipped, 1);
  const FsckReport report = Check();
  // All frames are in one small block here.
  int blocks = 0;
  for (const std::string& text : Texts(report)) {
    blocks += absl::StartsWith(text, "family frames, keys from ") ? 1 : 0;
  }
  EXPECT_EQ(blocks, 1);
  EXPECT_THAT(Texts(report), Contains(HasSubstr("frames 0 to 5 of pack")));
  EXPECT_EQ(report.damaged_deposits.size(), 2u);
}

TEST_F(FsckTest, WhatTheDatabaseRefusesIsAFindingThatSaysWhichFile) {
  ASSERT_OK(OpenStore()->FlushForTesting());
  const std::string table = FileEnding(".sst");
  std::filesystem::rename(table, table + ".away");
  FsckReport report = Check();
  EXPECT_FALSE(report.is_open);
  EXPECT_THAT(Texts(report), Contains(HasSubstr(std::filesystem::path(table).filename())));
  std::filesystem::rename(table + ".away", table);
  EXPECT_THAT(Findings(), IsEmpty());
  std::filesystem::remove(dir_ + "/CURRENT");
  report = Check();
  EXPECT_FALSE(report.is_open);
  EXPECT_THAT(Texts(report), ElementsAre(HasSubstr("CURRENT")));
}

TEST_F(FsckTest, ALogThatEndsInsideARecordIsNamed) {
  const std::string log = FileEnding(".log");
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 5);
  options_.witnesses = {{"kept.head", head_}};
  const std::vector<std::string> findings = Findings();
  EXPECT_THAT(findings, Contains(HasSubstr("are not a whole record")));
  EXPECT_THAT(findings, Contains(HasSubstr("rolled back")));
}

TEST_F(FsckTest, NothingOfOursAndNotReadableAreUndecided) {
  options_.dir = base::TestDir();
  EXPECT_THAT(CheckStore(options_), StatusIs(StatusCode::kNotFound, HasSubstr("data_dir")));
  options_.dir = base::TestDir() + "/nowhere";
  EXPECT_THAT(CheckStore(options_), StatusIs(StatusCode::kNotFound));
}

TEST_F(FsckTest, AServedDirectoryIsRefused) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto store = RocksStore::Open(dir_);
    const char word = store.ok() ? 'y' : 'n';
    if (write(ready[1], &word, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char word = 0;
  ASSERT_EQ(read(ready[0], &word, 1), 1);
  ASSERT_EQ(word, 'y');
  EXPECT_THAT(CheckStore(options_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("stop tidemarkd first")));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(GuardedRun, ReturnsWhatTheWorkReturnsOrHowItEnded) {
  ASSERT_OK_AND_ASSIGN(const std::string long_one,
                       RunGuarded([] { return std::string(1 << 20, 'x'); }));
  EXPECT_EQ(long_one.size(), 1u << 20);
  EXPECT_THAT(RunGuarded([]() -> std::string { abort(); }),
              StatusIs(StatusCode::kDataLoss, HasSubstr("signal 6")));
}

}  // namespace
}  // namespace tidemark::vault
