#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/testing.h"
#include "verifier/base_chain_testing.h"
#include "verifier/base_files.h"
#include "verifier/finding.h"
#include "verifier/input/deposit_input.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(BaseChain, AnEmptyDiffLeavesTheRepositoryAsItIs) {
  const Report report = CheckOnBases(Diff({}), {Full()}, DiffOptions());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.deposit.kind, "DIFF");
  EXPECT_EQ(report.deposit.id, "20261122001");
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 2);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeEppParams-1.0"), 1);
  EXPECT_EQ(report.files.at(1), "base1.xml");
}

// The counts of a FULL and an empty DIFF are those of the FULL, and so is all that is skipped.
TEST(BaseChain, WhatIsSkippedIsWhatAFullSkips) {
  const Report alone = CheckText(DepositText(), GoodOptions());
  const Report report = CheckOnBases(Diff({}), {Full()}, DiffOptions());
  EXPECT_EQ(Skipped(report), Skipped(alone));
  EXPECT_EQ(report.counts, alone.counts);
}

TEST(BaseChain, CountsAreThoseOfTheRepositoryAfterTheDiff) {
  constexpr char kDelete[] =
      "<rde:deletes><rdeDomain:delete><rdeDomain:name>xn--bcher-kva.test</rdeDomain:name>"
      "</rdeDomain:delete></rde:deletes>";
  const Report wrong = CheckOnBases(Diff({}, kDelete), {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(wrong), ElementsAre("RDE_OBJECT_COUNT_MISMATCH"));
  const Report right = CheckOnBases(Diff({{"rdeDomain-1.0\">2<", "rdeDomain-1.0\">1<"}}, kDelete),
                                    {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(right), IsEmpty());
  EXPECT_EQ(right.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 1);
}

TEST(BaseChain, ReferencesAreToTheRepositoryAfterTheDiff) {
  constexpr char kDelete[] =
      "<rde:deletes><rdeHost:delete><rdeHost:name>ns1.one.test</rdeHost:name></rdeHost:delete>"
      "</rde:deletes>";
  const Report report = CheckOnBases(Diff({{"rdeHost-1.0\">2<", "rdeHost-1.0\">1<"}}, kDelete),
                                     {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_DOMAIN_HAS_MISSING_NAMESERVER"));
  // The domain that refers to it stands in the base.
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.object, "domain one.test");
  EXPECT_EQ(report.files.at(finding.at->file), "base1.xml");
}

TEST(BaseChain, TheBasesOwnFlawsStayUnlessTheDiffMendsThem) {
  const Edit flaw{"<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>", ""};
  const Report broken = CheckOnBases(Diff({}), {Full({flaw})}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(broken), ElementsAre("RDE_REGISTRAR_HAS_MISSING_GURID"));
  EXPECT_EQ(broken.findings.front().at->file, 1);
  const Report mended =
      CheckOnBases(Diff({}, "",
                        "<rdeRegistrar:registrar><rdeRegistrar:id>reg-1</rdeRegistrar:id>"
                        "<rdeRegistrar:name>Registrar One</rdeRegistrar:name>"
                        "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid></rdeRegistrar:registrar>"),
                   {Full({flaw})}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(mended), IsEmpty());
}

TEST(BaseChain, ADomainTwiceInTheBaseIsStillReported) {
  const std::string base =
      Full({{"<rdeDomain:name>xn--bcher-kva.test", "<rdeDomain:name>one.test"}});
  const Report report = CheckOnBases(Diff({}), {base}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"));
}

TEST(BaseChain, ABaseThatIsCutOffIsNoRepository) {
  const std::string base = Full();
  const Report report =
      CheckOnBases(Diff({}), {base.substr(0, base.find("<rdeHost:host>"))}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_XML_PARSE_ERROR"));
  EXPECT_EQ(report.findings.front().at->file, 1);
  EXPECT_THAT(Skipped(report), ::testing::Contains("RDE_OBJECT_COUNT_MISMATCH"));
}

TEST(BaseChain, ABrokenChainIsNamedAndTheDepositJudgedAlone) {
  const std::string last = Diff({{"prevId=\"20261121001\"", "prevId=\"20261120001\""}});
  const Report report = CheckOnBases(last, {Full()}, DiffOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_CHAIN_BROKEN"));
  EXPECT_EQ(report.findings[0].message,
            "DIFF 20261122001 names 20261120001 as its predecessor; there are FULL 20261121001");
  EXPECT_THAT(report.counts, IsEmpty());
  EXPECT_THAT(Skipped(report), ::testing::Contains("RDE_OBJECT_COUNT_MISMATCH"));
}

TEST(BaseChain, ABaseThatIsNoDepositIsNamed) {
  const Report report = CheckOnBases(Diff({}), {"<html/>"}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("TDM_CHAIN_BROKEN"));
  EXPECT_THAT(report.findings[0].message, HasSubstr("no base is there"));
  EXPECT_THAT(report.findings[1].message, HasSubstr("base1.xml is no deposit"));
  EXPECT_THAT(report.counts, IsEmpty());
}

TEST(BaseChain, ABaseOfAnotherTldIsNamed) {
  const Report report = CheckOnBases(
      Diff({}), {Full({{"<rdeHeader:tld>test<", "<rdeHeader:tld>toast<"}})}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("TDM_TLD_MISMATCH"));
}

TEST(BaseChain, DeletesInTheBaseAreIgnoredAndNamed) {
  const Report report = CheckOnBases(
      Diff({}),
      {Full({{"<rde:contents>",
              "<rde:deletes><rdeDomain:delete><rdeDomain:name>one.test</rdeDomain:name>"
              "</rdeDomain:delete></rde:deletes><rde:contents>"}})},
      DiffOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_DELETES_IN_FULL"));
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 2);
}

// Without a key nobody can say whether the DIFF's object is a new one.
TEST(BaseChain, CountsOutsideRfc9022AreSkipped) {
  const Edit count{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain",
                   "<rdeHeader:count uri=\"urn:example:own-1.0\">1</rdeHeader:count>"
                   "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain"};
  constexpr char kThing[] = "<own:thing xmlns:own=\"urn:example:own-1.0\"/>";
  const Edit thing{"</rde:contents>",
                   "<own:thing xmlns:own=\"urn:example:own-1.0\"/></rde:contents>"};
  const Edit listed{"</rde:rdeMenu>", "<rde:objURI>urn:example:own-1.0</rde:objURI></rde:rdeMenu>"};
  const Report report =
      CheckOnBases(Diff({count, listed}, "", kThing), {Full({count, thing})}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_THAT(Skipped(report), ::testing::Contains("RDE_OBJECT_COUNT_MISMATCH"));
}

TEST(BaseChain, AFullIsJudgedAloneAndItsBaseNamed) {
  const Report report = CheckOnBases(DepositText(), {Full()}, GoodOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_CHAIN_DEPOSIT_UNUSED"));
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_THAT(report.files, IsEmpty());
}

TEST(BaseChain, AMissingFileIsNotTheRegistrysFailure) {
  DepositChecker checker(DiffOptions());
  const std::string text = Diff({});
  base::StringSource source(text);
  ASSERT_OK_AND_ASSIGN(const auto last, DepositInput::OfStream(source, {}));
  const BaseFiles bases = {
      {"no/such.xml"},
      [](const std::string& path) { return DepositInput::Open(path, {}); },
      [](base::ByteSource& xml, rde::RecordSink& sink) { return rde::ReadDeposit(xml, sink); }};
  const absl::Status status = ReadInputOnBases(*last, "last.xml", bases, {}, checker);
  EXPECT_THAT(status, base::StatusIs(absl::StatusCode::kNotFound));
  checker.CouldNotRead(status);
  EXPECT_EQ(checker.Finish().verdict, Verdict::kUndecided);
}

TEST(BaseChain, TheSameChainGivesTheSameReportWhateverTheOrderOfItsFiles) {
  const std::string second = Diff({{"id=\"20261122001\"", "id=\"20261121002\""},
                                   {"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"}});
  const std::string third = Diff({{"prevId=\"20261121001\"", "prevId=\"20261121002\""}});
  const Report forward = CheckOnBases(third, {Full(), second}, DiffOptions());
  const Report backward = CheckOnBases(third, {second, Full()}, DiffOptions());
  EXPECT_THAT(CodesOf(forward), IsEmpty());
  EXPECT_THAT(CodesOf(backward), IsEmpty());
  EXPECT_EQ(forward.counts, backward.counts);
  // Files have numbers in the order of the chain.
  EXPECT_EQ(forward.files.at(1), "base1.xml");
  EXPECT_EQ(backward.files.at(1), "base2.xml");
}

}  // namespace
}  // namespace tidemark::verifier
