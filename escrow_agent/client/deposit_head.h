// What a deposit file says of itself at its head: the identity under which it is sealed.
//
// RFC 8909 puts type, id, prevId and resend on the first element, watermark and menu after it, and
// RFC 9022 section 5.9 the header with the TLD first in contents. Only this much is parsed here.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_HEAD_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"

namespace tidemark::escrow_agent {

// How far into a file the header is looked for: a menu is a few KiB. In a DIFF <deletes> comes
// before it and may be longer; then the configuration's one TLD is taken, and the verifier
// compares.
inline constexpr size_t kHeadBytesMax = 1 << 20;

struct DepositHead {
  vault::DepositId id;
  tidemark::v1::DepositKind kind;
  int64_t watermark_unix_seconds;
  std::string prev_id;
  bool names_csv_files;  // by menu or header: objects of it are in the CSV model
  std::string bytes;     // what was read of the file: everything before the source's next byte
};

// INVALID_ARGUMENT says why this is no deposit that can be filed, and of a tar, gzip or OpenPGP
// message that it is one. `only_tld` is the TLD to take
// when the head does not get as far as the header; "" for none.
absl::StatusOr<DepositHead> ReadDepositHead(base::ByteSource& file, const std::string& only_tld);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_HEAD_H_
