// Text of a deposit before it becomes somebody's syntax. Pure functions.
#ifndef TIDEMARK_FAILOVER_LOOKUP_TEXT_H_
#define TIDEMARK_FAILOVER_LOOKUP_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::failover {

inline constexpr char32_t kReplacementCharacter = 0xfffd;

// The first character of `text`, which is taken off it and is not empty. What is no UTF-8 (RFC 3629
// section 4: also overlong forms, surrogates and what lies beyond U+10FFFF) gives
// kReplacementCharacter for one byte.
char32_t TakeCharacter(absl::string_view& text);

// True for characters that a terminal or a browser obeys instead of showing: controls of C0 and C1,
// DEL, line and paragraph separators, and those that change the direction of writing.
bool IsControl(char32_t character);

// True for well-formed UTF-8 without controls and without U+FFFD; also for no text.
bool IsShowable(absl::string_view text);

// True for ASCII digits and nothing else; also for no text.
bool IsDigits(absl::string_view text);

// An id of IANA's list of registrars: one to ten digits.
bool IsIanaId(absl::string_view text);

// An object's ROID as RFC 5730 section 2.8 has it (roidType): 1 to 80 word characters, a hyphen, 1
// to 8 of them. Here in ASCII.
bool IsRoid(absl::string_view text);

// `text`, or what of it fits into `bytes_max` bytes without cutting a character.
absl::string_view CutAt(absl::string_view text, size_t bytes_max);

// A time as RFC 3339 has it, in UTC and to the second; "" if its year has not four digits, which
// XML Schema allows and no reader of answers takes.
std::string DateText(absl::Time time);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_TEXT_H_
