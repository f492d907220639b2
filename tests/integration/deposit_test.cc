#include <memory>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "tests/integration/custody_fixture.h"
#include "tests/integration/meddling_vault.h"
#include "vault/receipt.h"
#include "verifier/opening/opening.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using escrow_agent::DepositorConfig;
using escrow_agent::DepositResult;
using ::testing::HasSubstr;

// One server for all tests: each uses deposit ids of its own.
class DepositTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    absl::StatusOr<std::unique_ptr<Custody>> custody = Custody::Start();
    ASSERT_TRUE(custody.ok()) << custody.status();
    custody_ = *std::move(custody);
  }
  static void TearDownTestSuite() {
    custody_.reset();
  }

  static void ExpectComesBack(const std::string& content) {
    ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(content));
    ASSERT_OK_AND_ASSIGN(const std::string opened, custody_->Open(result.id));
    EXPECT_TRUE(opened == content);
  }

  // Opens `id` through a vault that meddles.
  static absl::StatusOr<std::string> OpenThrough(const vault::DepositId& id,
                                                 MeddlingVault::Meddling meddling) {
    ASSIGN_OR_RETURN(const auto agent, custody_->Connection(custody_->verifier()));
    ASSIGN_OR_RETURN(auto real, vault::RemoteVault::Connect(agent));
    MeddlingVault vault(std::move(real), std::move(meddling));
    ASSIGN_OR_RETURN(const auto deposit, verifier::FetchSealedDeposit(vault, agent, id));
    ASSIGN_OR_RETURN(const auto key, custody_->OpeningKey());
    ASSIGN_OR_RETURN(auto deposit_key, verifier::UnwrapForVerifier(deposit, key, agent));
    ASSIGN_OR_RETURN(const auto opened,
                     verifier::OpenDeposit(vault, deposit, agent, std::move(deposit_key)));
    return ReadAll(*opened);
  }

  static std::unique_ptr<Custody> custody_;
};

std::unique_ptr<Custody> DepositTest::custody_;

TEST_F(DepositTest, ComesBackByteForByte) {
  const std::string content = MakeDeposit({.id = "A1", .objects = 1000});
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(content));
  EXPECT_EQ(result.id.ToString(), "example/A1/0");
  EXPECT_EQ(result.stats.bytes_read, content.size());
  EXPECT_EQ(result.stats.objects, 1001u);
  EXPECT_FALSE(result.is_repeated);
  EXPECT_THAT(custody_->Open(result.id), IsOkAndHolds(content));
}

TEST_F(DepositTest, OneObject) { ExpectComesBack(MakeDeposit({.id = "B1", .objects = 0})); }

