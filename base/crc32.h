// CRC-32/ISO-HDLC, which gzip and RFC 9022 use. Any thread.
#ifndef TIDEMARK_BASE_CRC32_H_
#define TIDEMARK_BASE_CRC32_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::base {

// Of what was hashed with `crc` (0 at the start) and then `data`. Sixteen bytes at a time where the
// machine multiplies polynomials; zlib's tables do a sixth of that.
uint32_t Crc32(uint32_t crc, absl::string_view data);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_CRC32_H_
