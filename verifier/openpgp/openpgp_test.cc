// Against files that GnuPG made.
#include "verifier/openpgp/openpgp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "verifier/openpgp/gpg_testing.h"

namespace tidemark::verifier {
namespace {

using base::IsOk;
using base::StatusIs;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// About 600 kB that compress little enough for several packets.
std::string LongText() {
  std::string text;
  uint32_t state = 12345;
  while (text.size() < 600'000) {
    state = state * 1664525 + 1013904223;
    absl::StrAppend(&text, state, "\n");
  }
  return text;
}

class OpenPgp : public ::testing::Test {
 protected:
  // Keys take seconds, so all tests share them.
  static void SetUpTestSuite() {
    gpg_ = std::make_unique<Gpg>(base::TestDir());
    ASSERT_THAT(gpg_->MakeKeys(), IsOk());
    text_ = LongText();
    ASSERT_THAT(base::WriteFile(gpg_->Path("x.xml"), text_, base::FileMode::kPrivate), IsOk());
    ASSERT_THAT(gpg_->Encrypt("x.xml", "x.ryde", "agent"), IsOk());
  }
  static void TearDownTestSuite() { gpg_.reset(); }

  static std::string Bytes(const std::string& name) {
    const auto file = base::ReadSmallFile(gpg_->Path(name), 8 << 20);
    EXPECT_THAT(file, IsOk());
    return file.value_or("");
  }
  static OpenPgpKeys Keys(const std::string& name, OpenPgpKeys::Kind kind,
                          const std::string& passphrase = "") {
    auto keys = OpenPgpKeys::Load(Bytes(name), kind, passphrase);
    EXPECT_THAT(keys, IsOk());
    return *std::move(keys);
  }
  static absl::Status Verify(absl::string_view file, absl::string_view signature,
                             const OpenPgpKeys& keys) {
    base::StringSource source(file);
    const absl::Status status = VerifyDetached(source, signature, keys);
    // All of it was read, whatever the answer.
    EXPECT_THAT(source.Close(), IsOk());
    return status;
  }

  struct Decrypted {
    absl::Status status;
    std::string content;
    bool integrity = false;
  };
  static Decrypted Decrypt(absl::string_view message, const OpenPgpKeys& keys,
                           size_t step = 65536) {
    Decrypted result;
    base::StringSource source(message);
    const auto decrypted = DecryptedSource::Open(source, keys);
    std::vector<char> buffer(step);
    for (;;) {
      const auto got = decrypted->Read(absl::MakeSpan(buffer));
      if (!got.ok() || *got == 0) break;
      result.content.append(buffer.data(), *got);
    }
    result.status = decrypted->Close();
    result.integrity = decrypted->integrity_protected();
    return result;
  }

