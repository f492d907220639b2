#include "crypto/digest.h"

#include <string>
#include <type_traits>

#include "base/hex.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;

static_assert(!std::is_convertible_v<Sha256Digest, Blake2bDigest>);
static_assert(!std::is_default_constructible_v<Sha256Digest>);

TEST(Sha256, KnownAnswersOfFips180) {
  EXPECT_EQ(Sha256("").ToHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").ToHex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha1AndSha384, KnownAnswersOfFips180) {
  EXPECT_EQ(base::HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(base::HexEncode(Sha384("abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
}

TEST(Blake2b, KnownAnswersOf256Bits) {
  EXPECT_EQ(Blake2b("").ToHex(),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(Blake2b("abc").ToHex(),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Streams, PiecesDigestAsTheWhole) {
  std::string data;
  for (int i = 0; i < 1000; ++i) data += static_cast<char>(i * 7);
  for (size_t piece : {1u, 3u, 63u, 64u, 65u, 128u, 1000u}) {
    Sha256Stream sha;
    Blake2bStream blake;
    for (size_t at = 0; at < data.size(); at += piece) {
      sha.Update(absl::string_view(data).substr(at, piece));
      blake.Update(absl::string_view(data).substr(at, piece));
    }
    EXPECT_EQ(sha.Finish(), Sha256(data));
    EXPECT_EQ(blake.Finish(), Blake2b(data));
  }
}

TEST(Streams, EmptyStreamIsTheDigestOfNothing) {
  EXPECT_EQ(Sha256Stream().Finish(), Sha256(""));
  EXPECT_EQ(Blake2bStream().Finish(), Blake2b(""));
}

TEST(StreamsDeathTest, SpentStreamIsOurMistake) {
  Sha256Stream sha;
  sha.Finish();
  EXPECT_DEATH(sha.Update("more"), "check failed");
}

TEST(Digest32, FromBytesTakesExactly32) {
  const Sha256Digest digest = Sha256("abc");
  EXPECT_THAT(Sha256Digest::FromBytes(digest.bytes()), base::IsOkAndHolds(digest));
  EXPECT_THAT(Sha256Digest::FromBytes(digest.bytes().substr(1)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Sha256Digest::FromBytes(std::string(33, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::crypto
