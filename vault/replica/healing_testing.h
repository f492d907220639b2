// For tests only: pieces that one of two copies has lost, and a copier that mends them.
#ifndef TIDEMARK_VAULT_REPLICA_HEALING_TESTING_H_
#define TIDEMARK_VAULT_REPLICA_HEALING_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "proto/service.pb.h"
#include "proto/stored.pb.h"
#include "vault/replica/replica_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {

class HealingTest : public ::testing::Test {
 protected:
  using PieceType = tidemark::v1::PieceType;
  static constexpr PieceType kFrame = tidemark::v1::PIECE_TYPE_FRAME;
  static constexpr PieceType kManifestPart = tidemark::v1::PIECE_TYPE_MANIFEST_PART;

  // What a scrub finds after a disk has lost a piece: other bytes, a wrong digest, or no row at
  // all.
  enum class Damage { kBytes, kBytesAndDigest, kGone };
  static void DamagePiece(const std::string& dir, PieceType type, const crypto::PackId& pack,
                          uint32_t number, Damage damage) {
    auto store = RocksStore::Open(dir);
    ASSERT_OK(store);
    const schema::Family family = type == kFrame ? schema::Family::kFrames : schema::Family::kParts;
    const std::string key = schema::PieceKey(pack, number);
    ASSERT_OK_AND_ASSIGN(std::string value, (*store)->Get(family, key));
    StoreBatch batch;
    value.back() = static_cast<char>(value.back() ^ 1);
    if (damage == Damage::kBytesAndDigest) {
      value.replace(0, 32, std::string(crypto::Blake2b(value.substr(32)).bytes()));
    }
    if (damage == Damage::kGone) {
      batch.Delete(family, key);
    } else {
      batch.Put(family, key, value);
    }
    tidemark::v1::DamageRow row;
    row.set_format(1);
    batch.Put(schema::Family::kScrub,
              schema::DamageKey(type == kFrame ? schema::kFrameKind : schema::kPartKind, key),
              row.SerializeAsString());
    ASSERT_OK((*store)->Apply(batch, Durability::kSynced));
  }

  // As the copier does, with several pieces of one pack.
  static absl::Status Heal(Vault& good, Vault& bad, PieceType type, const TestUpload& upload,
                           const std::vector<uint32_t>& numbers, tidemark::v1::HealReply& reply) {
    const std::string pack(upload.pack.bytes());
    ASSIGN_OR_RETURN(const auto healing, bad.replication().Heal(type, pack));
    tidemark::v1::PieceIdentity name;
    name.set_type(type);
    name.set_pack_id(pack);
    if (type == kFrame) {
      RETURN_IF_ERROR(good.replication().Digests(
          pack, [&](absl::string_view digests) { return healing->TakeDigests(digests); }));
    } else {
      for (uint32_t part = 0; part < upload.parts.size(); ++part) {
        name.set_number(part);
        const absl::StatusOr<std::string> bytes = good.replication().Piece(name);
        RETURN_IF_ERROR(healing->TakeProof(part, bytes.value_or("")));
      }
    }
    for (const uint32_t number : numbers) {
      name.set_number(number);
      ASSIGN_OR_RETURN(const std::string piece, good.replication().Piece(name));
      RETURN_IF_ERROR(healing->TakePiece(number, piece));
    }
    ASSIGN_OR_RETURN(reply, healing->Finish());
    return absl::OkStatus();
  }
  // A round of one pack.
  static absl::Status Mend(Vault& good, Vault& bad, PieceType type, const TestUpload& upload,
                           const std::vector<uint32_t>& numbers, tidemark::v1::HealReply& reply) {
    RETURN_IF_ERROR(Heal(good, bad, type, upload, numbers, reply));
    return bad.replication().FinishHealing().status();
  }

  void SetUp() override {
    upload_ =
        std::make_unique<TestUpload>(copies_.Deposit("example/A1/0", {.frames = 6, .parts = 3}));
    ASSERT_OK(copies_.Copy());
  }

  TwoCopies copies_;
  std::unique_ptr<TestUpload> upload_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_HEALING_TESTING_H_
