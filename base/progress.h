// A progress bar for long work, for the person at the terminal:
//
//     sealing [========>               ]  37%  10.0 GB of 27.0 GB  212.0 MB/s  ETA 1m22s
//
// It draws on standard error, only if that is a terminal and not in quiet mode, and at most every
// 100 ms: in a pipe, under cron and in CI it is silent, and Update() costs next to nothing. What it
// is not: a log. Nothing reads it back.
//
// Threads: one thread at a time. Errors: none; a bar that cannot be drawn is not drawn.
#ifndef TIDEMARK_BASE_PROGRESS_H_
#define TIDEMARK_BASE_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace tidemark::base {

enum class ProgressUnit { kBytes, kItems };

struct ProgressOptions {
  std::string label = {};
  uint64_t total = 0;  // 0: not known, so no bar, only what is done
  ProgressUnit unit = ProgressUnit::kBytes;
  bool quiet = false;
};

class Progress {
 public:
  explicit Progress(ProgressOptions options);
  ~Progress();  // ends the line that was drawn, so that what follows begins on its own
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So much is done in all.
  void Update(uint64_t done);

  // Draws the last state and ends the line.
  void Finish();

 private:
  using SteadyClock = std::chrono::steady_clock;
  void Draw();

  const ProgressOptions options_;
  const bool is_drawing_;
  const SteadyClock::time_point start_;
  SteadyClock::time_point drawn_;
  uint64_t done_ = 0;
  bool line_open_ = false;
};

// The text of the bar, without a newline, at most `columns` wide.
std::string FormatProgress(const ProgressOptions& options, uint64_t done, absl::Duration elapsed,
                           size_t columns);

// "999 B", "1.5 kB", "27.0 GB": powers of 1000, as disks and networks are sold.
std::string FormatByteCount(double bytes);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_PROGRESS_H_
