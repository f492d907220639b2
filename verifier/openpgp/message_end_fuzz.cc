// Whatever the bytes, in whatever pieces: what MessageEnd says of them is what a reader of the
// whole file says, written after RFC 4880 sections 4.2 and 6.2 a second time.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/openpgp/message_end.h"

namespace tidemark::verifier {
namespace {

uint8_t TakeByte(absl::string_view& bytes) {
  const auto byte = static_cast<uint8_t>(bytes[0]);
  bytes.remove_prefix(1);
  return byte;
}

// A number in `octets` bytes; the rest is gone where there are fewer.
uint64_t TakeNumber(absl::string_view& bytes, size_t octets) {
  if (bytes.size() < octets) {
    bytes = {};
    return 0;
  }
  uint64_t number = 0;
  for (size_t i = 0; i < octets; ++i) number = number << 8 | TakeByte(bytes);
  return number;
}

void Drop(absl::string_view& bytes, uint64_t length) {
  bytes.remove_prefix(std::min<uint64_t>(length, bytes.size()));
}

// A body of the new format: pieces whose lengths are powers of two, and a last one of any length.
void DropBody(absl::string_view& bytes) {
  while (!bytes.empty()) {
    const uint8_t first = TakeByte(bytes);
    if (first >= 224 && first < 255) {
      Drop(bytes, uint64_t{1} << (first - 224));
      continue;
    }
    uint64_t length = first;
    if (first == 255) {
      length = TakeNumber(bytes, 4);
    } else if (first >= 192) {
      length = (first - 192u) * 256 + TakeNumber(bytes, 1) + 192;
    }
    return Drop(bytes, length);
  }
}

bool PacketsGoOn(absl::string_view bytes) {
  while (!bytes.empty()) {
    const uint8_t head = TakeByte(bytes);
    uint8_t tag = head & 0x3f;
    if ((head & 0x40) != 0) {
      DropBody(bytes);
    } else {
      tag = (head & 0x3c) >> 2;
      const int kind = head & 3;
      if (kind == 3) return false;
      Drop(bytes, TakeNumber(bytes, size_t{1} << kind));
    }
    if (tag == 9 || tag == 18 || tag == 20) return !bytes.empty();
  }
  return false;
}

bool ArmourGoesOn(absl::string_view text) {
  constexpr absl::string_view kEnd = "-----END PGP MESSAGE-----";
  const size_t at = text.find(kEnd);
  return at != absl::string_view::npos &&
         text.substr(at + kEnd.size()).find_first_not_of(" \t\r\n") != absl::string_view::npos;
}

bool GoesOn(absl::string_view bytes) {
  if (bytes.empty()) return false;
  return (bytes[0] & 0x80) != 0 ? PacketsGoOn(bytes) : ArmourGoesOn(bytes);
}

bool Exceeded(absl::string_view bytes, size_t piece) {
  MessageEnd end;
  for (size_t at = 0; at < bytes.size(); at += piece) end.Write(bytes.substr(at, piece));
  return end.exceeded();
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool goes_on = GoesOn(bytes);
  for (const size_t piece : {size + 1, size_t{1}, 2 + size % 29}) {
    CHECK(Exceeded(bytes, piece) == goes_on);
  }
  return 0;
}
