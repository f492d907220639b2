#include "verifier/explain.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "verifier/finding.h"
#include "verifier/findings_page.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kSuggestionsMax = 5;
// What people type is short; the distance below costs the product of both lengths.
constexpr size_t kNameBytesMax = 64;

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

// Words of `wanted` that `name` has, too: people remember "MISSING" and "GLUE", not the order.
size_t WordsShared(absl::string_view wanted, absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '_');
  size_t shared = 0;
  for (const absl::string_view word : absl::StrSplit(wanted, absl::ByAnyChar("_- "))) {
    if (word == "RDE" || word == "TDM" || word.empty()) continue;
    shared += std::find(words.begin(), words.end(), word) != words.end() ? 1 : 0;
  }
  return shared;
}

}  // namespace

std::optional<std::string> ExplainCode(absl::string_view name) {
  const absl::string_view page = FindingsPage();
  const std::string heading = absl::StrCat("\n### ", absl::AsciiStrToUpper(name), "\n");
  const size_t at = page.find(heading);
  if (at == absl::string_view::npos) return std::nullopt;
  const size_t begin = at + 1;
  // Up to the next heading of this level or the one above.
  size_t end = page.size();
  for (const absl::string_view next : {"\n## ", "\n### "}) {
    end = std::min(end, page.find(next, begin));
  }
  std::string paragraph(absl::StripAsciiWhitespace(page.substr(begin, end - begin)));
  return paragraph + "\n";
}

std::vector<std::string> CodesLike(absl::string_view name) {
  const std::string wanted = absl::AsciiStrToUpper(name.substr(0, kNameBytesMax));
  std::vector<std::pair<double, absl::string_view>> ranked;
  for (int i = 0; i < kCodeCount; ++i) {
    const absl::string_view code = InfoOf(static_cast<Code>(i)).name;
    const size_t distance = EditDistance(wanted, code);
    const size_t shared = WordsShared(wanted, code);
    if (shared == 0 && distance > code.size() / 3) continue;
    ranked.emplace_back(static_cast<double>(distance) - 6.0 * static_cast<double>(shared), code);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> names;
  for (const auto& [rank, code] : ranked) {
    if (names.size() == kSuggestionsMax) break;
    names.emplace_back(code);
  }
  return names;
}

std::string CodeList() {
  std::string out;
  for (int i = 0; i < kCodeCount; ++i) {
    const CodeInfo& info = InfoOf(static_cast<Code>(i));
    absl::StrAppendFormat(&out, "%-44s %-8s  %s\n", info.name, SeverityName(info.severity),
                          info.title);
  }
  return out;
}

}  // namespace tidemark::verifier
