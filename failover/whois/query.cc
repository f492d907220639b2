#include "failover/whois/query.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "failover/lookup/query_name.h"
#include "failover/lookup/text.h"
#include "failover/whois/responder.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover::whois {
namespace {

// Takes a keyword and the space behind it off the line.
bool TakeKeyword(absl::string_view keyword, absl::string_view& line) {
  if (!absl::StartsWithIgnoreCase(line, keyword)) return false;
  const absl::string_view rest = line.substr(keyword.size());
  if (rest.empty() || !absl::ascii_isspace(static_cast<unsigned char>(rest[0]))) return false;
  line = absl::StripLeadingAsciiWhitespace(rest);
  return true;
}

}  // namespace

Query ParseQuery(absl::string_view line) {
  if (line.size() > kQueryBytesMax) return {};
  line = absl::StripAsciiWhitespace(line);
  if (TakeKeyword("registrar", line)) {
    if (!IsShowable(line)) return {};
    return {.kind = QueryKind::kRegistrar, .object = std::string(line)};
  }
  const bool is_nameserver = TakeKeyword("nameserver", line);
  if (!is_nameserver) TakeKeyword("domain", line);
  if (is_nameserver && CanonicalAddress(line).has_value()) {
    return {.kind = QueryKind::kNameserverByAddress, .object = ""};
  }
  std::optional<std::string> name = QueryName(line);
  if (!name.has_value()) return {};
  return {.kind = is_nameserver ? QueryKind::kNameserver : QueryKind::kDomain,
          .object = *std::move(name)};
}

}  // namespace tidemark::failover::whois
