#include "verifier/finding.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

std::vector<CodeInfo> Catalogue() {
  std::vector<CodeInfo> rows;
  for (int i = 0; i < kCodeCount; ++i) rows.push_back(InfoOf(static_cast<Code>(i)));
  return rows;
}

TEST(Catalogue, HasOneCompleteRowForEachCode) {
  std::set<std::string> names;
  for (const CodeInfo& row : Catalogue()) {
    EXPECT_TRUE(names.insert(std::string(row.name)).second) << row.name;
    EXPECT_TRUE(absl::StartsWith(row.name, "RDE_") || absl::StartsWith(row.name, "TDM_"));
    EXPECT_FALSE(row.clause.empty()) << row.name;
    EXPECT_FALSE(row.title.empty() || absl::EndsWith(row.title, ".")) << row.name;
    EXPECT_TRUE(absl::EndsWith(row.hint, ".")) << row.name;
  }
}

// Lines of the form "RDE_X:" and "  Severity: ERROR".
TEST(Catalogue, RstCodesHaveTheSeveritiesOfRst) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string yaml,
                       base::ReadSmallFile(*shared + "/spec/rst/errors.yaml"));
  std::map<std::string, std::string> severities;
  std::string code;
  for (absl::string_view line : absl::StrSplit(yaml, '\n')) {
    if (absl::StartsWith(line, "RDE_")) code = std::string(absl::StripSuffix(line, ":"));
    if (absl::ConsumePrefix(&line, "  Severity: ")) severities[code] = std::string(line);
  }
  ASSERT_GT(severities.size(), 80u);
  for (const CodeInfo& row : Catalogue()) {
    if (!absl::StartsWith(row.name, "RDE_")) continue;
    const auto it = severities.find(std::string(row.name));
    ASSERT_NE(it, severities.end()) << row.name << " is not a code of RST";
    EXPECT_EQ(it->second, SeverityName(row.severity)) << row.name;
  }
}

TEST(Catalogue, DocumentationSaysTheSameOfEveryCode) {
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadSmallFile("docs/findings.md"));
  for (const CodeInfo& row : Catalogue()) {
    const std::string heading = absl::StrCat("\n### ", row.name, "\n", SeverityName(row.severity),
                                             " · ", row.clause, "\n\n", row.title.substr(0, 20));
    EXPECT_TRUE(absl::StrContains(page, heading)) << heading;
    // Ours are warnings unless argued.
    if (absl::StartsWith(row.name, "TDM_") && row.severity != Severity::kWarning) {
      const size_t at = page.find(heading);
      ASSERT_NE(at, std::string::npos);
      const std::string paragraph = page.substr(at + 1, page.find("\n### ", at + 1) - at);
      EXPECT_TRUE(absl::StrContains(paragraph, "Argument for")) << row.name;
    }
  }
}

TEST(Printable, CutsAndEscapes) {
  EXPECT_EQ(Printable("a\x1b[2J\n\xc2\x9b"), "a\\x1b[2J\\n\\xc2\\x9b");
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
}

TEST(Masked, ShowsFirstLetterAndLength) {
  EXPECT_EQ(Masked("jane@example.org"), "j*** (16 bytes)");
  EXPECT_EQ(Masked("\xc3\xa9tienne"), "?*** (8 bytes)");
  EXPECT_EQ(Masked(""), "(empty)");
}

TEST(LabelOf, MasksWhatIsNoHandleOfAContact) {
  EXPECT_EQ(LabelOf({"contact", "C1_a-EXAMPLE", {}}), "contact C1_a-EXAMPLE");
  EXPECT_EQ(LabelOf({"contact", "jane.doe@example.org", {}}), "contact j*** (20 bytes)");
  EXPECT_EQ(LabelOf({"contact", "Jane Doe", {}}), "contact J*** (8 bytes)");
  const std::string longest(89, 'a');
  EXPECT_EQ(LabelOf({"contact", longest, {}}), "contact " + longest);
  EXPECT_EQ(LabelOf({"contact", longest + "a", {}}), "contact a*** (90 bytes)");
}

TEST(LabelOf, MasksWhatIsNoIdOfARegistrarOrTable) {
  EXPECT_EQ(LabelOf({"registrar", "reg-1", {}}), "registrar reg-1");
  EXPECT_EQ(LabelOf({"registrar", "jane@example.org", {}}), "registrar j*** (16 bytes)");
  EXPECT_EQ(LabelOf({"idnTableRef", "zh-Hans", {}}), "idnTableRef zh-Hans");
  EXPECT_EQ(LabelOf({"idnTableRef", "1 Main St", {}}), "idnTableRef 1*** (9 bytes)");
}

TEST(LabelOf, IsKindAndKey) {
  EXPECT_EQ(LabelOf({"domain", "a.test", {}}), "domain a.test");
  EXPECT_EQ(LabelOf({"header", "", {}}), "header");
}

}  // namespace
}  // namespace tidemark::verifier
