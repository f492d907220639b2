// Known answers of docs/formats/custody.md: what was signed once is understood for ever, and this
// program still makes the same of the same.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/known_answers.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::tidemark::base::IsOk;
using tidemark::v1::ReceiptBody;

class Golden : public ::testing::Test {
 protected:
  std::string Hex(const std::string& name) const { return answers_.Hex(name); }
  std::string Value(const std::string& name) const { return answers_.Value(name); }
  template <typename Message>
  Message Parsed(const std::string& name) {
    Message message;
    EXPECT_TRUE(message.ParseFromString(Value(name))) << name;
    return message;
  }
  crypto::VerifyKey Key(const std::string& name) {
    return crypto::VerifyKey::FromHex(Hex(name)).value();
  }
  crypto::SigningKey AgentKey() {
    const std::string path = base::TestDir() + "/receipt.key";
    const std::string text = absl::StrCat("tidemark-key 1 signing ", Hex("agent_seed"), "\n");
    EXPECT_OK(base::WriteFile(path, text, base::FileMode::kPrivate));
    return crypto::SigningKey::Load(path).value();
  }

 private:
  const base::KnownAnswers answers_ =
      base::KnownAnswers::Read("vault/testdata/golden.txt").value();
};

TEST_F(Golden, SignedManifestVerifies) {
  const auto manifest = Parsed<tidemark::v1::SignedManifest>("signed_manifest");
  ASSERT_OK_AND_ASSIGN(
      const auto clear,
      VerifySignedManifest(manifest, Value("authority_pem"), absl::FromUnixSeconds(1'800'000'000)));
  EXPECT_EQ(IdOf(clear.identity())->ToString(), "example/A1/2");
  EXPECT_EQ(clear.kind(), tidemark::v1::DEPOSIT_KIND_FULL);
  EXPECT_EQ(clear.watermark_unix_seconds(), 1'763'769'600);
  EXPECT_EQ(clear.prev_id(), "A0");
  ASSERT_EQ(clear.packs_size(), 1);
  EXPECT_TRUE(UsesFrame(clear.packs(0), 0));
  EXPECT_FALSE(UsesFrame(clear.packs(0), 1));
  EXPECT_TRUE(UsesFrame(clear.packs(0), 2));
  // This program writes the same bytes; nobody relies on that, but a difference would be news.
  EXPECT_EQ(clear.SerializeAsString(), manifest.body());
}

TEST_F(Golden, ReceiptVerifies) {
  ASSERT_OK_AND_ASSIGN(const ReceiptBody body,
                       VerifyReceipt(Parsed<tidemark::v1::Receipt>("receipt"), Key("agent_key")));
  EXPECT_EQ(IdOf(body.identity())->ToString(), "example/A1/2");
  EXPECT_EQ(body.log_index(), 1);
  EXPECT_EQ(body.received_at_unix_micros(), 1'800'000'000'000'000);
  const auto manifest = Parsed<tidemark::v1::SignedManifest>("signed_manifest");
  EXPECT_EQ(body.manifest_digest(), crypto::Blake2b(manifest.body()).bytes());
}

TEST_F(Golden, VaultMakesTheSameReceiptAndTakesTheVerdict) {
  const crypto::SigningKey key = AgentKey();
  const base::FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
  ASSERT_OK_AND_ASSIGN(const auto vault,
                       Vault::Open({.dir = base::TestDir()}, Value("vault_id"), key, clock));
  const DepositId id = Id("example/A1/2");
  ASSERT_OK_AND_ASSIGN(const auto pack, crypto::PackId::FromBytes(Value("pack_id")));
  ASSERT_OK_AND_ASSIGN(const auto upload, vault->Begin({id, pack}));
  for (uint32_t n = 0; n < 3; ++n) {
    ASSERT_OK(upload->PutFrame(n, Value(absl::StrCat("frame_", n))));
  }
  for (uint32_t n = 0; n < 2; ++n) {
    ASSERT_OK(upload->PutManifestPart(n, Value(absl::StrCat("part_", n))));
  }
  ASSERT_OK_AND_ASSIGN(const auto receipt,
                       upload->Commit(Parsed<tidemark::v1::SignedManifest>("signed_manifest")));
  ReceiptBody made;
  ASSERT_TRUE(made.ParseFromString(receipt.body()));
  // The one thing that a receipt has from the machine.
  made.set_clock_state("unknown");
  EXPECT_EQ(base::HexEncode(made.SerializeAsString()),
            base::HexEncode(Parsed<tidemark::v1::Receipt>("receipt").body()));
  EXPECT_OK(vault->AppendVerdict(Parsed<tidemark::v1::SignedVerdict>("signed_verdict"),
                                 Key("verifier_key")));
}

}  // namespace
}  // namespace tidemark::vault
