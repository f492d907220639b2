// Parsing a message of which there is one form only: what is signed, named by its digest, or kept
// as proof. Protobuf alone would skip what is appended or unknown, and take what stands there
// twice.
// Threads: pure functions. Bounds on the bytes are the caller's.
#ifndef TIDEMARK_BASE_PARSE_EXACTLY_H_
#define TIDEMARK_BASE_PARSE_EXACTLY_H_

#include "absl/strings/string_view.h"

namespace tidemark::base {

// True: `bytes` are what `message` then serialises to, and nothing else.
template <typename Message>
bool ParseExactly(absl::string_view bytes, Message& message) {
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  message.DiscardUnknownFields();
  return message.SerializeAsString() == bytes;
}

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_PARSE_EXACTLY_H_
