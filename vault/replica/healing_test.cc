// A piece that one copy lost is mended from the other; and never by trust.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "proto/service.pb.h"
#include "vault/replica/healing_testing.h"
#include "vault/vault.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

TEST_F(HealingTest, EitherCopyIsMendedFromTheOther) {
  for (const bool is_primary : {true, false}) {
    for (const PieceType type : {kFrame, kManifestPart}) {
      for (const Damage damage : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
        copies_.ClosePrimary();
        copies_.CloseReplica();
        DamagePiece(is_primary ? copies_.primary_dir() : copies_.replica_dir(), type, upload_->pack,
                    2, damage);
        copies_.OpenPrimary();
        copies_.OpenReplica();
        Vault& bad = is_primary ? copies_.primary() : copies_.replica();
        Vault& good = is_primary ? copies_.replica() : copies_.primary();
        ASSERT_THAT(*bad.replication().Damaged(), SizeIs(1));
        tidemark::v1::HealReply reply;
        ASSERT_OK(Mend(good, bad, type, *upload_, {2}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        EXPECT_THAT(*bad.replication().Damaged(), IsEmpty());
        EXPECT_THAT(bad.Frame(upload_->deposit, upload_->pack, 2),
                    IsOkAndHolds(upload_->frames[2]));
        EXPECT_THAT(bad.ManifestPart(upload_->deposit, 2), IsOkAndHolds(upload_->parts[2]));
      }
    }
  }
}

TEST_F(HealingTest, DifferentPiecesOfOnePackAreMendedInBothDirections) {
  for (const PieceType type : {kFrame, kManifestPart}) {
    for (const Damage at_primary : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
      for (const Damage at_copy : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
        SCOPED_TRACE(
            absl::StrCat(type, " ", static_cast<int>(at_primary), " ", static_cast<int>(at_copy)));
        copies_.ClosePrimary();
        copies_.CloseReplica();
        DamagePiece(copies_.primary_dir(), type, upload_->pack, 0, at_primary);
        DamagePiece(copies_.replica_dir(), type, upload_->pack, 2, at_copy);
        copies_.OpenPrimary();
        copies_.OpenReplica();
        tidemark::v1::HealReply reply;
        ASSERT_OK(Mend(copies_.replica(), copies_.primary(), type, *upload_, {0}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        // The primary is whole now; the other way with its damage as it was.
        copies_.ClosePrimary();
        DamagePiece(copies_.primary_dir(), type, upload_->pack, 0, at_primary);
        copies_.OpenPrimary();
        ASSERT_OK(Mend(copies_.primary(), copies_.replica(), type, *upload_, {2}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        ASSERT_OK(Mend(copies_.replica(), copies_.primary(), type, *upload_, {0}, reply));
        for (Vault* vault : {&copies_.primary(), &copies_.replica()}) {
          EXPECT_THAT(*vault->replication().Damaged(), IsEmpty());
          EXPECT_THAT(vault->Frame(upload_->deposit, upload_->pack, 0),
                      IsOkAndHolds(upload_->frames[0]));
          EXPECT_THAT(vault->ManifestPart(upload_->deposit, 2), IsOkAndHolds(upload_->parts[2]));
        }
      }
    }
  }
}

TEST_F(HealingTest, WhatIsWholeIsNeverTouched) {
  tidemark::v1::HealReply reply;
  ASSERT_OK(Mend(copies_.replica(), copies_.primary(), kFrame, *upload_, {1}, reply));
  EXPECT_EQ(reply.healed(), 0u);
  EXPECT_EQ(reply.whole(), 1u);
}

TEST_F(HealingTest, NothingIsPutInPlaceThatTheManifestDoesNotCommitTo) {
  copies_.ClosePrimary();
  DamagePiece(copies_.primary_dir(), kFrame, upload_->pack, 2, Damage::kBytes);
  copies_.OpenPrimary();
  Replication& primary = copies_.primary().replication();
  const std::string pack(upload_->pack.bytes());
  const std::string forged = "a frame of another making";
  std::string digests;
  ASSERT_OK(copies_.replica().replication().Digests(pack, [&](absl::string_view more) {
    digests = std::string(more);
    return absl::OkStatus();
  }));
  const auto heal = [&](const std::string& proof, uint32_t number, const std::string& piece) {
    const auto healing = primary.Heal(kFrame, pack);
    EXPECT_OK(healing);
    const absl::Status taken = (*healing)->TakeDigests(proof);
    return taken.ok() ? (*healing)->TakePiece(number, piece) : taken;
  };
  const auto loss = [](const char* words) {
    return StatusIs(StatusCode::kDataLoss, HasSubstr(words));
  };
  EXPECT_THAT(heal(digests, 2, forged), loss("commits to either"));
  EXPECT_THAT(heal(digests, 2, upload_->frames[3]), loss("commits to either"));
  std::string other = digests;
  other.replace(64, 32, std::string(crypto::Blake2b(forged).bytes()));
  EXPECT_THAT(heal(other, 2, forged), loss("nothing was mended"));
  EXPECT_THAT(heal(digests.substr(32), 2, upload_->frames[2]), loss("nothing was mended"));
  EXPECT_THAT(heal("", 2, upload_->frames[2]), loss("nothing was mended"));
  EXPECT_THAT(heal(digests + digests, 2, upload_->frames[2]), loss("more digests"));
  EXPECT_THAT(heal(digests, 6, upload_->frames[2]), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(primary.Heal(kFrame, std::string(16, 'x')).status(), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(*primary.Damaged(), SizeIs(1)) << "and it is still known to be damaged";
  EXPECT_THAT(copies_.primary().Frame(upload_->deposit, upload_->pack, 2),
              StatusIs(StatusCode::kDataLoss));
}

}  // namespace
}  // namespace tidemark::vault
