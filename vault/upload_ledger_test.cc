// What uploads may take that are not finished, number by number.
#include "vault/upload_ledger.h"

#include <memory>

#include "base/clock.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

class UploadLedgerTest : public ::testing::Test {
 protected:
  UploadLedger& ledger() {
    if (ledger_ == nullptr) ledger_ = std::make_unique<UploadLedger>(limits_, clock_);
    return *ledger_;
  }

  static UploadRequest Request(absl::string_view id, const std::string& serial = "01") {
    return {.deposit = Id(id),
            .new_pack = crypto::PackId::Random(),
            .begin_digest = "digest",
            .signer = "signer",
            .serial = serial};
  }

  void Park(const UploadRequest& request) {
    ledger().Park(request.new_pack, std::make_unique<UploadProgress>());
  }

  UploadLimits limits_ = {.disk_reserve_per_tld = 1000,
                          .uploads_per_certificate_max = 2,
                          .open_bytes_per_certificate_max = 100};
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<UploadLedger> ledger_;
};

TEST_F(UploadLedgerTest, ParkedUploadsCountAgainstTheirCertificate) {
  const UploadRequest first = Request("example/A1/0");
  ASSERT_OK(ledger().Enter(first));
  Park(first);
  ASSERT_OK(ledger().Enter(Request("example/A2/0")));
  EXPECT_THAT(ledger().Enter(Request("example/A3/0")).status(),
              StatusIs(StatusCode::kUnavailable, HasSubstr("uploads_per_certificate_max")));
  EXPECT_OK(ledger().Enter(Request("example/A3/0", "02")));
  // To resume one is not to begin another.
  ASSERT_OK(ledger().Enter(first));
  ledger().Leave(first.new_pack);
  EXPECT_OK(ledger().Enter(Request("example/A3/0")));
}

TEST_F(UploadLedgerTest, UploadsTogetherAreHeldToTheBytesOfOneCertificate) {
  const UploadRequest first = Request("example/A1/0");
  const UploadRequest second = Request("example/A2/0");
  ASSERT_OK(ledger().Enter(first));
  ASSERT_OK(ledger().Enter(second));
  ASSERT_OK(ledger().Grow(first.new_pack, 60));
  Park(first);
  ASSERT_OK(ledger().Grow(second.new_pack, 40));
  // Room may come when the other one ends; never for one that is larger than all.
  EXPECT_THAT(ledger().Grow(second.new_pack, 1),
              StatusIs(StatusCode::kUnavailable, HasSubstr("100")));
  EXPECT_THAT(
      ledger().Grow(second.new_pack, 61),
      StatusIs(StatusCode::kResourceExhausted, HasSubstr("open_bytes_per_certificate_max")));
  ASSERT_OK(ledger().Enter(first));
  ledger().Leave(first.new_pack);
  EXPECT_OK(ledger().Grow(second.new_pack, 60));
}

