// What is known to be damaged is relied on by no new deposit; what is not in its way keeps nobody.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/open_vault_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

class ReliedOn : public OpenVaultTest {
 protected:
  enum class Known { kYes, kNotYet };
  void Alter(Family family, const crypto::PackId& pack, uint32_t number, Known known,
             char with = 1) {
    vault_ = nullptr;
    const std::string key = schema::PieceKey(pack, number);
    const auto store = *RocksStore::Open(options_.dir);
    std::string value = *store->Get(family, key);
    value.back() = static_cast<char>(value.back() ^ with);
    StoreBatch batch;
    batch.Put(family, key, value);
    if (known == Known::kYes) {
      const uint32_t kind = family == Family::kFrames ? schema::kFrameKind : schema::kPartKind;
      batch.Put(Family::kScrub, schema::DamageKey(kind, key), "found by somebody");
    }
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  void Damage(Family family, const TestUpload& upload, uint32_t number, Known known = Known::kYes) {
    Alter(family, upload.pack, number, known);
    Open();
  }

  TestUpload First() {
    TestUpload first = Make("example/A1/0");
    EXPECT_OK(Store(first, depositor_, *vault_));
    clock_.Advance(absl::Hours(24));
    return first;
  }
  // One that also uses these frames of `earlier`.
  TestUpload MakeOn(const TestUpload& earlier, absl::string_view id, const std::string& used) {
    TestUpload upload = Make(id, {.seed = ++seed_});
    *upload.manifest.add_packs() = earlier.manifest.packs(0);
    upload.manifest.mutable_packs(1)->set_used(used);
    return upload;
  }
  static UploadRequest RequestOf(const TestUpload& upload, const TestUpload& earlier) {
    return {.deposit = upload.deposit, .new_pack = upload.pack, .relied_on = {earlier.pack}};
  }
  absl::Status StoreOn(const TestUpload& upload, const TestUpload& earlier) {
    ASSIGN_OR_RETURN(const auto open, vault_->Begin(RequestOf(upload, earlier)));
    RETURN_IF_ERROR(Send(upload, *open));
    return open->Commit(upload.Sign(depositor_)).status();
  }

  uint64_t seed_ = 10;
};

TEST_F(ReliedOn, ADamagedFrameThatTheNewestDepositUsesRefusesTheBegin) {
  const TestUpload first = First();
  ASSERT_NO_FATAL_FAILURE(Damage(Family::kFrames, first, 2));
  const TestUpload second = MakeOn(first, "example/A2/0", "\x1f");
  EXPECT_THAT(vault_->Begin(RequestOf(second, first)),
              StatusIs(StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("send in full"),
                             HasSubstr("frame 2 of pack " + first.pack.ToHex()))));
  // In full it is taken, and what comes after relies on that.
  const TestUpload full = Make("example/A2/0", {.seed = 3});
  ASSERT_OK(Store(full, depositor_, *vault_));
  clock_.Advance(absl::Hours(24));
  EXPECT_OK(StoreOn(MakeOn(full, "example/A3/0", "\x1f"), full));
}

TEST_F(ReliedOn, WhatAReadMeetsBetweenBeginAndCommitRefusesTheCommit) {
  const TestUpload first = First();
  ASSERT_NO_FATAL_FAILURE(Damage(Family::kFrames, first, 2, Known::kNotYet));
  const TestUpload second = MakeOn(first, "example/A2/0", "\x1f");
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(second, first)));
  ASSERT_OK(Send(second, *open));
  EXPECT_THAT(vault_->Frame(first.deposit, first.pack, 2), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(open->Commit(second.Sign(depositor_)),
              StatusIs(StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("send in full"),
                             HasSubstr("frame 2 of pack " + first.pack.ToHex()))));
  EXPECT_THAT(vault_->Receipt(second.deposit), StatusIs(StatusCode::kNotFound));
}

