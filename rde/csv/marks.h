// Where in a text the bytes stand that a reader of rows has to look at: separators, line ends,
// quotes, the first of every run of bytes that may be no text (control characters, and all beyond
// US-ASCII), for which a run begins anew with every step, and loose spaces: those that have any of
// these or another space beside them, so that collapsing white space would change a field.
// Private to rde/csv/.
//
// All others are passed over, 64 at a time where the machine has SSE2 (every x86-64), better AVX2,
// else one by one.
#ifndef TIDEMARK_RDE_CSV_MARKS_H_
#define TIDEMARK_RDE_CSV_MARKS_H_

#include <cstddef>
#include <cstdint>

namespace tidemark::rde::csv {

// Bytes that are looked at in one step, and so many must be readable behind the text.
inline constexpr size_t kMarksStepBytes = 64;
// Written behind the marks, without a meaning.
inline constexpr size_t kMarksSpare = 16;

// Writes the positions of those in `text`, plus `base`, to `marks`, which has room for `size` and
// kMarksSpare. Returns how many there are. A space at the start of `text` is loose; of one at its
// end the byte behind it decides.
size_t FindMarks(const char* text, size_t size, char separator, uint32_t base, uint32_t* marks);
// The same without AVX2, on every machine.
size_t FindMarksNarrow(const char* text, size_t size, char separator, uint32_t base,
                       uint32_t* marks);

// One that is no separator, and no space.
struct Stop {
  uint32_t at;
  uint32_t separators;  // before it
};

// The same without loose spaces and separators, which are only counted: `separators` are those
// before `text`, and become those before its end.
size_t FindStops(const char* text, size_t size, char separator, uint32_t base, uint32_t& separators,
                 Stop* stops);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_MARKS_H_
