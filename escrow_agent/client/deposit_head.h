// What a deposit file says of itself at its head: the identity under which it is sealed.
//
// RFC 8909 puts type, id, prevId and resend on the first element, watermark and menu after it, and
// RFC 9022 section 5.9 the header with the TLD first in contents. Only this much is parsed here.
//
// A file is the deposit's XML, or a tar of the XML and its CSV files. A tar has one file that ends
// in .xml, in whatever folder: which of several would be the deposit is not guessed, neither here
// nor by verifier/input, which refuses such a tar. Of a tar from a stream only the first file is
// seen here, and the verifier judges the rest.
//
// Threads: one at a time. Memory: some MiB, and the list of a tar's files. Threat: the file is the
// depositor's own, but may be anything; what is parsed of it is bounded.
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
  bool is_archive;       // a tar, which has the CSV files too if there are any
  std::string bytes;     // what was read of `file`: everything before its next byte
};

// `path_or_empty` is where the bytes of `file` can be read again, which a tar of which the XML is
// not the first file needs; "" for standard input and pipes. `only_tld` is the TLD to take when the
// head does not get as far as the header; "" for none.
//
// INVALID_ARGUMENT says why this is no deposit that can be filed: also of a tar with several XML
// files or a tar that is cut off (if it is on disk), and of a file in gzip or OpenPGP that it is
// one.
absl::StatusOr<DepositHead> ReadDepositHead(base::ByteSource& file,
                                            const std::string& path_or_empty,
                                            const std::string& only_tld);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_HEAD_H_
