// Where in a text the bytes stand that a reader of rows has to look at: separators, line ends,
// quotes, and the first of every run of bytes that may be no text (control characters, and all
// beyond US-ASCII), for which a run begins anew with every step. Private to rde/csv/.
//
// All others are passed over, 64 at a time where the machine has SSE2 (every x86-64), else one by
// one.
#ifndef TIDEMARK_RDE_CSV_MARKS_H_
#define TIDEMARK_RDE_CSV_MARKS_H_

#include <cstddef>
#include <cstdint>

namespace tidemark::rde::csv {

// Bytes that are looked at in one step, and so many must be readable behind the text.
inline constexpr size_t kMarksStepBytes = 64;

// Writes the positions of those in `text`, plus `base`, to `marks`, which has room for `size`.
// Returns how many there are. `has_space` becomes true if there may be a space among them.
size_t FindMarks(const char* text, size_t size, char separator, uint32_t base, uint32_t* marks,
                 bool& has_space);

// One that is no separator.
struct Stop {
  uint32_t at;
  uint32_t separators;  // before it
};

// The same without the separators, which are only counted: `separators` are those before `text`,
// and become those before its end.
size_t FindStops(const char* text, size_t size, char separator, uint32_t base, uint32_t& separators,
                 Stop* stops);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_MARKS_H_
