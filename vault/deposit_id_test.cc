#include "vault/deposit_id.h"

#include "base/hex.h"
#include "base/testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

TEST(DepositId, TextComesBack) {
  for (const char* text : {"example/A1/0", "co.example/20261122001/65535", "xn--p1ai/a+b/1",
                           "example/1234567890123/0", "example/\xc3\xa9\xe4\xb8\xad/0"}) {
    ASSERT_OK_AND_ASSIGN(const DepositId id, DepositId::Parse(text));
    EXPECT_EQ(id.ToString(), text);
  }
}

TEST(DepositId, TextHasOneSpelling) {
  for (const char* text : {"", "example", "example/A1", "example/A1/0/0", "example/A1/00",
                           "example/A1/+1", "example/A1/ 1", "example/A1/65536", "example/A1/-1",
                           "example/A1/", "/A1/0", "example//0", "example/A1/4294967296"}) {
    EXPECT_THAT(DepositId::Parse(text), StatusIs(StatusCode::kInvalidArgument)) << text;
  }
}

TEST(DepositId, TldIsLabelsInLowerCase) {
  const std::string label(63, 'a');
  EXPECT_OK(DepositId::Create(label, "1", 0));
  EXPECT_OK(DepositId::Create("a.b.c", "1", 0));
  for (const std::string& tld :
       {std::string("Example"), std::string("-a"), std::string("a-"), std::string(".a"),
        std::string("a."), std::string("a..b"), std::string("a_b"), std::string("\xc3\xa9"),
        std::string("a\0b", 3), std::string("a/b"), label + "a", std::string(254, 'a')}) {
    EXPECT_THAT(DepositId::Create(tld, "1", 0), StatusIs(StatusCode::kInvalidArgument)) << tld;
  }
}

// XSD's \w, which is not that of regular expression libraries.
TEST(DepositId, IdHasNoPunctuationSpacesOrControls) {
  for (const std::string& id :
       {std::string("a_b"), std::string("a-b"), std::string("a b"), std::string("a/b"),
        std::string("a\0b", 3), std::string("a\nb"), std::string("12345678901234"),
        std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("\xc3"), std::string("\xe2\x80\xae"),
        std::string("\xef\xbb\xbf"), std::string("\xc2\x9b")}) {
    EXPECT_THAT(DepositId::Create("example", id, 0), StatusIs(StatusCode::kInvalidArgument))
        << base::HexEncode(id);
  }
}

TEST(DepositId, OrderIsTldIdResend) {
  EXPECT_LT(*DepositId::Parse("a/B/9"), *DepositId::Parse("a/C/0"));
  EXPECT_LT(*DepositId::Parse("a/B/9"), *DepositId::Parse("a/B/10"));
}

// The example of docs/formats/custody.md.
TEST(SealingContext, IsAsSpecified) {
  std::string vault_id;
  for (char c = 0; c < 16; ++c) vault_id.push_back(c);
  EXPECT_EQ(base::HexEncode(SealingContext(vault_id, *DepositId::Parse("example/A1/0"))),
            "746964656d61726b2f76312f6465706f7369740000000010000102030405060708090a0b0c0d0e0f"
            "000000076578616d706c65000000024131"
            "0000");
}

TEST(SealingContext, DiffersWithEveryPart) {
  const std::string id(16, 'v');
  const std::string one = SealingContext(id, *DepositId::Parse("ab/c/1"));
  EXPECT_NE(one, SealingContext(id, *DepositId::Parse("a/bc/1")));
  EXPECT_NE(one, SealingContext(id, *DepositId::Parse("ab/c/2")));
  EXPECT_NE(one, SealingContext(std::string(16, 'w'), *DepositId::Parse("ab/c/1")));
}

}  // namespace
}  // namespace tidemark::vault
