#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/base_files.h"
#include "verifier/finding.h"
#include "verifier/input/deposit_input.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

// Of the day before.
std::string Full(std::vector<Edit> edits = {}) {
  edits.push_back({"id=\"20261122001\"", "id=\"20261121001\""});
  edits.push_back({"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"});
  return DepositText(edits);
}

// A DIFF that holds nothing but a header and what `edits` put in.
std::string Diff(std::vector<Edit> edits, absl::string_view deletes = "",
                 absl::string_view contents = "") {
  std::string text = DepositText();
  const size_t begin = text.find("<rdeDomain:domain>");
  const size_t end = text.find("</rde:contents>");
  text.replace(begin, end - begin, contents.data(), contents.size());
  edits.insert(edits.begin(), kDiff);
  const std::string with_deletes = std::string(deletes) + "<rde:contents>";
  edits.push_back({"<rde:contents>", with_deletes});
  for (const Edit& edit : edits) {
    const size_t at = text.find(edit.from.data(), 0, edit.from.size());
    EXPECT_NE(at, std::string::npos) << edit.from;
    text.replace(at, edit.from.size(), edit.to.data(), edit.to.size());
  }
  return text;
}

CheckOptions DiffOptions() {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  return options;
}

std::vector<std::string> Skipped(const Report& report) {
  std::vector<std::string> codes;
  for (const Skip& skip : report.skipped) codes.emplace_back(InfoOf(skip.code).name);
  return codes;
}

constexpr char kHostUriOfMenu[] = "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>";

