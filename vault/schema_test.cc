#include "vault/schema.h"

#include <random>

#include "base/hex.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault::schema {
namespace {

using ::absl::StatusCode;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

crypto::PackId Pack(char byte) { return *crypto::PackId::FromBytes(std::string(16, byte)); }

bool Contains(const KeyRange& range, const std::string& key) {
  return range.begin <= key && key < range.end;
}

// The examples of docs/formats/vault.md.
TEST(Schema, KeysAreAsSpecified) {
  std::string pack;
  for (char c = 0; c < 16; ++c) pack.push_back(c);
  EXPECT_EQ(base::HexEncode(PieceKey(*crypto::PackId::FromBytes(pack), 258)),
            "000102030405060708090a0b0c0d0e0f00000102");
  EXPECT_EQ(base::HexEncode(DepositKey(DepositRow::kReceipt, Id("example/A1/0"))),
            "036578616d706c65004131000000");
  EXPECT_EQ(base::HexEncode(VerdictKey(Id("a/B/258"), 1)),
            "610042000102"
            "00000001");
  EXPECT_EQ(base::HexEncode(LogKey(258)), "0000000000000102");
}

TEST(Schema, KeysComeBack) {
  ASSERT_OK_AND_ASSIGN(const auto piece, ParsePieceKey(PieceKey(Pack('p'), 0xfffffffe)));
  EXPECT_EQ(piece.pack, Pack('p'));
  EXPECT_EQ(piece.number, 0xfffffffe);
  EXPECT_EQ(*ParsePackKey(PackKey(Pack('q'))), Pack('q'));
  for (const char* text : {"a/1/0", "co.example/\xc3\xa9x/65535", "example/1234567890123/256"}) {
    ASSERT_OK_AND_ASSIGN(const auto deposit,
                         ParseDepositKey(DepositKey(DepositRow::kManifest, Id(text))));
    EXPECT_EQ(deposit.row, DepositRow::kManifest);
    EXPECT_EQ(deposit.deposit, Id(text));
    ASSERT_OK_AND_ASSIGN(const auto verdict, ParseVerdictKey(VerdictKey(Id(text), 77)));
    EXPECT_EQ(verdict.deposit, Id(text));
    EXPECT_EQ(verdict.number, 77);
  }
  EXPECT_EQ(*ParseLogKey(LogKey(0x123456789abcdef0)), 0x123456789abcdef0);
  EXPECT_EQ(*ParseFormatValue(FormatValue(7)), 7);
}

TEST(Schema, ByteOrderIsOrderOfIdentities) {
  const std::vector<std::string> ordered = {"a/B/0", "a/B/1",   "a/B/255", "a/B/256", "a/BA/0",
                                            "a/C/0", "a-a/A/0", "a.a/A/0", "aa/A/0"};
  for (size_t i = 1; i < ordered.size(); ++i) {
    EXPECT_LT(DepositKey(DepositRow::kCatalogue, Id(ordered[i - 1])),
              DepositKey(DepositRow::kCatalogue, Id(ordered[i])));
    EXPECT_LT(Id(ordered[i - 1]), Id(ordered[i]));
  }
}

TEST(Schema, RangesHoldTheirOwnAndNothingElse) {
  for (const char byte : {'\x00', 'p', '\xff'}) {
    const KeyRange range = PiecesOf(Pack(byte));
    EXPECT_TRUE(Contains(range, PieceKey(Pack(byte), 0)));
    EXPECT_TRUE(Contains(range, PieceKey(Pack(byte), 0xffffffff)));
    EXPECT_FALSE(Contains(range, PieceKey(Pack(static_cast<char>(byte + 1)), 0)));
    EXPECT_FALSE(Contains(range, PieceKey(Pack(static_cast<char>(byte - 1)), 0xffffffff)));
  }
  const KeyRange tld = CatalogueOf("example");
  EXPECT_TRUE(Contains(tld, DepositKey(DepositRow::kCatalogue, Id("example/zzz/65535"))));
  EXPECT_FALSE(Contains(tld, DepositKey(DepositRow::kManifest, Id("example/A/0"))));
  for (const char* other : {"exampl/A/0", "example0/A/0", "example-a/A/0", "example.a/A/0"}) {
    EXPECT_FALSE(Contains(tld, DepositKey(DepositRow::kCatalogue, Id(other)))) << other;
    EXPECT_TRUE(Contains(CatalogueOf(""), DepositKey(DepositRow::kCatalogue, Id(other))));
  }
  EXPECT_FALSE(Contains(CatalogueOf(""), DepositKey(DepositRow::kReceipt, Id("a/A/0"))));
  const KeyRange verdicts = VerdictsOf(Id("a/B/1"));
  EXPECT_TRUE(Contains(verdicts, VerdictKey(Id("a/B/1"), 0xffffffff)));
  EXPECT_FALSE(Contains(verdicts, VerdictKey(Id("a/B/2"), 0)));
  EXPECT_FALSE(Contains(verdicts, VerdictKey(Id("a/B/0"), 0xffffffff)));
}

TEST(Schema, HoldsStandWithTheirDepositAndComeBack) {
  const std::string key = HoldKey(Id("example/A1/258"), "2026-117");
  EXPECT_EQ(key, std::string("example\0A1\0\x01\x02" "2026-117", 21));
  ASSERT_OK_AND_ASSIGN(const ParsedHoldKey parsed, ParseHoldKey(key));
  EXPECT_EQ(parsed.deposit, Id("example/A1/258"));
  EXPECT_EQ(parsed.case_id, "2026-117");
  const auto holds = [](const KeyRange& range, const std::string& hold) {
    return range.begin <= hold && (range.end.empty() || hold < range.end);
  };
  EXPECT_TRUE(holds(HoldsOf(Id("example/A1/258")), key));
  EXPECT_TRUE(holds(HoldsOf(Id("example/A1/258")), HoldKey(Id("example/A1/258"), "zz")));
  EXPECT_FALSE(holds(HoldsOf(Id("example/A1/257")), key));
  EXPECT_FALSE(holds(HoldsOf(Id("example/A1/259")), key));
  EXPECT_TRUE(holds(HoldsOf("example"), key));
  EXPECT_FALSE(holds(HoldsOf("exampl"), key));
  EXPECT_FALSE(holds(HoldsOf("example"), HoldKey(Id("example.com/A1/0"), "c")));
  EXPECT_TRUE(holds(HoldsOf(""), key));
  EXPECT_FALSE(ParseHoldKey(key.substr(0, 13)).ok());
  EXPECT_FALSE(ParseHoldKey("example").ok());
}

TEST(Schema, MarksOfRemovalStandTogetherInMeta) {
  const crypto::PackId pack = crypto::PackId::Random();
  const std::string key = RemovingKey(pack);
  ASSERT_OK_AND_ASSIGN(const crypto::PackId parsed, ParseRemovingKey(key));
  EXPECT_EQ(parsed, pack);
  EXPECT_LE(AllRemoving().begin, key);
  EXPECT_LT(key, AllRemoving().end);
  for (const absl::string_view other : {kFormatKey, kVaultIdKey, kFrontierKey}) {
    EXPECT_TRUE(other < AllRemoving().begin || other >= AllRemoving().end) << other;
  }
  EXPECT_FALSE(ParseRemovingKey(key.substr(1)).ok());
}

TEST(Schema, RunOfPiecesHoldsItsFirstAndItsLast) {
  const crypto::PackId pack = crypto::PackId::Random();
  const KeyRange run = PiecesOf(pack, 7, 3);
  for (uint32_t number = 0; number < 20; ++number) {
    const std::string key = PieceKey(pack, number);
    EXPECT_EQ(run.begin <= key && key < run.end, number >= 7 && number < 10) << number;
  }
  EXPECT_EQ(PiecesOf(pack, 0xffffffff, 1).begin, PieceKey(pack, 0xffffffff));
}

TEST(Schema, StoredPieceNeedsADigestAndSomething) {
  EXPECT_THAT(ParsePiece(""), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(ParsePiece(std::string(32, 'd')), StatusIs(StatusCode::kDataLoss));
  ASSERT_OK_AND_ASSIGN(const StoredPiece piece, ParsePiece(std::string(32, 'd') + "x"));
  EXPECT_EQ(piece.ciphertext, "x");
}

// A key that parses is the key of what it parses to; no other bytes are taken for it.
TEST(Schema, MutatedKeysParseToThemselvesOrNotAtAll) {
  std::mt19937_64 random(20261122);
  const std::vector<std::string> seeds = {PieceKey(Pack('p'), 3), PackKey(Pack('q')),
                                          DepositKey(DepositRow::kCatalogue, Id("example/A1/0")),
                                          VerdictKey(Id("example/A1/0"), 2), LogKey(5)};
  for (int round = 0; round < 50'000; ++round) {
    std::string key = seeds[random() % seeds.size()];
    if (random() % 3 == 0) key.resize(random() % 40, static_cast<char>(random()));
    if (!key.empty()) key[random() % key.size()] = static_cast<char>(random());
    if (const auto piece = ParsePieceKey(key); piece.ok()) {
      ASSERT_EQ(PieceKey(piece->pack, piece->number), key);
    }
    if (const auto pack = ParsePackKey(key); pack.ok()) {
      ASSERT_EQ(PackKey(*pack), key);
    }
    if (const auto deposit = ParseDepositKey(key); deposit.ok()) {
      ASSERT_EQ(DepositKey(deposit->row, deposit->deposit), key);
    } else {
      ASSERT_THAT(deposit, StatusIs(StatusCode::kDataLoss));
    }
    if (const auto verdict = ParseVerdictKey(key); verdict.ok()) {
      ASSERT_EQ(VerdictKey(verdict->deposit, verdict->number), key);
    } else {
      ASSERT_THAT(verdict, StatusIs(StatusCode::kDataLoss));
    }
    if (const auto index = ParseLogKey(key); index.ok()) {
      ASSERT_EQ(LogKey(*index), key);
    }
  }
}

}  // namespace
}  // namespace tidemark::vault::schema
