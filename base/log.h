// Log lines of the long-running processes, on standard error:
//
//     2026-11-22T02:00:00Z INFO commit tld=example id=20261122-full-0 frames=812
//
// What it is not: an audit trail (that is the vault's Merkle log), a place for verdicts, or a
// debugger's trace. A field never holds content of a deposit, of a key or of a credential: places,
// numbers, names of TLDs and status messages only.
//
// Values that are not plain words are quoted, and control characters and bytes outside ASCII are
// escaped, so that what a peer chose can neither forge a line nor speak to a terminal.
// Threads: safe for concurrent use; a line is one write(2) and is cut at `kLogLineBytesMax`.
#ifndef TIDEMARK_BASE_LOG_H_
#define TIDEMARK_BASE_LOG_H_

#include <cstddef>
#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::base {

enum class LogLevel { kInfo, kWarning, kError };

// At most PIPE_BUF, so that lines of several processes in one pipe do not mix.
inline constexpr size_t kLogLineBytesMax = 4096;

struct LogField {
  LogField(absl::string_view key, const absl::AlphaNum& value) : key(key), value(value.Piece()) {}

  std::string key;
  std::string value;
};

// Writes one line with the time of now. A failure to write is ignored: there is nobody to tell.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// The line that Log() writes, with its newline.
std::string FormatLogLine(absl::Time time, LogLevel level, absl::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_LOG_H_