TEST_F(DepositTest, LargerThanTheWindowOfFrames) {
  // Does not compress: more frames than may be unacknowledged.
  const std::string content = MakeDeposit({.id = "C1", .objects = 900, .filler_bytes = 60'000});
  ASSERT_GT(content.size(), base::kUnackedFramesMax * base::kFramePlainBytes);
  ExpectComesBack(content);
}

TEST_F(DepositTest, ObjectLargerThanAFrame) {
  ExpectComesBack(MakeDeposit({.id = "D1", .objects = 3, .filler_bytes = 1'000'000}));
}

TEST_F(DepositTest, FlawedBehindItsHeadComesBackToo) {
  // Custody, not validity: cut off in the middle, with bytes that are no XML.
  std::string content = MakeDeposit({.id = "E1", .objects = 2000});
  content.resize(content.size() / 2);
  content.append("\x00\xff<<<&;\x01", 8);
  ExpectComesBack(content);
}

TEST_F(DepositTest, UnusualGapsComeBack) {
  std::string content = MakeDeposit({.id = "F1", .objects = 300});
  for (int i = 0; i < 300; i += 3) {
    const size_t at = content.find("</d:domain>", content.size() / 300 * i);
    if (at == std::string::npos) break;
    content.insert(at + 11, absl::StrCat("<!-- ", i, std::string(i * 40, '-').replace(0, 1, " "),
                                         " -->"));
  }
  ExpectComesBack(content);
}

TEST_F(DepositTest, WhatIsNoDepositIsRefused) {
  const std::string good = MakeDeposit({.id = "G1"});
  std::string utf16;
  for (const char c : good) utf16 += {c, '\0'};
  const std::string no_deposits[] = {
      "",
      "\n",
      "not XML at all",
      "<html><body/></html>",
      utf16,
      good.substr(0, 200),
      std::string(100'000, '\0'),
      "<!DOCTYPE x>" + good,
      MakeDeposit({.id = "an id that is too long"}),
      MakeDeposit({.id = "G1", .resend = 70'000}),
  };
  for (const std::string& content : no_deposits) {
    EXPECT_THAT(custody_->Deposit(content),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not an RFC 8909 deposit")));
  }
}

TEST_F(DepositTest, NameThatCannotBeSealedIsRefused) {
  ASSERT_OK_AND_ASSIGN(const DepositorConfig config,
                       custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
  const std::string content = MakeDeposit({.id = "G2"});
  for (const std::string& name : {std::string(), std::string("."), std::string("a/b"),
                                  std::string("\xff.xml"), std::string(256, 'x')}) {
    base::StringSource source(content);
    EXPECT_THAT(escrow_agent::Deposit(config, source, name, {}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  }
}

TEST_F(DepositTest, RepeatedDepositGetsTheReceiptOfThen) {
  const std::string content = MakeDeposit({.id = "H1"});
  ASSERT_OK_AND_ASSIGN(const DepositResult first, custody_->Deposit(content));
  ASSERT_OK_AND_ASSIGN(const DepositResult second, custody_->Deposit(content));
  EXPECT_TRUE(second.is_repeated);
  EXPECT_EQ(second.receipt.body(), first.receipt.body());
}

TEST_F(DepositTest, SameIdentityWithOtherContentIsRefused) {
  ASSERT_OK(custody_->Deposit(MakeDeposit({.id = "I1"})));
  EXPECT_THAT(custody_->Deposit(MakeDeposit({.id = "I1", .seed = 2})),
              StatusIs(absl::StatusCode::kAlreadyExists));
  // A resend is another identity.
  ASSERT_OK(custody_->Deposit(MakeDeposit({.id = "I1", .resend = 1, .seed = 2})));
}

TEST_F(DepositTest, AnotherTldIsRefused) {
  EXPECT_THAT(custody_->Deposit(MakeDeposit({.tld = "other", .id = "J1"})),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(DepositTest, AReceiptIsKeptAndVerifies) {
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(MakeDeposit({.id = "K1"})));
  ASSERT_OK_AND_ASSIGN(
      const std::string bytes,
      base::ReadSmallFile(custody_->dir() + "/depositor/state/receipts/example/K1_0.receipt"));
  tidemark::v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(bytes));
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(custody_->verifier()));
  ASSERT_OK_AND_ASSIGN(const auto key, crypto::VerifyKey::FromHex(agent.receipt_key_hex));
  EXPECT_OK(vault::VerifyReceipt(receipt, key));
  for (size_t at = 0; at < bytes.size(); at += 7) {
    std::string altered = bytes;
    altered[at] ^= 1;
    if (!receipt.ParseFromString(altered)) continue;
    EXPECT_FALSE(vault::VerifyReceipt(receipt, key).ok()) << at;
  }
}

// A vault that was set back takes the deposit again, and the older receipt is what shows it.
TEST_F(DepositTest, AnotherReceiptDoesNotReplaceTheOneThatIsKept) {
  ASSERT_OK_AND_ASSIGN(const DepositorConfig config,
                       custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
  const std::string path = custody_->dir() + "/n.xml";
  ASSERT_OK(base::WriteFile(path, MakeDeposit({.id = "W1"}), base::FileMode::kPrivate));
  ASSERT_OK_AND_ASSIGN(const DepositResult first, escrow_agent::DepositFile(config, path, {}));
  const std::string kept = escrow_agent::ReceiptPath(config, first.id);
  ASSERT_OK(base::WriteFile(kept, "of another time", base::FileMode::kPublic));
  EXPECT_THAT(escrow_agent::DepositFile(config, path, {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another receipt")));
  EXPECT_THAT(base::ReadSmallFile(kept), IsOkAndHolds("of another time"));
  EXPECT_THAT(base::ReadSmallFile(kept + ".other"),
              IsOkAndHolds(first.receipt.SerializeAsString()));
}

TEST_F(DepositTest, AReceiptOfAnotherKeyIsNotTaken) {
  ASSERT_OK_AND_ASSIGN(DepositorConfig config,
                       custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
  config.agent.receipt_key_hex = config.agent.verdict_key_hex;
  const std::string content = MakeDeposit({.id = "L1"});
  base::StringSource source(content);
  EXPECT_THAT(escrow_agent::Deposit(config, source, "l.xml", {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not a receipt of this agent")));
}

TEST_F(DepositTest, AServerThatIsNotThereIsTriedAgainAndThenUnavailable) {
  ASSERT_OK_AND_ASSIGN(DepositorConfig config,
                       custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
  config.agent.address = "127.0.0.1:1";
  const std::string path = custody_->dir() + "/m.xml";
  ASSERT_OK(base::WriteFile(path, MakeDeposit({.id = "M1"}), base::FileMode::kPrivate));
  EXPECT_THAT(escrow_agent::DepositFile(config, path,
                                        {.attempts_max = 2, .retry_delay = absl::Milliseconds(1)}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("127.0.0.1:1")));
}

TEST_F(DepositTest, AlteredFrameIsDataLoss) {
  ASSERT_OK_AND_ASSIGN(const DepositResult result,
                       custody_->Deposit(MakeDeposit({.id = "N1", .objects = 20'000})));
  const auto flip = [](uint32_t number, std::string& ciphertext) {
    if (number == 1) ciphertext[ciphertext.size() / 2] ^= 0x10;
  };
  EXPECT_THAT(OpenThrough(result.id, {.on_frame = flip}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("frame 1")));
}

TEST_F(DepositTest, ReplayedManifestOfAnotherDepositIsDataLoss) {
  ASSERT_OK_AND_ASSIGN(const DepositResult one, custody_->Deposit(MakeDeposit({.id = "P1"})));
  ASSERT_OK_AND_ASSIGN(const DepositResult two, custody_->Deposit(MakeDeposit({.id = "P2"})));
  const auto other = [&](const vault::DepositId&) { return two.id; };
  // The whole record of another deposit, its clear manifest alone, its sealed manifest alone.
  EXPECT_THAT(OpenThrough(one.id, {.instead_in_show = other}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenThrough(one.id, {.instead_in_show = other, .keeps_receipt = true}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(OpenThrough(one.id, {.instead_in_manifest = other}),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DepositTest, AnotherOpeningKeyDoesNotOpen) {
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(MakeDeposit({.id = "Q1"})));
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(custody_->verifier()));
  ASSERT_OK_AND_ASSIGN(const auto vault, vault::RemoteVault::Connect(agent));
  ASSERT_OK_AND_ASSIGN(const auto deposit,
                       verifier::FetchSealedDeposit(*vault, agent, result.id));
  EXPECT_THAT(verifier::UnwrapForVerifier(deposit, crypto::OpeningKey::Generate(), agent),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(DepositTest, UnknownDepositIsNotFound) {
  EXPECT_THAT(custody_->Open(*vault::DepositId::Create("example", "Z9", 0)),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::tests
