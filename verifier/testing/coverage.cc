#include "verifier/testing/coverage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "verifier/finding.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

// Names of cases in a cell; some codes come with everything.
std::string Cell(const std::vector<std::string>& names, size_t names_max) {
  if (names.empty()) return "";
  if (names.size() <= names_max) return absl::StrJoin(names, ", ");
  return absl::StrCat(names.size(), " cases");
}

}  // namespace

absl::Span<const RaisedElsewhere> CodesRaisedElsewhere() {
  static constexpr RaisedElsewhere kElsewhere[] = {
      {"RDE_DECRYPTION_FAILED", "verifier/processed_file_test.cc"},
      {"RDE_INVALID_SIGNATURE", "verifier/processed_file_test.cc"},
      {"TDM_FILES_REFUSED", "verifier/input/deposit_input_test.cc"},
      {"TDM_MESSAGE_UNPROTECTED", "verifier/processed_file_test.cc"},
      {"TDM_MANIFEST_MISMATCH", "verifier/service/judge_test.cc"},
      {"TDM_CONTENT_MISMATCH", "verifier/service/judge_test.cc"},
      {"TDM_SEALED_WRONGLY", "verifier/service/judge_test.cc"},
      {"TDM_REPORT_INVALID", "verifier/previous_report_test.cc"},
  };
  return kElsewhere;
}

std::string CoverageTable() {
  const std::vector<CodeCase> cases = CodeCases();
  std::string out =
      "| code | severity | bad deposits | good neighbours | raised beside "
      "|\n|---|---|---|---|---|\n";
  for (int i = 0; i < kCodeCount; ++i) {
    const CodeInfo& info = InfoOf(static_cast<Code>(i));
    std::vector<std::string> bad, good, beside;
    for (const CodeCase& one : cases) {
      if (one.code == info.name) {
        bad.push_back(one.name);
        if (!one.good.empty()) good.push_back(one.name);
      } else if (std::find(one.beside.begin(), one.beside.end(), info.name) != one.beside.end()) {
        beside.push_back(one.name);
      }
    }
    std::string raised = absl::StrJoin(bad, ", ");
    std::string neighbours = bad.empty()                 ? ""
                             : good.size() == bad.size() ? "a case of its own"
                             : good.empty()              ? "the good deposit"
                                                         : absl::StrJoin(good, ", ");
    for (const RaisedElsewhere& elsewhere : CodesRaisedElsewhere()) {
      if (elsewhere.code != info.name) continue;
      raised = absl::StrCat("`", elsewhere.test, "`");
      neighbours = "there";
    }
    absl::StrAppend(&out, "| `", info.name, "` | ", SeverityName(info.severity), " | ", raised,
                    " | ", neighbours, " | ", Cell(beside, 3), " |\n");
  }
  return out;
}

std::string WithTable(std::string page, absl::string_view name, absl::string_view table) {
  const std::string begin = absl::StrCat("<!-- ", name, " -->\n");
  const std::string end = absl::StrCat("<!-- end ", name, " -->");
  const size_t from = page.find(begin);
  const size_t to = page.find(end, from);
  CHECK(from != std::string::npos && to != std::string::npos);
  page.replace(from + begin.size(), to - from - begin.size(), table.data(), table.size());
  return page;
}

}  // namespace tidemark::verifier