TEST_F(ReliedOn, AFrameThatOnlyOlderDepositsUseIsInNobodysWay) {
  const TestUpload first = First();
  ASSERT_OK(StoreOn(MakeOn(first, "example/A2/0", "\x01"), first));
  clock_.Advance(absl::Hours(24));
  ASSERT_NO_FATAL_FAILURE(Damage(Family::kFrames, first, 2));
  EXPECT_OK(StoreOn(MakeOn(first, "example/A3/0", "\x03"), first));
  clock_.Advance(absl::Hours(24));
  // Unless somebody uses it after all.
  EXPECT_THAT(StoreOn(MakeOn(first, "example/A4/0", "\x05"), first),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("frame 2 of pack ")));
}

TEST_F(ReliedOn, ADamagedManifestPartIsInNobodysWay) {
  const TestUpload first = First();
  ASSERT_NO_FATAL_FAILURE(Damage(Family::kParts, first, 0));
  EXPECT_OK(StoreOn(MakeOn(first, "example/A2/0", "\x1f"), first));
}

TEST_F(ReliedOn, AFrameThatWasMendedIsReliedOnThoughItsTableWaits) {
  const TestUpload first = First();
  ASSERT_NO_FATAL_FAILURE(Alter(Family::kFrames, first.pack, 2, Known::kYes, '\0'));
  Open();
  EXPECT_OK(StoreOn(MakeOn(first, "example/A2/0", "\x1f"), first));
}

TEST_F(ReliedOn, WhereTheDamageIsCannotBeReadNothingEarlierIsReliedOn) {
  const TestUpload first = First();
  const std::string row(300, 'r');
  vault_ = nullptr;
  {
    const auto store = *RocksStore::Open(options_.dir);
    StoreBatch batch;
    batch.Put(Family::kScrub,
              schema::DamageKey(schema::kFrameKind, schema::PieceKey(first.pack, 2)), row);
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
    ASSERT_OK(store->FlushForTesting());
  }
  ASSERT_EQ(FlipInTables(options_.dir, row, 100), 1);
  Open();
  EXPECT_THAT(StoreOn(MakeOn(first, "example/A2/0", "\x1f"), first),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("cannot be read")));
  EXPECT_OK(Store(Make("example/A2/0", {.seed = 3}), depositor_, *vault_));
}

TEST_F(ReliedOn, TheSameFileOnceMoreIsNoRemedyForADepositThatIsDamaged) {
  const TestUpload first = First();
  for (const Family family : {Family::kFrames, Family::kParts}) {
    ASSERT_NO_FATAL_FAILURE(Damage(family, first, 1));
    EXPECT_THAT(Store(Make("example/A1/0", {.seed = ++seed_}), depositor_, *vault_),
                StatusIs(StatusCode::kAlreadyExists,
                         AllOf(HasSubstr("higher resend"), HasSubstr(" 1 of pack "))));
    // Whoever waits for the receipt of that very upload gets it.
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({first.deposit, first.pack}));
    EXPECT_OK(open->Commit(first.Sign(depositor_)));
    ASSERT_NO_FATAL_FAILURE(Alter(family, first.pack, 1, Known::kYes));
    Open();
    EXPECT_OK(Store(Make("example/A1/0", {.seed = ++seed_}), depositor_, *vault_))
        << "it was mended";
  }
}

TEST_F(ReliedOn, WhatAnUploadItselfHasSentAndTheDiskHasLostIsSentAgain) {
  const TestUpload upload = Make("example/A1/0");
  const UploadRequest request = {.deposit = upload.deposit, .new_pack = upload.pack};
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(request));
    ASSERT_OK(Send(upload, *open));
  }
  ASSERT_NO_FATAL_FAILURE(Damage(Family::kFrames, upload, 3));
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(request));
    EXPECT_EQ(open->held(), (PiecesHeld{5, 2}));
    EXPECT_THAT(open->Commit(upload.Sign(depositor_)),
                StatusIs(StatusCode::kAborted,
                         AllOf(HasSubstr("frame 3 of pack "), HasSubstr("begin another"))));
  }
  EXPECT_OK(Store(Make("example/A1/0", {.seed = ++seed_}), depositor_, *vault_));
}

}  // namespace
}  // namespace tidemark::vault
