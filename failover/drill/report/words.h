// Numbers and text as the page and its pictures show them.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_WORDS_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_WORDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::failover {

// For HTML, in text and in quoted attributes.
std::string Escaped(absl::string_view text);
// 1,234,567
std::string WithCommas(uint64_t n);
// "3.75 s", "12.5 s", "3 min 07 s", "26.5 h".
std::string SecondsText(double seconds);
// "12.3 MB".
std::string MegabytesText(uint64_t bytes);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_WORDS_H_