TEST_F(UploadLedgerTest, WhatAnEarlierProcessLeftCounts) {
  const UploadRequest left = Request("example/A1/0");
  ledger().Restore(left, 90, clock_.Now());
  const UploadRequest other = Request("example/A2/0");
  ASSERT_OK(ledger().Enter(other));
  EXPECT_THAT(ledger().Grow(other.new_pack, 11), StatusIs(StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const UploadLedger::Entered entered, ledger().Enter(left));
  EXPECT_FALSE(entered.is_new);
  EXPECT_EQ(entered.progress, nullptr);
  ledger().SetBytes(left.new_pack, 50);
  EXPECT_OK(ledger().Grow(other.new_pack, 50));
}

TEST_F(UploadLedgerTest, ResumedWithARenewedCertificateItCountsAgainstThatOne) {
  UploadRequest upload = Request("example/A1/0", "01");
  ASSERT_OK(ledger().Enter(upload));
  ASSERT_OK(ledger().Grow(upload.new_pack, 100));
  Park(upload);
  upload.serial = "02";
  ASSERT_OK(ledger().Enter(upload));
  const UploadRequest of_old = Request("example/A2/0", "01");
  ASSERT_OK(ledger().Enter(of_old));
  EXPECT_OK(ledger().Grow(of_old.new_pack, 100));
  const UploadRequest of_new = Request("example/A3/0", "02");
  ASSERT_OK(ledger().Enter(of_new));
  EXPECT_THAT(ledger().Grow(of_new.new_pack, 1), StatusIs(StatusCode::kUnavailable));
}

TEST_F(UploadLedgerTest, OnlyTheSameBeginResumes) {
  const UploadRequest upload = Request("example/A1/0");
  ASSERT_OK(ledger().Enter(upload));
  Park(upload);
  const auto taken = StatusIs(StatusCode::kAlreadyExists, kPackTaken);
  UploadRequest other = upload;
  other.begin_digest = "another";
  EXPECT_THAT(ledger().Enter(other).status(), taken);
  other = upload;
  other.signer = "another";
  EXPECT_THAT(ledger().Enter(other).status(), taken);
  other = upload;
  other.deposit = Id("other/A1/0");
  EXPECT_THAT(ledger().Enter(other).status(), taken);
  EXPECT_OK(ledger().Enter(upload));
}

TEST_F(UploadLedgerTest, SecondStreamEndsTheFirstAndThenResumes) {
  UploadRequest upload = Request("example/A1/0");
  int told = 0;
  upload.on_taken_over = [&told] { ++told; };
  ASSERT_OK(ledger().Enter(upload));
  EXPECT_THAT(ledger().Enter(upload).status(), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(told, 1);
  Park(upload);
  EXPECT_OK(ledger().Enter(upload));
  EXPECT_EQ(told, 1);
}

TEST_F(UploadLedgerTest, OnlyParkedUploadsExpireAndNoneIsResumedWhileItGoes) {
  const UploadRequest open = Request("example/A1/0");
  const UploadRequest parked = Request("example/A2/0");
  ASSERT_OK(ledger().Enter(open));
  ASSERT_OK(ledger().Enter(parked));
  Park(parked);
  clock_.Advance(absl::Hours(23));
  EXPECT_THAT(ledger().TakeExpired(), IsEmpty());
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(ledger().TakeExpired(), ElementsAre(parked.new_pack));
  EXPECT_THAT(ledger().TakeExpired(), IsEmpty());
  EXPECT_THAT(ledger().Enter(parked).status(), StatusIs(StatusCode::kUnavailable));
  ledger().Leave(parked.new_pack);
  ASSERT_OK_AND_ASSIGN(const UploadLedger::Entered entered, ledger().Enter(parked));
  EXPECT_TRUE(entered.is_new);
}

TEST_F(UploadLedgerTest, AnotherBeginOfTheSameDepositForgetsTheParkedOne) {
  const UploadRequest old = Request("example/A1/0");
  ASSERT_OK(ledger().Enter(old));
  Park(old);
  EXPECT_THAT(ledger().TakeForgotten(old), IsEmpty());
  EXPECT_THAT(ledger().TakeForgotten(Request("example/A2/0")), IsEmpty());
  UploadRequest of_other_signer = Request("example/A1/0");
  of_other_signer.signer = "another";
  EXPECT_THAT(ledger().TakeForgotten(of_other_signer), IsEmpty());
  EXPECT_THAT(ledger().TakeForgotten(Request("example/A1/0")), ElementsAre(old.new_pack));
}

TEST_F(UploadLedgerTest, EachOtherTldHasItsReserveLessWhatItHasOpen) {
  EXPECT_EQ(ledger().ReservedForOthers("example"), 0);
  ledger().KnowTld("example");
  EXPECT_EQ(ledger().ReservedForOthers("example"), 0);
  ledger().KnowTld("other");
  ledger().KnowTld("third");
  EXPECT_EQ(ledger().ReservedForOthers("example"), 2000);
  EXPECT_EQ(ledger().ReservedForOthers("new"), 3000);
  const UploadRequest upload = Request("other/A1/0");
  ASSERT_OK(ledger().Enter(upload));
  ASSERT_OK(ledger().Grow(upload.new_pack, 100));
  EXPECT_EQ(ledger().ReservedForOthers("example"), 1900);
  // Its next night has its reserve again.
  ledger().Leave(upload.new_pack);
  EXPECT_EQ(ledger().ReservedForOthers("example"), 2000);
  ledger().Restore(Request("other/A2/0"), 5000, clock_.Now());
  EXPECT_EQ(ledger().ReservedForOthers("example"), 1000);
}

TEST_F(UploadLedgerTest, PacksReliedOnAreThoseOfOpenAndParkedUploadsOfTheTld) {
  EXPECT_THAT(*ledger().ReliedOn("example"), IsEmpty());
  UploadRequest first = Request("example/A1/0");
  UploadRequest second = Request("example/A2/0");
  UploadRequest other = Request("other/A1/0", "02");
  first.relied_on = {crypto::PackId::Random()};
  second.relied_on = {crypto::PackId::Random(), first.relied_on[0]};
  other.relied_on = {crypto::PackId::Random()};
  ASSERT_OK(ledger().Enter(first));
  ASSERT_OK(ledger().Enter(second));
  ASSERT_OK(ledger().Enter(other));
  Park(first);
  EXPECT_EQ(ledger().ReliedOn("example")->size(), 2);
  ledger().Leave(second.new_pack);
  EXPECT_THAT(*ledger().ReliedOn("example"), ElementsAre(first.relied_on[0]));
  // What an earlier process left relies on nobody knows what, until it is resumed.
  const UploadRequest left = Request("example/A3/0", "03");
  ledger().Restore(left, 1, clock_.Now());
  EXPECT_EQ(ledger().ReliedOn("example"), std::nullopt);
  EXPECT_THAT(*ledger().ReliedOn("other"), ElementsAre(other.relied_on[0]));
  ASSERT_OK(ledger().Enter(left));
  EXPECT_THAT(*ledger().ReliedOn("example"), ElementsAre(first.relied_on[0]));
}

}  // namespace
}  // namespace tidemark::vault
