#include "failover/drill/tld_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"

namespace tidemark::failover {
namespace {

bool IsLabel(absl::string_view label) {
  const auto is_good = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  };
  return !label.empty() && label[0] != '-' && std::all_of(label.begin(), label.end(), is_good);
}

}  // namespace

absl::Status CheckTldName(absl::string_view tld) {
  const std::vector<absl::string_view> labels = absl::StrSplit(tld, '.');
  if (tld.size() <= base::kDomainNameBytesMax &&
      std::all_of(labels.begin(), labels.end(), IsLabel)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("not the name of a TLD in lower-case A-label form");
}

}  // namespace tidemark::failover
