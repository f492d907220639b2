// Known answers, made by Python's hashlib and hmac from the formula in docs/formats/crypto.md.
#include "crypto/object_id.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/hex.h"
#include "base/testing.h"
#include "crypto/deposit_key.h"
#include "crypto/test_keys.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kSecret =
    "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

ObjectHasher HasherOf(absl::string_view secret_hex) {
  return ObjectHasher(ObjectSecret::Load(KeyFileOf(KeyKind::kObjectSecret, secret_hex)).value());
}

std::string Hex(const ObjectId& id) {
  return base::HexEncode({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

// Byte i is 7i + size, so that no two objects of the test begin alike.
std::string ObjectOf(size_t size) {
  std::string object(size, '\0');
  for (size_t i = 0; i < size; ++i) object[i] = static_cast<char>(i * 7 + size);
  return object;
}

TEST(ObjectId, KnownAnswersAroundTheBlocksOfSha256) {
  const ObjectHasher hasher = HasherOf(kSecret);
  const std::pair<size_t, absl::string_view> answers[] = {
      {0, "fab6b787e1901839e08d301cd393407c"},   {1, "f10608a2fccf5893d53c7e57739ace39"},
      {55, "efd09284e49b2c58f6705eee1e1b91aa"},  {56, "4e3720d7aebe8c09c6e8cadaef0d077a"},
      {63, "eccdd4a79c856ff8895e706359feb4ec"},  {64, "6338d70520292201346faf8cb9696e8f"},
      {65, "7783abbe2081ce0e0189d6554862f5e0"},  {119, "2d153dd260f56ae2b26170f0e9b748de"},
      {120, "eaed44b15e1d9979205b40a268f73150"}, {128, "8357e8e281452fc1c4ffcc6e3430e9ce"},
      {900, "7391d030387463b094399b9cb723f13b"}, {65536, "0482fc73a6cf3959652d287b3b83be89"},
  };
  for (const auto& [size, id] : answers) EXPECT_EQ(Hex(hasher.Of(ObjectOf(size))), id) << size;
}

TEST(ObjectId, IsTheSameAgainAndFromAnotherHasherOfTheSecret) {
  const ObjectHasher hasher = HasherOf(kSecret);
  EXPECT_EQ(hasher.Of("m"), hasher.Of("m"));
  EXPECT_EQ(hasher.Of("m"), HasherOf(kSecret).Of("m"));
  EXPECT_FALSE(hasher.Of("m") == hasher.Of("n"));
}

TEST(ObjectId, AnotherSecretGivesOtherIdsAndAnotherCheck) {
  const ObjectHasher hasher = HasherOf(kSecret);
  const ObjectHasher other{ObjectSecret::Generate()};
  EXPECT_FALSE(hasher.Of("m") == other.Of("m"));
  EXPECT_NE(hasher.Check(), other.Check());
  EXPECT_EQ(hasher.Check(), HasherOf(kSecret).Check());
}

TEST(ObjectId, HasherMayMove) {
  ObjectHasher hasher = HasherOf(kSecret);
  const ObjectId id = hasher.Of("m");
  const ObjectHasher moved = std::move(hasher);
  EXPECT_EQ(moved.Of("m"), id);
}

}  // namespace
}  // namespace tidemark::crypto
