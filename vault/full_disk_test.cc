// A vault whose disk fills up: it says so, reads on, and goes on once there is room. Nothing that
// was acknowledged is missing, and nothing is there twice.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "vault/receipt.h"
#include "vault/retention/retention.h"
#include "vault/small_disk_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

// So little that a log cannot take its room beforehand, and enough to open.
constexpr uint64_t kToOpen = 8 << 20;

class FullVault : public OnSmallDisk {
 protected:
  std::unique_ptr<Vault> Open() {
    auto vault =
        Vault::Open({.dir = dir_, .limits = {.free_bytes_min = 0, .disk_reserve_per_tld = 0}},
                    std::string(16, 'v'), receipt_key_, clock_);
    EXPECT_OK(vault.status());
    return vault.ok() ? *std::move(vault) : nullptr;
  }
  TestUpload Make(const std::string& id, uint64_t seed, size_t piece_bytes = 1000) const {
    return MakeUpload(std::string(16, 'v'), Id(id), {.seed = seed, .piece_bytes = piece_bytes});
  }
  absl::Status Hold(Vault& vault, int number) const {
    return vault.Retained()
        .PlaceHold({.deposit = Id("example/A1/0"),
                    .case_id = absl::StrCat("case-", number),
                    .reason = "asked for",
                    .ordered_by = "somebody"})
        .status();
  }
  uint64_t LogSize(Vault& vault) const {
    const auto head = VerifyTreeHead(*vault.TreeHead(), receipt_key_.verify_key());
    EXPECT_OK(head.status());
    return head.ok() ? head->tree_size() : 0;
  }
  // Each acknowledged deposit, byte for byte, with the receipt of then.
  static void ExpectDeposits(
      Vault& vault, const std::vector<std::pair<TestUpload, tidemark::v1::Receipt>>& deposits) {
    for (const auto& [upload, receipt] : deposits) {
      EXPECT_EQ(vault.Receipt(upload.deposit)->SerializeAsString(), receipt.SerializeAsString());
      for (uint32_t i = 0; i < upload.frames.size(); ++i) {
        EXPECT_EQ(*vault.Frame(upload.deposit, upload.pack, i), upload.frames[i]);
      }
      for (uint32_t i = 0; i < upload.parts.size(); ++i) {
        EXPECT_EQ(*vault.ManifestPart(upload.deposit, i), upload.parts[i]);
      }
    }
  }

  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

TEST_F(FullVault, GoesOnOnceThereIsRoomWithAllThatWasAcknowledged) {
  const TestUpload first = Make("example/A1/0", 1);
  const TestUpload lost = Make("example/A2/0", 2, 200'000);
  const TestUpload later = Make("example/A3/0", 3);
  ExpectInChild([&] {
    std::vector<std::pair<TestUpload, tidemark::v1::Receipt>> deposits;
    {
      const std::unique_ptr<Vault> vault = Open();
      ASSERT_OK_AND_ASSIGN(auto receipt, Store(first, depositor_, *vault));
      deposits.emplace_back(first, std::move(receipt));
    }
    ASSERT_OK(Occupy(kToOpen));
    std::unique_ptr<Vault> vault = Open();
    ASSERT_NE(vault, nullptr);
    const UploadRequest request = {.deposit = lost.deposit, .new_pack = lost.pack};
    ASSERT_OK_AND_ASSIGN(auto upload, vault->Begin(request));
    ASSERT_OK(upload->PutFrame(0, lost.frames[0]));
    ASSERT_OK(Occupy(0));
    EXPECT_OK(vault->WriteStatus());

    // Holds, until one is not written any more.
    int holds = 0;
    absl::Status held;
    while (held.ok() && holds < 1000) {
      held = Hold(*vault, holds);
      if (held.ok()) ++holds;
    }
    ASSERT_THAT(held, StatusIs(StatusCode::kUnavailable));
    EXPECT_GT(holds, 0);
    const uint64_t acknowledged = LogSize(*vault);
    EXPECT_EQ(acknowledged, 2u + static_cast<uint64_t>(holds));
    EXPECT_THAT(vault->WriteStatus(), StatusIs(StatusCode::kUnavailable, HasSubstr("No space")));
    EXPECT_THAT(Hold(*vault, 2000), StatusIs(StatusCode::kUnavailable));
    ExpectDeposits(*vault, deposits);
    // An upload that breaks off now, and one that is broken by it; neither can be gone on with.
    EXPECT_THAT(upload->PutFrame(1, lost.frames[1]), StatusIs(StatusCode::kUnavailable));
    upload = nullptr;
    EXPECT_THAT(vault->Begin(request), StatusIs(StatusCode::kAborted, HasSubstr("begin another")));
    EXPECT_THAT(vault->GoOn(), StatusIs(StatusCode::kUnavailable, HasSubstr("no room")));
    EXPECT_THAT(vault->WriteStatus(), StatusIs(StatusCode::kUnavailable));

    Release();
    ASSERT_OK(vault->GoOn());
    EXPECT_OK(vault->WriteStatus());
    EXPECT_OK(vault->GoOn()) << "nothing to do";
    // The hold that failed was written whole, or not at all.
    const uint64_t found = LogSize(*vault);
    EXPECT_THAT(found, ::testing::AnyOf(acknowledged, acknowledged + 1));
    const absl::Status again = Hold(*vault, holds);
    if (found == acknowledged) {
      EXPECT_OK(again);
    } else {
      EXPECT_THAT(again, StatusIs(StatusCode::kAlreadyExists));
    }
    for (int i = 0; i < holds; ++i) {
      EXPECT_THAT(Hold(*vault, i), StatusIs(StatusCode::kAlreadyExists));
    }
    EXPECT_EQ(LogSize(*vault), acknowledged + 1);
    ASSERT_OK_AND_ASSIGN(auto receipt, Store(later, depositor_, *vault));
    deposits.emplace_back(later, std::move(receipt));
    // What was left of the upload is known again, and it goes on.
    ASSERT_OK_AND_ASSIGN(upload, vault->Begin(request));
    EXPECT_EQ(upload->held(), (PiecesHeld{1, 0}));
    for (uint32_t i = 1; i < lost.frames.size(); ++i) {
      ASSERT_OK(upload->PutFrame(i, lost.frames[i]));
    }
    for (uint32_t i = 0; i < lost.parts.size(); ++i) {
      ASSERT_OK(upload->PutManifestPart(i, lost.parts[i]));
    }
    ASSERT_OK_AND_ASSIGN(receipt, upload->Commit(lost.Sign(depositor_)));
    deposits.emplace_back(lost, std::move(receipt));
    upload = nullptr;
    ExpectDeposits(*vault, deposits);
    const uint64_t size = LogSize(*vault);
    EXPECT_EQ(size, acknowledged + 3);

    // And so it is on the disk.
    vault = nullptr;
    vault = Open();
    ASSERT_NE(vault, nullptr);
    EXPECT_EQ(LogSize(*vault), size);
    ExpectDeposits(*vault, deposits);
    EXPECT_OK(Hold(*vault, 3000));
  });
}

// A commit that failed may have reached the disk; who then lets go of its upload must not take the
// deposit's frames along.
TEST_F(FullVault, ACommitThatFailedIsThereWholeOrNotAtAll) {
  ExpectInChild([&] {
    ASSERT_OK(Store(Make("example/A1/0", 1), depositor_, *Open()));
    ASSERT_OK(Occupy(kToOpen));
    const std::unique_ptr<Vault> vault = Open();
    ASSERT_NE(vault, nullptr);
    const TestUpload upload = Make("example/A2/0", 2);
    const UploadRequest request = {.deposit = upload.deposit, .new_pack = upload.pack};
    ASSERT_OK_AND_ASSIGN(auto open, vault->Begin(request));
    ASSERT_OK(Send(upload, *open));
    ASSERT_OK(open->Sync());
    ASSERT_OK(Occupy(0));
    absl::Status held;
    for (int i = 0; held.ok() && i < 1000; ++i) held = Hold(*vault, i);
    ASSERT_THAT(held, StatusIs(StatusCode::kUnavailable));
    EXPECT_THAT(open->Commit(upload.Sign(depositor_)), StatusIs(StatusCode::kUnavailable));
    Release();
    ASSERT_OK(vault->GoOn());
    open = nullptr;
    // As the client does: another upload, for the first one has ended.
    const TestUpload again = Make("example/A2/0", 3);
    ASSERT_OK_AND_ASSIGN(const auto receipt, Store(again, depositor_, *vault));
    ASSERT_OK_AND_ASSIGN(const auto manifest, vault->Manifest(again.deposit));
    tidemark::v1::ClearManifest clear;
    ASSERT_TRUE(clear.ParseFromString(manifest.body()));
    const TestUpload& kept = clear.new_pack_id() == again.pack.bytes() ? again : upload;
    ExpectDeposits(*vault, {{kept, receipt}});
  });
}

}  // namespace
}  // namespace tidemark::vault
