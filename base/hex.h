// Hexadecimal. Not constant time: for digests, ids and public keys, never for secrets.
// Threads: pure functions.
#ifndef TIDEMARK_BASE_HEX_H_
#define TIDEMARK_BASE_HEX_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {

// Two lower-case digits a byte.
std::string HexEncode(absl::string_view bytes);

// INVALID_ARGUMENT for an odd number of digits and for anything that is not a digit of either
// case; the message never repeats the input.
absl::StatusOr<std::string> HexDecode(absl::string_view digits);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_HEX_H_
