#include "base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval(100);
constexpr size_t kBarColumns = 24;
constexpr size_t kColumnsDefault = 80;

void WriteToTerminal(absl::string_view text) {
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

size_t TerminalColumns() {
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kColumnsDefault;
  return size.ws_col;
}

std::string FormatAmount(double amount, ProgressUnit unit) {
  return unit == ProgressUnit::kBytes ? FormatByteCount(amount) : absl::StrFormat("%.0f", amount);
}

std::string Bar(double fraction) {
  const size_t filled = static_cast<size_t>(fraction * kBarColumns);
  std::string bar(filled, '=');
  if (filled < kBarColumns) bar.push_back('>');
  bar.resize(kBarColumns, ' ');
  return bar;
}

}  // namespace

std::string FormatByteCount(double bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  // What would round to 1000.0 is shown in the next unit.
  while (bytes >= (unit == 0 ? 999.5 : 999.95) && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  return absl::StrFormat("%.*f %s", unit == 0 ? 0 : 1, bytes, kUnits[unit]);
}

std::string FormatProgress(const ProgressOptions& options, uint64_t done, absl::Duration elapsed,
                           size_t columns) {
  // The label may be a file name that somebody else chose.
  std::string text = absl::StrCat(absl::CHexEscape(options.label), " ");
  const double seconds = absl::ToDoubleSeconds(elapsed);
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  if (options.total > 0) {
    const double fraction =
        std::min(1.0, static_cast<double>(done) / static_cast<double>(options.total));
    absl::StrAppendFormat(&text, "[%s] %3d%%  %s of ", Bar(fraction),
                          static_cast<int>(fraction * 100),
                          FormatAmount(static_cast<double>(done), options.unit));
    absl::StrAppend(&text, FormatAmount(static_cast<double>(options.total), options.unit));
  } else {
    absl::StrAppend(&text, FormatAmount(static_cast<double>(done), options.unit));
  }
  absl::StrAppend(&text, "  ", FormatAmount(rate, options.unit), "/s");
  if (options.total > done && rate > 0) {
    const double rest = static_cast<double>(options.total - done) / rate;
    absl::StrAppend(&text, "  ETA ",
                    absl::FormatDuration(absl::Ceil(absl::Seconds(rest), absl::Seconds(1))));
  } else if (done > 0) {
    absl::StrAppend(&text, "  in ",
                    absl::FormatDuration(absl::Floor(elapsed, absl::Milliseconds(100))));
  }
  if (text.size() > columns) text.resize(columns);
  return text;
}

Progress::Progress(ProgressOptions options)
    : options_(std::move(options)),
      is_drawing_(!options_.quiet && ::isatty(STDERR_FILENO) == 1),
      start_(SteadyClock::now()),
      drawn_(start_) {}

Progress::~Progress() {
  if (line_open_) WriteToTerminal("\n");
}

void Progress::Update(uint64_t done) {
  done_ = done;
  if (!is_drawing_) return;
  const SteadyClock::time_point now = SteadyClock::now();
  if (now - drawn_ < kRedrawInterval) return;
  drawn_ = now;
  Draw();
}

void Progress::Finish() {
  if (!is_drawing_) return;
  Draw();
  WriteToTerminal("\n");
  line_open_ = false;
}

void Progress::Draw() {
  const absl::Duration elapsed = absl::FromChrono(SteadyClock::now() - start_);
  // One column stays free: some terminals wrap when the last one is written.
  const std::string text = FormatProgress(options_, done_, elapsed, TerminalColumns() - 1);
  WriteToTerminal(absl::StrCat("\r", text, "\x1b[K"));
  line_open_ = true;
}

}  // namespace tidemark::base