// Each menu is of its own deposit; the header is of all of them.
TEST(BaseChain, MenusMayDifferAlongTheChain) {
  constexpr char kDelete[] =
      "<rde:deletes><rdeDomain:delete><rdeDomain:name>one.test</rdeDomain:name>"
      "</rdeDomain:delete></rde:deletes>";
  // Deletes a domain, and does not list hosts, of which it has none.
  const std::string first = Diff({{kHostUriOfMenu, ""},
                                  {"id=\"20261122001\"", "id=\"20261121002\""},
                                  {"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"},
                                  {"rdeDomain-1.0\">2<", "rdeDomain-1.0\">1<"}},
                                 kDelete);
  const std::string last = Diff({{"prevId=\"20261121001\"", "prevId=\"20261121002\""},
                                 {kHostUriOfMenu, ""},
                                 {"rdeDomain-1.0\">2<", "rdeDomain-1.0\">1<"}});
  const Report report = CheckOnBases(last, {Full(), first}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeHost-1.0"), 2);
}

// That the header counts the repository's hosts says nothing of those in this file.
TEST(BaseChain, WhatTheMenuLeavesOutIsToldAlsoOnBases) {
  const std::string full = DepositText();
  const size_t at = full.find("<rdeHost:host>");
  const std::string host = full.substr(at, full.find("</rdeHost:host>") + 15 - at);
  const Report listed = CheckOnBases(Diff({}, "", host), {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(listed), IsEmpty());
  const Report report =
      CheckOnBases(Diff({{kHostUriOfMenu, ""}}, "", host), {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_UNEXPECTED_OBJECT"));
  const auto finding = std::find_if(
      report.findings.begin(), report.findings.end(),
      [](const Finding& candidate) { return candidate.code == Code::kUnexpectedObject; });
  EXPECT_EQ(finding->object, "namespace urn:ietf:params:xml:ns:rdeHost-1.0");
  EXPECT_EQ(finding->message, "1 objects of a type that the menu does not list");

  constexpr char kDelete[] =
      "<rde:deletes><rdeHost:delete><rdeHost:roid>H9-TEST</rdeHost:roid>"
      "</rdeHost:delete></rde:deletes>";
  const Report deletes =
      CheckOnBases(Diff({{kHostUriOfMenu, ""}}, kDelete), {Full()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(deletes), ElementsAre("RDE_UNEXPECTED_OBJECT"));
}

// `text` without what begins with `from` and ends with `to`.
std::string Without(std::string text, absl::string_view from, absl::string_view to) {
  const size_t begin = text.find(from.data(), 0, from.size());
  const size_t end = text.find(to.data(), begin, to.size());
  EXPECT_NE(end, std::string::npos) << from;
  return text.erase(begin, end + to.size() - begin);
}

std::vector<const Finding*> Unexpected(const Report& report) {
  std::vector<const Finding*> found;
  for (const Finding& finding : report.findings) {
    if (finding.code == Code::kUnexpectedObject) found.push_back(&finding);
  }
  return found;
}

TEST(BaseChain, WithoutAHeaderTheMenuCountsAllTheSame) {
  const std::string full = Full();
  const size_t at = full.find("<rdeHost:host>");
  const std::string host = full.substr(at, full.find("</rdeHost:host>") + 15 - at);
  const auto check = [&full](const std::string& diff) {
    return CheckOnBases(Without(diff, "<rdeHeader:header", "</rdeHeader:header>"), {full},
                        DiffOptions());
  };
  EXPECT_THAT(Unexpected(check(Diff({}, "", host))), IsEmpty());
  const Report report = check(Diff({{kHostUriOfMenu, ""}}, "", host));
  ASSERT_EQ(Unexpected(report).size(), 1u);
  EXPECT_EQ(Unexpected(report)[0]->object, "namespace urn:ietf:params:xml:ns:rdeHost-1.0");
}

// Each is counted once, whether the header lists it or not.
TEST(BaseChain, UnlistedTypesAreAllCounted) {
  constexpr int kTypes = 60;
  std::string counts;
  std::string contents;
  for (int i = 0; i < kTypes; ++i) {
    const std::string uri = absl::StrCat("urn:example:t", i);
    absl::StrAppend(&counts, "<rdeHeader:count uri=\"", uri, "\">1</rdeHeader:count>");
    absl::StrAppend(&contents, "<o:thing xmlns:o=\"", uri, "\"/>");
  }
  absl::StrAppend(&counts, "</rdeHeader:header>");
  for (const std::string& header : {counts, std::string("</rdeHeader:header>")}) {
    const Report report = CheckOnBases(Diff({{"</rdeHeader:header>", header}}, "", contents),
                                       {Full()}, DiffOptions());
    const std::vector<const Finding*> found = Unexpected(report);
    ASSERT_EQ(found.size(), base::kFindingsPerCodeMax);
    EXPECT_EQ(found[0]->count, kTypes);
    EXPECT_EQ(found[0]->object, "namespace urn:example:t0");
    EXPECT_EQ(found.back()->object, "namespace urn:example:t24");
  }
  const Report alone = CheckText(Diff({}, "", contents), DiffOptions());
  const std::vector<const Finding*> found = Unexpected(alone);
  ASSERT_EQ(found.size(), base::kFindingsPerCodeMax);
  EXPECT_EQ(found[0]->count, kTypes);
  EXPECT_EQ(found.back()->object, "namespace urn:example:t24");
}

// What cannot be counted truly is not told at all, and the report says why.
TEST(BaseChain, MoreUnlistedTypesThanAreKeptAreOverTheLimit) {
  std::string contents;
  for (int i = 0; i < 4'000; ++i) {
    absl::StrAppend(&contents, "<o:thing xmlns:o=\"urn:example:type-number-", i, "\"/>");
  }
  const std::string diff =
      Without(Diff({}, "", contents), "<rdeHeader:header", "</rdeHeader:header>");
  const Report report = CheckOnBases(diff, {Full()}, DiffOptions());
  EXPECT_THAT(Unexpected(report), IsEmpty());
  EXPECT_THAT(ErrorCodesOf(report), ::testing::Contains("TDM_LIMIT_EXCEEDED"));
  EXPECT_THAT(Skipped(report), ::testing::Contains("RDE_UNEXPECTED_OBJECT"));
}

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
