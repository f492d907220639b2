#include "failover/rdap/request.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "failover/lookup/query_name.h"
#include "failover/lookup/text.h"

namespace tidemark::failover::rdap {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// RFC 3986 section 2.1; nothing if a '%' begins no encoding.
std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return out;
}

bool IsHandle(absl::string_view text) {
  return !text.empty() && text.size() <= kHandleBytesMax && IsShowable(text);
}

Request OfName(RequestKind kind, absl::string_view text) {
  std::optional<std::string> name = QueryName(text);
  if (!name.has_value()) return {};
  return {.kind = kind, .object = *std::move(name)};
}

bool IsUnsupported(absl::string_view first) {
  return first == "ip" || first == "autnum" || first == "domains" || first == "nameservers" ||
         first == "entities" || first == "ips" || first == "autnums";
}

}  // namespace

Request ParseRequest(absl::string_view target) {
  if (target.size() > kTargetBytesMax || target.empty() || target[0] != '/') return {};
  const absl::string_view path = target.substr(1, target.find('?') - 1);
  const std::vector<absl::string_view> segments = absl::StrSplit(path, '/');
  if (IsUnsupported(segments[0])) return {.kind = RequestKind::kUnsupported, .object = ""};
  if (segments[0] == "help" && segments.size() == 1) {
    return {.kind = RequestKind::kHelp, .object = ""};
  }
  if (segments.size() != 2) return {};
  std::optional<std::string> object = PercentDecode(segments[1]);
  if (!object.has_value()) return {};
  if (segments[0] == "domain") return OfName(RequestKind::kDomain, *object);
  if (segments[0] == "nameserver") return OfName(RequestKind::kNameserver, *object);
  if (segments[0] == "entity" && IsHandle(*object)) {
    return {.kind = RequestKind::kEntity, .object = *std::move(object)};
  }
  return {};
}

}  // namespace tidemark::failover::rdap
