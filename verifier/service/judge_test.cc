#include "verifier/service/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/bytes_testing.h"
#include "base/status.h"
#include "base/testing.h"
#include "verifier/service/judge_testing.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using tidemark::v1::ClearManifest;

constexpr char kName[] = "test_2026-11-22_full_S1_R0.xml";

Report Judge(base::ByteSource& source, const ClearManifest& manifest) {
  auto report = JudgeContent({absl::OkStatus(), &source, kName}, manifest, GoodOptions().now, {});
  EXPECT_OK(report);
  return *std::move(report);
}

Report JudgeText(const std::string& text, const ClearManifest& manifest) {
  base::StringSource source(text);
  return Judge(source, manifest);
}

TEST(JudgeContent, PassesWhatIsAsLabelled) {
  const Report report = JudgeText(DepositText(), GoodManifest());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
}

TEST(JudgeContent, EveryFieldOfAWrongLabelIsAMismatch) {
  using Spoil = void (*)(ClearManifest&);
  const Spoil spoils[] = {
      [](ClearManifest& m) { m.mutable_identity()->set_id("20261122002"); },
      [](ClearManifest& m) { m.mutable_identity()->set_resend(1); },
      [](ClearManifest& m) { m.set_watermark_unix_seconds(1795305601); },
      [](ClearManifest& m) { m.set_prev_id("20261121001"); },
  };
  for (const Spoil spoil : spoils) {
    ClearManifest manifest = GoodManifest();
    spoil(manifest);
    const Report report = JudgeText(DepositText(), manifest);
    ExpectRaised(report, "TDM_MANIFEST_MISMATCH");
    EXPECT_THAT(CodesOf(report), ElementsAre("TDM_MANIFEST_MISMATCH"));
    EXPECT_EQ(report.verdict, Verdict::kFail);
  }
  // What calls itself a DIFF needs something before it.
  ClearManifest diff = GoodManifest();
  diff.set_kind(tidemark::v1::DEPOSIT_KIND_DIFF);
  EXPECT_THAT(CodesOf(JudgeText(DepositText(), diff)),
              ElementsAre("TDM_MANIFEST_MISMATCH", "TDM_CHAIN_BROKEN"));
  ClearManifest manifest = GoodManifest();
  manifest.mutable_identity()->set_tld("toast");
  EXPECT_THAT(CodesOf(JudgeText(DepositText(), manifest)), Contains("TDM_MANIFEST_MISMATCH"));
}

TEST(JudgeContent, ManifestThatDoesNotGiveItsFileBackFails) {
  const std::string text = DepositText();
  base::HeldSource source(text, absl::FailedPreconditionError("digest of the file"));
  const Report report = Judge(source, GoodManifest());
  ExpectRaised(report, "TDM_CONTENT_MISMATCH");
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_CONTENT_MISMATCH"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(JudgeContent, OurOwnFaultIsUndecided) {
  const std::string text = DepositText();
  for (const absl::Status& fault : {absl::DataLossError("frame 3 is altered"),
                                    absl::UnavailableError("gone"), absl::InternalError("bug")}) {
    base::HeldSource source(text.substr(0, text.size() / 2), fault);
    const Report report = Judge(source, GoodManifest());
    EXPECT_THAT(CodesOf(report), IsEmpty()) << fault;
    EXPECT_EQ(report.verdict, Verdict::kUndecided);
  }
}

// By the name of the XML in it, whatever the tar is called.
TEST(JudgeContent, ATarIsJudgedAsItsFilesAre) {
  const std::string tar = CsvTar(CsvDepositText(), kName);
  const auto judge = [](const std::string& bytes, const absl::Status& end) {
    base::HeldSource source(bytes, end);
    auto report = JudgeContent({absl::OkStatus(), &source, "night.tar"}, GoodManifest(),
                               GoodOptions().now, {});
    EXPECT_OK(report);
    return *std::move(report);
  };
  const Report report = judge(tar, absl::OkStatus());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:csvDomain-1.0"), 2);
  EXPECT_THAT(CodesOf(judge(CsvTar(CsvDepositText(), "other.xml"), absl::OkStatus())),
              ElementsAre("RDE_INVALID_FILENAME"));
  EXPECT_THAT(CodesOf(judge(tar, absl::FailedPreconditionError("digest of the file"))),
              ElementsAre("TDM_CONTENT_MISMATCH"));
  EXPECT_EQ(judge(tar, absl::DataLossError("frame 3 is altered")).verdict, Verdict::kUndecided);
}

