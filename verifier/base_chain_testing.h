// For tests only: a FULL, and DIFFs on it.
#ifndef TIDEMARK_VERIFIER_BASE_CHAIN_TESTING_H_
#define TIDEMARK_VERIFIER_BASE_CHAIN_TESTING_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "verifier/check.h"
#include "verifier/finding.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {

inline constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

// Of the day before.
inline std::string Full(std::vector<Edit> edits = {}) {
  edits.push_back({"id=\"20261122001\"", "id=\"20261121001\""});
  edits.push_back({"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"});
  return DepositText(edits);
}

// A DIFF that holds nothing but a header and what `edits` put in.
inline std::string Diff(std::vector<Edit> edits, absl::string_view deletes = "",
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

inline CheckOptions DiffOptions() {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  return options;
}

// The codes that were not judged.
inline std::vector<std::string> Skipped(const Report& report) {
  std::vector<std::string> codes;
  for (const Skip& skip : report.skipped) codes.emplace_back(InfoOf(skip.code).name);
  return codes;
}

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_BASE_CHAIN_TESTING_H_
