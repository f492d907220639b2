// Headers of a tar (ustar, pax, GNU), as far as one has to know them to find the members' bytes.
// Private to rde/split/. Threat: the file is hostile; what is not exactly as it should be is no
// header.
//
// What it is not: base/tar.h, which reads archives and must see the whole file for it.
#ifndef TIDEMARK_RDE_SPLIT_TAR_HEADER_H_
#define TIDEMARK_RDE_SPLIT_TAR_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::rde {

inline constexpr size_t kTarBlockBytes = 512;

struct TarHeader {
  char type;
  uint64_t size_bytes;  // octal or base-256, at most kTarMemberBytesMax
  std::string name;     // the last component of the path at least
};

// More is no size that a member of ours can have, and sums of it fit easily.
inline constexpr uint64_t kTarMemberBytesMax = uint64_t{1} << 48;

// nullopt unless `block` is kTarBlockBytes long and a header with "ustar" and the right checksum.
std::optional<TarHeader> ParseTarHeader(absl::string_view block);

// What a pax extended header says of the member behind it, in place of that one's own header.
struct PaxRecords {
  std::optional<uint64_t> size_bytes;
  std::optional<std::string> path;
};
// nullopt if it is malformed.
std::optional<PaxRecords> ParsePaxRecords(absl::string_view bytes);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_TAR_HEADER_H_
