#include "failover/zone/dns_name.h"

#include <arpa/inet.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/limits.h"

namespace tidemark::failover {
namespace {

constexpr size_t kLabelBytesMax = 63;  // RFC 1035 section 2.3.4

}  // namespace

std::optional<std::string> CanonicalName(absl::string_view name) {
  if (absl::EndsWith(name, ".")) name.remove_suffix(1);
  if (name.empty() || name.size() > base::kDomainNameBytesMax) return std::nullopt;
  std::string out;
  out.reserve(name.size());
  size_t label_bytes = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label_bytes == 0) return std::nullopt;
      label_bytes = 0;
    } else if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_') {
      if (++label_bytes > kLabelBytesMax) return std::nullopt;
    } else {
      return std::nullopt;
    }
    out.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  if (label_bytes == 0) return std::nullopt;
  return out;
}

bool IsHostname(absl::string_view name) {
  char before = '.';
  for (const char c : name) {
    if (c == '_' || (c == '-' && before == '.') || (c == '.' && before == '-')) return false;
    before = c;
  }
  return before != '-';
}

bool IsBelow(absl::string_view name, absl::string_view ancestor) {
  return name.size() > ancestor.size() + 1 && absl::EndsWith(name, ancestor) &&
         name[name.size() - ancestor.size() - 1] == '.';
}

absl::string_view ParentOf(absl::string_view name) {
  const size_t dot = name.find('.');
  return dot == absl::string_view::npos ? absl::string_view() : name.substr(dot + 1);
}

std::optional<Address> CanonicalAddress(absl::string_view text) {
  const std::string input(text);
  char buffer[INET6_ADDRSTRLEN];
  in_addr v4;
  if (inet_pton(AF_INET, input.c_str(), &v4) == 1) {
    inet_ntop(AF_INET, &v4, buffer, sizeof(buffer));
    return Address{AddressFamily::kIpv4, buffer};
  }
  in6_addr v6;
  if (inet_pton(AF_INET6, input.c_str(), &v6) == 1) {
    inet_ntop(AF_INET6, &v6, buffer, sizeof(buffer));
    return Address{AddressFamily::kIpv6, buffer};
  }
  return std::nullopt;
}

}  // namespace tidemark::failover
