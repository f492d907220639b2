#include "verifier/finding.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "verifier/catalogue_rows.h"

namespace tidemark::verifier {

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
    case Severity::kCritical:
      return "CRITICAL";
  }
  return "";
}

const CodeInfo& InfoOf(Code code) {
  for (absl::Span<const CodeInfo> rows :
       {DepositRows(), DomainAndHostRows(), ObjectRows(), TidemarkRows(), SanityRows()}) {
    for (const CodeInfo& row : rows) {
      if (row.code == code) return row;
    }
  }
  base::CheckFailed("a code without a row", __FILE__, __LINE__);
}

std::string LabelOf(const Subject& subject) {
  if (subject.key.empty()) return std::string(subject.kind);
  // What has an id and no name. In place of the id there may be contact data.
  const bool has_id =
      subject.kind == "contact" || subject.kind == "registrar" || subject.kind == "idnTableRef";
  return absl::StrCat(subject.kind, " ",
                      has_id ? Handle(subject.key) : Printable(subject.key, 253));
}

std::string Printable(absl::string_view text, size_t bytes_max) {
  std::string out = absl::CHexEscape(text.substr(0, bytes_max));
  if (text.size() > bytes_max) out += "...";
  return out;
}

std::string Masked(absl::string_view text) {
  if (text.empty()) return "(empty)";
  const bool plain = text[0] > ' ' && text[0] <= '~';
  return absl::StrCat(plain ? text.substr(0, 1) : "?", "*** (", text.size(), " bytes)");
}

std::string Handle(absl::string_view text) {
  constexpr size_t kRoidBytesMax = 89;
  const bool is_handle =
      text.size() <= kRoidBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
      });
  return is_handle ? std::string(text) : Masked(text);
}

}  // namespace tidemark::verifier
