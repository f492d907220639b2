#include "failover/probe/names.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace tidemark::failover::probe {
namespace {

constexpr size_t kLabelBytesMax = 63;
constexpr size_t kNameBytesMax = 253;  // 255 on the wire, without the lengths at both ends

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

}  // namespace

std::string PlainName(absl::string_view name) {
  if (absl::EndsWith(name, ".")) name.remove_suffix(1);
  if (name.size() > kNameBytesMax) return "";
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (!IsLabel(label)) return "";
  }
  return absl::AsciiStrToLower(name);
}

bool IsHostname(absl::string_view name) {
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (absl::StrContains(label, '_') || absl::StartsWith(label, "-") ||
        absl::EndsWith(label, "-")) {
      return false;
    }
  }
  return true;
}

absl::string_view ParentOf(absl::string_view name) {
  const size_t dot = name.find('.');
  return dot == absl::string_view::npos ? absl::string_view() : name.substr(dot + 1);
}

bool IsInside(absl::string_view name, absl::string_view zone) {
  return absl::ConsumeSuffix(&name, zone) && absl::ConsumeSuffix(&name, ".") && !name.empty();
}

std::string PlainAddress(absl::string_view text) {
  const std::string input(text);
  char out[INET6_ADDRSTRLEN] = "";
  in6_addr address;
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, input.c_str(), &address) == 1) {
      return inet_ntop(family, &address, out, sizeof(out));
    }
  }
  return "";
}

std::string AsLines(std::vector<std::string> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return absl::StrJoin(items, "\n");
}

std::vector<std::string> LinesOf(absl::string_view lines) {
  return absl::StrSplit(lines, '\n', absl::SkipEmpty());
}

}  // namespace tidemark::failover::probe
