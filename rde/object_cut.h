// Guesses where an object ends. Private to rde/.
#ifndef TIDEMARK_RDE_OBJECT_CUT_H_
#define TIDEMARK_RDE_OBJECT_CUT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace tidemark::rde {

// The size of the longest beginning of `bytes` that ends with what looks like the end of an object
// of <contents>: the end tag of one of RFC 9022's objects, after the end of a child. 0 if there is
// none in the last kCutSearchBytes. A guess: the bytes may as well stand in a comment.
size_t FindObjectCut(absl::string_view bytes);

inline constexpr size_t kCutSearchBytes = 64 * 1024;

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_OBJECT_CUT_H_
