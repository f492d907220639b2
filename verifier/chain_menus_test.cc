// Menus, headers and counts of types that the menu does not list, along a chain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/base_chain_testing.h"
#include "verifier/base_files.h"
#include "verifier/finding.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kHostUriOfMenu[] = "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>";

// Each menu is of its own deposit; the header is of all of them.
TEST(ChainMenus, MenusMayDifferAlongTheChain) {
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
TEST(ChainMenus, WhatTheMenuLeavesOutIsToldAlsoOnBases) {
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

TEST(ChainMenus, WithoutAHeaderTheMenuCountsAllTheSame) {
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
TEST(ChainMenus, UnlistedTypesAreAllCounted) {
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
TEST(ChainMenus, MoreUnlistedTypesThanAreKeptAreOverTheLimit) {
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

}  // namespace
}  // namespace tidemark::verifier
