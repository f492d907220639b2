// Deposits that other people's software wrote: ../shared/testdata.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/base_files.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What `tidemark check` does with a file by default.
Report CheckFile(const std::string& path, std::optional<std::string> tld = std::nullopt) {
  CheckOptions options;
  options.now = GoodOptions().now;
  options.tld = std::move(tld);
  options.file_name = path.substr(path.rfind('/') + 1);
  DepositChecker checker(options);
  auto source = base::FileSource::Open(path);
  EXPECT_OK(source);
  EXPECT_OK(rde::ReadDeposit(**source, checker));
  return checker.Finish();
}

TEST(RealDeposits, ExampleAndSamplePassByDefault) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  const Report example = CheckFile(*shared + "/testdata/example/example_2026-11-22_full_S1_R0.xml");
  EXPECT_EQ(example.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(example), ElementsAre("TDM_STATUS_CONFLICT", "TDM_INT_POSTAL_NOT_ASCII",
                                            "TDM_TRANSFER_CONTRADICTS"));
  EXPECT_EQ(example.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 300);
  const Report sample = CheckFile(*shared + "/testdata/sample/sample_2026-11-22_full_S1_R0.xml");
  EXPECT_EQ(sample.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(sample), ElementsAre("TDM_STATUS_CONFLICT"));
}

// docs/findings.md defends each line of the golden file.
TEST(RealDeposits, NomulusFullIsItsGoldenFile) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string golden,
                       base::ReadSmallFile("verifier/testdata/golden/nomulus_full.json"));
  const Report report = CheckFile(*shared + "/testdata/nomulus/full.xml", "test");
  EXPECT_EQ(ReportJson(report) + "\n", golden);
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(RealDeposits, NomulusDifferentialSkipsItsCounts) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  const Report report = CheckFile(*shared + "/testdata/nomulus/differential.xml", "test");
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_INVALID_FILENAME"));
  EXPECT_THAT(report.counts, IsEmpty());
}

// As its header says: one domain is left, and one host. docs/findings.md defends each line.
TEST(RealDeposits, NomulusDifferentialOnItsFullIsItsGoldenFile) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string golden,
                       base::ReadSmallFile("verifier/testdata/golden/nomulus_differential.json"));
  CheckOptions options;
  options.now = GoodOptions().now;
  options.tld = "test";
  options.file_name = "differential.xml";
  DepositChecker checker(options);
  ASSERT_OK_AND_ASSIGN(const auto last,
                       DepositInput::Open(*shared + "/testdata/nomulus/differential.xml", {}));
  const BaseFiles bases = {
      {*shared + "/testdata/nomulus/full.xml"},
      [](const std::string& path) { return DepositInput::Open(path, {}); },
      [](base::ByteSource& xml, rde::RecordSink& sink) { return rde::ReadDeposit(xml, sink); }};
  ASSERT_OK(ReadInputOnBases(*last, "differential.xml", bases, {}, checker));
  const Report report = checker.Finish();
  EXPECT_EQ(ReportJson(report) + "\n", golden);
  EXPECT_EQ(report.verdict, Verdict::kFail);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 1);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeHost-1.0"), 1);
}

}  // namespace
}  // namespace tidemark::verifier
