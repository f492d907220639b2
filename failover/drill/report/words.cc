#include "failover/drill/report/words.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace tidemark::failover {

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string WithCommas(uint64_t n) {
  const std::string digits = absl::StrCat(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string SecondsText(double seconds) {
  if (seconds >= 2 * 3600) return absl::StrFormat("%.1f h", seconds / 3600);
  if (seconds >= 120)
    return absl::StrFormat("%.0f min %02.0f s", std::floor(seconds / 60), std::fmod(seconds, 60));
  if (seconds >= 10) return absl::StrFormat("%.1f s", seconds);
  return absl::StrFormat("%.2f s", seconds);
}

std::string MegabytesText(uint64_t bytes) {
  return absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace tidemark::failover
