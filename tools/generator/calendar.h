// Seconds since 1970 and the dates of a deposit, without a time zone library: the generator
// formats tens of millions of them.
#ifndef TIDEMARK_TOOLS_GENERATOR_CALENDAR_H_
#define TIDEMARK_TOOLS_GENERATOR_CALENDAR_H_

#include <cstdint>
#include <string>

namespace tidemark::generator {

using UnixSeconds = int64_t;
inline constexpr UnixSeconds kDay = 86400;

// Replaces `out` by e.g. 2026-11-22T00:00:00Z.
void FormatDateTime(UnixSeconds time, std::string& out);
// 2026-11-22
std::string FormatDate(UnixSeconds time);
// 20261122
std::string FormatCompactDate(UnixSeconds time);

// The same date and time of day `years` later (earlier if negative); 29 February becomes the 28th.
UnixSeconds AddYears(UnixSeconds time, int years);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_CALENDAR_H_
