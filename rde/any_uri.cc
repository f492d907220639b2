// xs:anyURI: RFC 2396 as RFC 2732 amends it, after the escaping that XML Schema allows for.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "rde/lexical.h"

namespace tidemark::rde {
namespace {

constexpr auto npos = absl::string_view::npos;

bool IsAlpha(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsHexDigit(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

bool All(absl::string_view text, bool (*is)(char)) {
  return std::all_of(text.begin(), text.end(), is);
}

bool IsScheme(absl::string_view text) {
  return !text.empty() && IsAlpha(text[0]) && All(text, [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
}

// Every '%' before two hex digits, and at most one '#'.
bool IsEscaped(absl::string_view text) {
  for (size_t at = text.find('%'); at != npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !IsHexDigit(text[at + 1]) || !IsHexDigit(text[at + 2])) {
      return false;
    }
  }
  return text.find('#') == text.rfind('#');
}

// d.d.d.d, each at most 255.
bool IsIpv4(absl::string_view text) {
  int parts = 0;
  for (const absl::string_view part : absl::StrSplit(text, '.')) {
    if (++parts > 4 || part.empty() || part.size() > 3 || !All(part, IsDigit)) return false;
    if (part.size() == 3 && part > "255") return false;
  }
  return parts == 4;
}

// Groups of a half of an IPv6 address: 1 to 4 hex digits each, the last of all perhaps IPv4, which
// counts as two. -1 if it is none.
int CountGroups(absl::string_view text, bool last) {
  if (text.empty()) return 0;
  int groups = 0;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (last && i + 1 == parts.size() && IsIpv4(parts[i])) return groups + 2;
    if (parts[i].empty() || parts[i].size() > 4 || !All(parts[i], IsHexDigit)) return -1;
    ++groups;
  }
  return groups;
}

bool IsIpv6(absl::string_view text) {
  const size_t gap = text.find("::");
  if (gap == npos) return CountGroups(text, true) == 8;
  const int before = CountGroups(text.substr(0, gap), false);
  const int after = CountGroups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after <= 7;
}

// What stands between "//" and the path. Without brackets nearly everything is a name that some
// registry may know; brackets are for an IPv6 address.
bool IsAuthority(absl::string_view text) {
  if (text.find_first_of("[]") == npos) return true;
  const size_t at = text.find('@');
  const absl::string_view user = at == npos ? absl::string_view() : text.substr(0, at);
  if (at != npos) text.remove_prefix(at + 1);
  const size_t end = text.find(']');
  if (user.find_first_of("[]") != npos || end == npos || text[0] != '[') return false;
  const absl::string_view port = text.substr(end + 1);
  return IsIpv6(text.substr(1, end - 1)) &&
         (port.empty() || (port[0] == ':' && All(port.substr(1), IsDigit)));
}

}  // namespace

bool IsAnyUri(absl::string_view text) {
  if (!IsEscaped(text)) return false;
  bool opaque = false;
  const size_t delimiter = text.find_first_of(":/?#");
  if (delimiter != npos && text[delimiter] == ':') {
    if (!IsScheme(text.substr(0, delimiter))) return false;
    text.remove_prefix(delimiter + 1);
    if (text.empty() || text[0] == '#') return false;
    opaque = text[0] != '/';
  }
  if (absl::StartsWith(text, "//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find_first_of("/?#"), text.size());
    if (!IsAuthority(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
  // Brackets are reserved for addresses, and free in an opaque part, a query and a fragment.
  return opaque || text.substr(0, text.find_first_of("?#")).find_first_of("[]") == npos;
}

}  // namespace tidemark::rde
