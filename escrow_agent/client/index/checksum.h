// XXH64 with seed 0, as its public specification has it (xxHash, doc/xxhash_spec.md): finds what a
// disk or a torn write does to a block of the index. It is no defence against a person.
// Rejected: zlib's CRC-32, which has half the bits and a third of the speed.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_CHECKSUM_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::escrow_agent {

uint64_t Checksum(absl::string_view data);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_CHECKSUM_H_
