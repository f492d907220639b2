// Authentic, and yet not as it is made: whoever holds the keys may err or lie. Everything here is
// sealed with the right keys, so that only the check after the decryption can refuse it.
#include <sodium.h>

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/testing.h"
#include "crypto/deposit_key.h"
#include "crypto/frame.h"
#include "crypto/key_box.h"
#include "crypto/keyed_hash.h"
#include "crypto/secret.h"

namespace tidemark::crypto {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::HasSubstr;

constexpr char kContext[] = "vault and identity";
using Point = std::array<uint8_t, 32>;

template <typename PublicKey>
Point PointOf(const PublicKey& key) {
  const std::string bytes = base::HexDecode(key.ToHex()).value();
  Point point;
  std::copy(bytes.begin(), bytes.end(), point.begin());
  return point;
}

std::string Wrap(absl::string_view domain, const Point& shared, const Point& ephemeral,
                 const Point& recipient, const SecretBytes& deposit_key) {
  SecretBytes box_key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(shared, domain, {Fixed(ephemeral), Fixed(recipient), Prefixed(kContext)},
            box_key.MutableForCrypto());
  return absl::StrCat(Fixed(ephemeral).bytes, SealKeyBox(box_key, deposit_key));
}

std::string VerifierWrap(const Point& recipient, const Point& secret,
                         const SecretBytes& deposit_key) {
  Point ephemeral;
  Point shared;
  CHECK(crypto_scalarmult_base(ephemeral.data(), secret.data()) == 0);
  CHECK(crypto_scalarmult(shared.data(), secret.data(), recipient.data()) == 0);
  return Wrap("tidemark/v1/verifier-wrap-box", shared, ephemeral, recipient, deposit_key);
}

// The ephemeral secret that the format asks for.
Point HonestSecret(const Point& recipient, const SecretBytes& deposit_key) {
  Point secret;
  KeyedHash(deposit_key.RawForCrypto(), "tidemark/v1/verifier-wrap-ephemeral",
            {Fixed(recipient), Prefixed(kContext)}, absl::MakeSpan(secret));
  return secret;
}

TEST(Forged, VerifierWrapWithAnEphemeralKeyOfItsMakersChoice) {
  const OpeningKey verifier = OpeningKey::Generate();
  const Point recipient = PointOf(verifier.public_key());
  const SecretBytes key = SecretBytes::Random(kSecretBytes);
  EXPECT_OK(verifier.Unwrap(VerifierWrap(recipient, HonestSecret(recipient, key), key), kContext));
  Point chosen;
  randombytes_buf(chosen.data(), chosen.size());
  EXPECT_THAT(verifier.Unwrap(VerifierWrap(recipient, chosen, key), kContext).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("opens but")));
}

TEST(Forged, ReleaseWrapWithAnEphemeralKeyOfItsMakersChoice) {
  const ReleaseShare custodian = ReleaseShare::Generate();
  const Point recipient = PointOf(custodian.public_key());
  Point scalar;
  Point ephemeral;
  Point shared;
  crypto_core_ristretto255_scalar_random(scalar.data());
  ASSERT_EQ(crypto_scalarmult_ristretto255_base(ephemeral.data(), scalar.data()), 0);
  ASSERT_EQ(crypto_scalarmult_ristretto255(shared.data(), scalar.data(), recipient.data()), 0);
  const std::string wrap = Wrap("tidemark/v1/release-wrap-box", shared, ephemeral, recipient,
                                SecretBytes::Random(kSecretBytes));
  EXPECT_THAT(custodian.Unwrap(wrap, kContext).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("opens but")));
}

TEST(Forged, PartWithATagThatNoPartHas) {
  const OpeningKey verifier = OpeningKey::Generate();
  const Point recipient = PointOf(verifier.public_key());
  const SecretBytes bytes = SecretBytes::Random(kSecretBytes);
  ASSERT_OK_AND_ASSIGN(
      const DepositKey key,
      verifier.Unwrap(VerifierWrap(recipient, HonestSecret(recipient, bytes), bytes), kContext));
  Point parts_key;
  KeyedHash(bytes.RawForCrypto(), "tidemark/v1/parts-key", {Prefixed(kContext)},
            absl::MakeSpan(parts_key));
  const std::string associated = absl::StrCat(kContext, BigEndian32(0));
  for (int tag = 0; tag < 256; ++tag) {
    std::array<unsigned char, kStreamHeaderBytes + 1 + kPartOverheadBytes> part;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_secretstream_xchacha20poly1305_init_push(&stream, part.data(), parts_key.data());
    crypto_secretstream_xchacha20poly1305_push(
        &stream, part.data() + kStreamHeaderBytes, nullptr,
        reinterpret_cast<const unsigned char*>("x"), 1,
        reinterpret_cast<const unsigned char*>(associated.data()), associated.size(),
        static_cast<unsigned char>(tag));
    PartOpener opener(key, kContext);
    const absl::StatusOr<std::string> opened =
        opener.Open({reinterpret_cast<const char*>(part.data()), part.size()});
    if (tag == 0 || tag == 3) {
      EXPECT_THAT(opened, IsOkAndHolds("x"));
    } else {
      EXPECT_THAT(opened, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a tag"))) << tag;
    }
  }
}

TEST(Forged, FrameThatIsBadlyPadded) {
  const std::string secret_bytes(kSecretBytes, 's');
  ASSERT_OK_AND_ASSIGN(const PackSecret secret, PackSecret::FromManifest(secret_bytes));
  const PackId pack = PackId::Random();
  Point frame_key;
  KeyedHash(absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(secret_bytes.data()),
                                secret_bytes.size()),
            "tidemark/v1/frame-key", {Fixed(BigEndian32(7))}, absl::MakeSpan(frame_key));
  const std::string associated =
      absl::StrCat("tidemark/v1/frame", absl::string_view("\0", 1), BigEndian32(7), "example",
                   pack.bytes(), BigEndian32(7));
  const auto open = [&](const std::string& padded) {
    std::string frame(24 + padded.size() + 16, 'n');
    auto* const out = reinterpret_cast<unsigned char*>(frame.data());
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
              out + 24, nullptr, reinterpret_cast<const unsigned char*>(padded.data()),
              padded.size(), reinterpret_cast<const unsigned char*>(associated.data()),
              associated.size(), nullptr, out, frame_key.data()) == 0);
    return secret.OpenFrame("example", pack, 7, frame);
  };
  // 25 bytes are padded to 26.
  const std::string data(21, 'x');
  const std::string zero(1, '\0');
  EXPECT_THAT(open(BigEndian32(21) + data + zero), IsOkAndHolds(data));
  for (const std::string& bad : {
           BigEndian32(21) + data + "x",                   // the padding is not zero
           BigEndian32(21) + data,                         // none
           BigEndian32(21) + data + zero + zero,           // too much
           BigEndian32(5) + "xxxxx" + std::string(17, 0),  // that of another class
           BigEndian32(23) + data + zero,                  // longer than the frame
           BigEndian32(UINT32_MAX) + data + zero,          // so long that a sum would overflow
       }) {
    EXPECT_THAT(open(bad), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("badly padded")));
  }
}

}  // namespace
}  // namespace tidemark::crypto
