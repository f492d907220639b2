// fsck on stores that are whole, and on stores with one row wrong, each named.
#include "vault/fsck/fsck.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "vault/fsck/fsck_testing.h"
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

}  // namespace
}  // namespace tidemark::vault
