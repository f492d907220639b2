// How a log file of the database ends: torn by a crash, or damaged.
//
// The library that reads a log (write-ahead log, MANIFEST) takes a record that runs behind the
// file's end, or one of a kind that belongs to a recycled file, for what a crash left, and passes
// over it and everything behind it in silence. One flipped bit makes such a record of one that was
// acknowledged. So the store looks before the library does. What a crash leaves is a beginning of
// what was written, and zeros; in a damaged record the rest is still there, and its checksum fits
// another length than the one it claims.
//
// What no look can tell: a log that was cut, or zeroed from a place on, from one that a crash cut.
// A witness can.
//
// Threads: one. Errors: DATA_LOSS damage, naming file, byte, and what to do; UNAVAILABLE the disk.
// Cost: the file is read once, which the library does again; checksums are computed over the piece
// at which the walk stops and over those that a block ends in with a page of zeros, so over the
// file at most twice. The search for a record behind a damaged one, in one block, is at the very
// worst over half the square of its size, 512 MiB, if somebody chose its bytes for that.
// Threat: every byte may be anything, and much of it is chosen by depositors: docs/threat_model.md.
#ifndef TIDEMARK_VAULT_WAL_LOG_END_H_
#define TIDEMARK_VAULT_WAL_LOG_END_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tidemark::vault {

enum class LogFile { kWriteAhead, kManifest };

struct LogEnd {
  enum class Kind {
    kWhole,
    kTorn,         // the library passes over it, and may
    kTornInZeros,  // a crash's as well, but the library takes it for damage
    kDamaged,
  };
  Kind kind = Kind::kWhole;
  uint64_t at = 0;       // the byte from which on it is so
  std::string why = {};  // it is damage
  uint64_t size = 0;
  // Where a header should be and whole pages of zeros are, with data behind them: pages that a
  // power cut kept from the disk, or that the disk lost. The library goes on behind them.
  std::optional<uint64_t> hole_at = std::nullopt;
};

// UNAVAILABLE if the file cannot be read.
absl::StatusOr<LogEnd> ReadLogEnd(const std::string& path, LogFile file);

// Before the library opens `dir`, which the caller keeps others from: DATA_LOSS if one of its logs
// is damaged at its end. Cuts off a write-ahead log what is kTornInZeros. What may have been lost,
// and need not, goes to the server's log.
absl::Status MakeLogsReady(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_WAL_LOG_END_H_