  static std::unique_ptr<Gpg> gpg_;
  static std::string text_;
};
std::unique_ptr<Gpg> OpenPgp::gpg_;
std::string OpenPgp::text_;

TEST_F(OpenPgp, SignaturesOfGnupgAreValidInBothForms) {
  const OpenPgpKeys keys = Keys("public.registry", OpenPgpKeys::Kind::kPublic);
  for (const Gpg::Form form : {Gpg::Form::kBinary, Gpg::Form::kArmoured}) {
    ASSERT_THAT(gpg_->Sign("x.ryde", "x.sig", "registry", form), IsOk());
    EXPECT_THAT(Verify(Bytes("x.ryde"), Bytes("x.sig"), keys), IsOk());
  }
}

TEST_F(OpenPgp, OtherSignaturesAreNot) {
  const OpenPgpKeys keys = Keys("public.registry", OpenPgpKeys::Kind::kPublic);
  const std::string file = Bytes("x.ryde");
  ASSERT_THAT(gpg_->Sign("x.ryde", "good.sig", "registry", Gpg::Form::kBinary), IsOk());
  ASSERT_THAT(gpg_->Sign("x.ryde", "other.sig", "stranger", Gpg::Form::kBinary), IsOk());
  const auto refused = StatusIs(absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(Verify(file, Bytes("other.sig"), keys), refused);
  EXPECT_THAT(Verify(file.substr(0, file.size() - 1), Bytes("good.sig"), keys), refused);
  std::string flipped = file;
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_THAT(Verify(flipped, Bytes("good.sig"), keys), refused);
  EXPECT_THAT(Verify(file, "", keys), refused);
  EXPECT_THAT(Verify(file, "not a signature", keys), refused);
  EXPECT_THAT(Verify(file, Bytes("public.registry"), keys), refused);
}

TEST_F(OpenPgp, NoCutOrFlippedSignatureIsValid) {
  const OpenPgpKeys keys = Keys("public.registry", OpenPgpKeys::Kind::kPublic);
  ASSERT_THAT(base::WriteFile(gpg_->Path("small"), "small", base::FileMode::kPrivate), IsOk());
  ASSERT_THAT(gpg_->Sign("small", "small.sig", "registry", Gpg::Form::kBinary), IsOk());
  const std::string signature = Bytes("small.sig");
  for (size_t i = 0; i < signature.size(); ++i) {
    EXPECT_FALSE(Verify("small", signature.substr(0, i), keys).ok()) << i;
  }
  EXPECT_THAT(Verify("small", signature, keys), IsOk());
}

TEST_F(OpenPgp, MessagesOfGnupgDecryptToWhatWentIn) {
  const OpenPgpKeys keys = Keys("secret.agent", OpenPgpKeys::Kind::kSecret);
  for (const size_t step : {size_t{1000}, size_t{1} << 20}) {
    const Decrypted result = Decrypt(Bytes("x.ryde"), keys, step);
    EXPECT_THAT(result.status, IsOk());
    EXPECT_TRUE(result.content == text_);
    EXPECT_TRUE(result.integrity);
  }
}

TEST_F(OpenPgp, ArmouredMessagesDecryptToo) {
  ASSERT_THAT(
      gpg_->Run({"--armor", "--recipient", "agent", "--output", "x.asc", "--encrypt", "x.xml"}),
      IsOk());
  const Decrypted result =
      Decrypt(Bytes("x.asc"), Keys("secret.agent", OpenPgpKeys::Kind::kSecret));
  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.content == text_);
}

TEST_F(OpenPgp, MessagesToAnotherKeyOrOfAnotherKindAreTheMessagesFault) {
  const OpenPgpKeys keys = Keys("secret.agent", OpenPgpKeys::Kind::kSecret);
  ASSERT_THAT(gpg_->Encrypt("x.xml", "other.ryde", "locked"), IsOk());
  EXPECT_THAT(Decrypt(Bytes("other.ryde"), keys).status,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not encrypted to the key")));
  EXPECT_THAT(Decrypt(text_, keys).status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Decrypt("", keys).status, StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_THAT(gpg_->Run({"--local-user", "registry", "--output", "signed", "--sign", "x.xml"}),
              IsOk());
  EXPECT_THAT(Decrypt(Bytes("signed"), keys).status, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(OpenPgp, NoAlteredOrCutMessageIsAuthentic) {
  const OpenPgpKeys keys = Keys("secret.agent", OpenPgpKeys::Kind::kSecret);
  const std::string message = Bytes("x.ryde");
  for (const size_t size : {size_t{1}, size_t{300}, message.size() / 2, message.size() - 1}) {
    EXPECT_THAT(Decrypt(absl::string_view(message).substr(0, size), keys).status,
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  // Behind the session key, whose packet has 270-odd bytes.
  for (size_t i = 300; i < message.size(); i += message.size() / 20) {
    std::string flipped = message;
    flipped[i] ^= 0x10;
    EXPECT_FALSE(Decrypt(flipped, keys).status.ok()) << i;
  }
}

TEST_F(OpenPgp, AMessageThatIsABombIsOverTheLimit) {
  const std::string spaces(16 << 20, ' ');
  ASSERT_THAT(base::WriteFile(gpg_->Path("bomb"), spaces, base::FileMode::kPrivate), IsOk());
  ASSERT_THAT(gpg_->Encrypt("bomb", "bomb.ryde", "agent"), IsOk());
  EXPECT_THAT(Decrypt(Bytes("bomb.ryde"), Keys("secret.agent", OpenPgpKeys::Kind::kSecret)).status,
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("200 times its size")));
}

TEST_F(OpenPgp, NothingMayFollowAMessage) {
  const OpenPgpKeys keys = Keys("secret.agent", OpenPgpKeys::Kind::kSecret);
  // Lengths of two octets, of five, and partial ones.
  ASSERT_THAT(gpg_->Encrypt("public.registry", "short.ryde", "agent"), IsOk());
  ASSERT_THAT(gpg_->Run({"--compress-algo", "none", "--recipient", "agent", "--output",
                         "stored.ryde", "--encrypt", "x.xml"}),
              IsOk());
  ASSERT_THAT(
      gpg_->Run({"--armor", "--recipient", "agent", "--output", "y.asc", "--encrypt", "x.xml"}),
      IsOk());
  // RNP sees it by itself where lengths are fixed, and not where they are partial or in an armour.
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument,
                                AnyOf(HasSubstr("something follows"), HasSubstr("altered")));
  for (const char* name : {"x.ryde", "short.ryde", "stored.ryde", "y.asc"}) {
    const std::string message = Bytes(name);
    for (const size_t step : {size_t{1000}, size_t{1} << 20}) {
      EXPECT_THAT(Decrypt(message, keys, step).status, IsOk()) << name;
      EXPECT_THAT(Decrypt(message + "x", keys, step).status, refused) << name;
      EXPECT_THAT(Decrypt(message + message, keys, step).status, refused) << name;
    }
  }
  EXPECT_THAT(Decrypt(Bytes("y.asc") + "\r\n \t\n", keys).status, IsOk());
}

TEST_F(OpenPgp, MessagesWithoutIntegritySayThatTheyHaveNone) {
  ASSERT_THAT(gpg_->Run({"--rfc2440", "--cipher-algo", "AES", "--recipient", "agent", "--output",
                         "old.ryde", "--encrypt", "x.xml"}),
              IsOk());
  const Decrypted result =
      Decrypt(Bytes("old.ryde"), Keys("secret.agent", OpenPgpKeys::Kind::kSecret));
  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.content == text_);
  EXPECT_FALSE(result.integrity);
}

TEST_F(OpenPgp, LockedKeysNeedTheirPassphrase) {
  ASSERT_THAT(gpg_->Encrypt("x.xml", "locked.ryde", "locked"), IsOk());
  EXPECT_THAT(OpenPgpKeys::Load(Bytes("secret.locked"), OpenPgpKeys::Kind::kSecret, "wrong"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  const Decrypted result =
      Decrypt(Bytes("locked.ryde"), Keys("secret.locked", OpenPgpKeys::Kind::kSecret, "sesame"));
  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.content == text_);
}

TEST_F(OpenPgp, KeyFilesWithoutTheKeyWantedAreRefused) {
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(OpenPgpKeys::Load("", OpenPgpKeys::Kind::kPublic), refused);
  EXPECT_THAT(OpenPgpKeys::Load("no key", OpenPgpKeys::Kind::kSecret), refused);
  EXPECT_THAT(OpenPgpKeys::Load(Bytes("public.agent"), OpenPgpKeys::Kind::kSecret), refused);
}

TEST_F(OpenPgp, ContentLeftUnreadIsNotClosedWell) {
  const OpenPgpKeys keys = Keys("secret.agent", OpenPgpKeys::Kind::kSecret);
  const std::string message = Bytes("x.ryde");
  base::StringSource source(message);
  const auto decrypted = DecryptedSource::Open(source, keys);
  char byte;
  EXPECT_THAT(decrypted->Read(absl::MakeSpan(&byte, 1)), base::IsOkAndHolds(1u));
  EXPECT_THAT(decrypted->Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tidemark::verifier
