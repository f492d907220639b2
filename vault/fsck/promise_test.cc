// What fsck promises of deposits that have lost frames. What `restore --partial` gives of such ones
// is in verifier/opening/partial_deposit_test.cc and tests/integration/damage_test.cc.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/fsck/fsck.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr char kOnlyIts[] = "all but the objects in 1";
constexpr char kNothingBehind[] =
    "all but the objects in 1, and but those behind the first of them in its pack";
constexpr char kIfCounted[] =
    "all but the objects in 1, and, if its sealed manifest does not count the objects of that "
    "pack's frames, but those behind the first of them";

class PromiseTest : public ::testing::Test {
 protected:
  // Six frames and three parts, with a sealed manifest of the format; it uses the frames of
  // `older`, too.
  TestUpload Night(const std::string& id, uint32_t format, const TestUpload* older = nullptr) {
    auto vault = Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
    CHECK(vault.ok());
    ++nights_;
    TestUpload night =
        MakeUpload((*vault)->vault_id(), Id(id), {.seed = nights_, .frames = 6, .parts = 3});
    night.manifest.set_format(format);
    std::vector<crypto::PackId> relied_on;
    if (older != nullptr) {
      *night.manifest.add_packs() = older->manifest.packs(0);
      relied_on.push_back(older->pack);
    }
    auto upload = (*vault)->Begin(
        {.deposit = night.deposit, .new_pack = night.pack, .relied_on = relied_on});
    CHECK(upload.ok());
    CHECK(Send(night, **upload).ok());
    CHECK((*upload)->Commit(night.Sign(depositor_)).ok());
    return night;
  }

  void Lose(Family family, const TestUpload& of, uint32_t number) {
    auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    StoreBatch batch;
    batch.Delete(family, schema::PieceKey(of.pack, number));
    CHECK((*store)->Apply(batch, Durability::kSynced).ok());
  }

  // What is promised of the deposit; "" if it is not damaged.
  std::string Promise(const TestUpload& of) {
    const auto report = CheckStore({.dir = dir_});
    EXPECT_OK(report);
    for (const DamagedDeposit& deposit : report->damaged_deposits) {
      if (deposit.id == of.deposit.ToString()) return deposit.restorable;
    }
    return "";
  }

  const std::string dir_ = base::TestDir() + "/vault";
  base::FakeClock clock_{TestNow()};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  uint64_t nights_ = 0;
};

TEST_F(PromiseTest, OfItsOwnPackTheSealedManifestSaysWhereWhatIsLeftBelongs) {
  const TestUpload night = Night("example/A1/0", 2);
  EXPECT_EQ(Promise(night), "");
  Lose(Family::kFrames, night, 2);
  EXPECT_THAT(Promise(night), EndsWith(kOnlyIts));
  // That is not read then, and nothing else says it.
  Lose(Family::kParts, night, 2);
  EXPECT_THAT(Promise(night), AllOf(HasSubstr("the parts before 2 of 3"),
                                    HasSubstr(kNothingBehind)));
}

TEST_F(PromiseTest, OfSeveralFramesOfItsOwnPackWhatIsBetweenThemIsNotPromised) {
  const TestUpload night = Night("example/A1/0", 3);
  Lose(Family::kFrames, night, 1);
  Lose(Family::kFrames, night, 4);
  EXPECT_THAT(Promise(night), EndsWith("in 2, and but those between the first and the last of "
                                       "them"));
}

TEST_F(PromiseTest, Format1HasPlacesOfItsOwn) {
  const TestUpload night = Night("example/A1/0", 1);
  Lose(Family::kFrames, night, 2);
  Lose(Family::kParts, night, 2);
  EXPECT_THAT(Promise(night), EndsWith(kOnlyIts));
}

// A sealed manifest of format 3 has counts of all frames of an older pack, or none, and only its
// key shows which.
TEST_F(PromiseTest, CountsThatMayNotBeThereAreNotPromised) {
  const TestUpload first = Night("example/A1/0", 3);
  const TestUpload later = Night("example/A2/0", 3, &first);
  Lose(Family::kFrames, first, 2);
  EXPECT_THAT(Promise(later), EndsWith(kOnlyIts)) << "the first night says it";
  Lose(Family::kParts, first, 0);
  EXPECT_THAT(Promise(later), EndsWith(kIfCounted));
  EXPECT_THAT(Promise(first), HasSubstr(kNothingBehind));
}

TEST_F(PromiseTest, BeforeFormat3AnOlderPackNeedsTheNightThatItCameWith) {
  const TestUpload first = Night("example/A1/0", 2);
  const TestUpload later = Night("example/A2/0", 2, &first);
  Lose(Family::kFrames, first, 2);
  EXPECT_THAT(Promise(later), EndsWith(kOnlyIts));
  Lose(Family::kParts, first, 1);
  EXPECT_THAT(Promise(later), HasSubstr(kNothingBehind));
}

// Its runs have places of their own, and count nothing for others.
TEST_F(PromiseTest, ANightOfFormat1SaysNothingToALaterOne) {
  const TestUpload first = Night("example/A1/0", 1);
  const TestUpload later = Night("example/A2/0", 2, &first);
  Lose(Family::kFrames, first, 2);
  EXPECT_THAT(Promise(later), HasSubstr(kNothingBehind));
}

}  // namespace
}  // namespace tidemark::vault
