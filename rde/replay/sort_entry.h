// Plain structures as sort values, and numbers as sort keys. Read by the process that wrote them.
#ifndef TIDEMARK_RDE_REPLAY_SORT_ENTRY_H_
#define TIDEMARK_RDE_REPLAY_SORT_ENTRY_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/records.h"

namespace tidemark::rde {

// Big-endian, so that bytes sort as numbers.
template <typename Number>
void AppendNumber(Number number, std::string& out) {
  static_assert(std::is_unsigned_v<Number>);
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(number) >> shift & 0xff));
  }
}

template <typename Number>
Number TakeNumber(absl::string_view& bytes) {
  CHECK(bytes.size() >= sizeof(Number));
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number = number << 8 | static_cast<uint8_t>(bytes[i]);
  }
  bytes.remove_prefix(sizeof(Number));
  return static_cast<Number>(number);
}

template <typename Plain>
void AppendPlain(const Plain& plain, std::string& out) {
  static_assert(std::is_trivially_copyable_v<Plain>);
  out.append(reinterpret_cast<const char*>(&plain), sizeof(plain));
}

template <typename Plain>
Plain TakePlain(absl::string_view& bytes) {
  CHECK(bytes.size() >= sizeof(Plain));
  Plain plain;
  std::memcpy(&plain, bytes.data(), sizeof(plain));
  bytes.remove_prefix(sizeof(plain));
  return plain;
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_SORT_ENTRY_H_
