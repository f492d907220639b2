// Known answers, made from the formula in docs/formats/crypto.md by Python: BLAKE2b of hashlib, and
// GHASH and SipHash written for it from SP 800-38D and from the paper of SipHash's authors.
#include "crypto/object_id.h"

#include <set>
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

// Around the steps in which GHASH is computed on processors that do several blocks at a time.
TEST(ObjectId, KnownAnswersAroundTheBlocksOfGhash) {
  ObjectHasher hasher = HasherOf(kSecret);
  const std::pair<size_t, absl::string_view> answers[] = {
      {0, "9bba7d6ae82b547a01af059495c3c60f"}, {1, "81e7b0e17227477d0bf642f63ee3624d"},
      {15, "a12846a0ace15cd3bb9a8b14d87fa83e"}, {16, "804a62dfa3f4f88fac2091dbccd98c07"},
      {17, "b25c8abb7e312839f44b47f6ef38c937"}, {63, "229ed5e486c1ec9c424c0b00ae7c6a8e"},
      {64, "a0c64ce28b4efc531946f6042a9b90e0"}, {65, "07a021f77bde35c70c53981a3b76ce3c"},
      {127, "7a77356e29a6e48fa62fc29df9626fa7"}, {128, "62b1bbb7f6537fc0f7b30220163c4e4e"},
      {129, "c9127c3be77ce138280ad990e253aa34"}, {191, "db1387bb8af59dc001cd565dab6bc5ff"},
      {192, "a15b9af68d5b2ee4b42d2679db52b3ae"}, {193, "884278af35dd91d0094f2101844f67d2"},
      {255, "92a3051f52394db4e8cd34e88dd75b25"}, {256, "7c8c18f60deef87815c59ccdc1824deb"},
      {257, "602590cf57a859d290db510c5eb18f3d"}, {900, "0cb628d13d5911a44f552e3d75db74f7"},
      {65536, "cb83461b4bf144405dc93cb2774394f9"},
  };
  for (const auto& [size, id] : answers) EXPECT_EQ(Hex(hasher.Of(ObjectOf(size))), id) << size;
}

// GHASH pads with zeros; the length that it ends with tells objects apart that differ in no more.
TEST(ObjectId, ZerosAtTheEndCount) {
  ObjectHasher hasher = HasherOf(kSecret);
  const std::string zeros(33, '\0');
  std::set<std::string> ids;
  for (size_t size = 0; size <= zeros.size(); ++size) {
    ids.insert(Hex(hasher.Of(absl::string_view(zeros).substr(0, size))));
  }
  EXPECT_EQ(ids.size(), zeros.size() + 1);
}

TEST(ObjectId, IsTheSameAgainAndFromAnotherHasherOfTheSecret) {
  ObjectHasher hasher = HasherOf(kSecret);
  EXPECT_EQ(hasher.Of("m"), hasher.Of("m"));
  EXPECT_EQ(hasher.Of("m"), HasherOf(kSecret).Of("m"));
  EXPECT_FALSE(hasher.Of("m") == hasher.Of("n"));
}

TEST(ObjectId, AnotherSecretGivesOtherIdsAndAnotherCheck) {
  ObjectHasher hasher = HasherOf(kSecret);
  ObjectHasher other{ObjectSecret::Generate()};
  EXPECT_FALSE(hasher.Of("m") == other.Of("m"));
  EXPECT_NE(hasher.Check(), other.Check());
  EXPECT_EQ(hasher.Check(), HasherOf(kSecret).Check());
}

TEST(ObjectId, HasherMayMove) {
  ObjectHasher hasher = HasherOf(kSecret);
  const ObjectId id = hasher.Of("m");
  ObjectHasher moved = std::move(hasher);
  EXPECT_EQ(moved.Of("m"), id);
}

}  // namespace
}  // namespace tidemark::crypto