// The FULL of the day before, which gives `fault` at its end, and one that is of no matter.
std::vector<ChainDeposit> Bases(const absl::Status& fault) {
  rde::DepositInfo info;
  info.type = "FULL";
  info.id = "20261121001";
  info.resend = 0;
  info.watermark.time = absl::FromUnixSeconds(1795305600);
  const auto open = [fault]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
    return std::make_unique<base::HeldSource>(
        DepositText({{"id=\"20261122001\"", "id=\"20261121001\""}}), fault);
  };
  rde::DepositInfo other = info;
  other.id = "20261101001";
  return {{"test/20261121001/0", info, open},
          {"test/20261101001/0", other, [] { return absl::InternalError("nobody needs it"); }}};
}

Report JudgeDiff(std::vector<ChainDeposit> bases) {
  const std::string text = DiffText();
  base::StringSource source(text);
  auto report = JudgeContent(
      {absl::OkStatus(), &source, "test_2026-11-22_diff_S1_R0.xml", std::nullopt, std::move(bases)},
      DiffManifest(), GoodOptions().now, {});
  EXPECT_OK(report);
  return *std::move(report);
}

TEST(JudgeContent, ADiffIsJudgedOnItsPredecessorAlone) {
  const Report report = JudgeDiff(Bases(absl::OkStatus()));
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 2);
}

TEST(JudgeContent, APredecessorThatWasNeverDepositedBreaksTheChain) {
  const Report report = JudgeDiff({});
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_CHAIN_BROKEN"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(JudgeContent, APredecessorThatTheDepositorSealedWronglyBreaksTheChain) {
  const Report report = JudgeDiff(Bases(absl::FailedPreconditionError("wrap does not open")));
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("TDM_CHAIN_BROKEN"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(JudgeContent, APredecessorThatIsNotWhatItsLabelSaysBreaksTheChain) {
  std::vector<ChainDeposit> bases = Bases(absl::OkStatus());
  bases[0].info.watermark.time = absl::FromUnixSeconds(1795305599);
  const Report report = JudgeDiff(std::move(bases));
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("TDM_CHAIN_BROKEN"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(JudgeContent, APredecessorThatWeCannotGetIsUndecided) {
  for (const absl::Status& fault : {absl::DataLossError("altered"), absl::UnavailableError("gone"),
                                    absl::PermissionDeniedError("not my key")}) {
    const Report report = JudgeDiff(Bases(fault));
    EXPECT_THAT(ErrorCodesOf(report), IsEmpty()) << fault;
    EXPECT_EQ(report.verdict, Verdict::kUndecided);
  }
}

TEST(JudgeContent, WrongSealIsTheDepositorsAndWrongKeyIsOurs) {
  auto sealed =
      JudgeContent({absl::FailedPreconditionError("release wrap does not match"), nullptr, ""},
                   GoodManifest(), GoodOptions().now, {});
  ASSERT_OK(sealed);
  const Report& report = *sealed;
  ExpectRaised(report, "TDM_SEALED_WRONGLY");
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_SEALED_WRONGLY"));
  EXPECT_EQ(sealed->verdict, Verdict::kFail);
  auto wrong_key = JudgeContent({absl::PermissionDeniedError("not my key"), nullptr, ""},
                                GoodManifest(), GoodOptions().now, {});
  ASSERT_OK(wrong_key);
  EXPECT_EQ(wrong_key->verdict, Verdict::kUndecided);
}

TEST(JudgeContent, StoppedHalfWayGivesNoReport) {
  const std::string text = DepositText();
  base::StringSource source(text);
  JudgeOptions options;
  options.on_progress = [](uint64_t) { return false; };
  EXPECT_THAT(
      JudgeContent({absl::OkStatus(), &source, kName}, GoodManifest(), GoodOptions().now, options),
      StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace tidemark::verifier
