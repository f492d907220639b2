#include "base/log.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/time/clock.h"

namespace tidemark::base {
namespace {

constexpr absl::string_view kCut = " cut=true\n";

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "UNKNOWN";
}

bool IsPlain(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("-_.:/@+,%*[]").find(c) != absl::string_view::npos;
}

void AppendWord(absl::string_view word, std::string& line) {
  word = word.substr(0, kLogLineBytesMax);
  if (!word.empty() && std::all_of(word.begin(), word.end(), IsPlain)) {
    absl::StrAppend(&line, word);
  } else {
    absl::StrAppend(&line, "\"", absl::CHexEscape(word), "\"");
  }
}

}  // namespace

std::string FormatLogLine(absl::Time time, LogLevel level, absl::string_view event,
                          std::initializer_list<LogField> fields) {
  std::string line = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
  absl::StrAppend(&line, " ", LevelName(level), " ");
  AppendWord(event, line);
  for (const LogField& field : fields) {
    line.push_back(' ');
    AppendWord(field.key, line);
    line.push_back('=');
    AppendWord(field.value, line);
  }
  if (line.size() >= kLogLineBytesMax) {
    line.resize(kLogLineBytesMax - kCut.size());
    absl::StrAppend(&line, kCut);
  } else {
    line.push_back('\n');
  }
  return line;
}

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  const std::string line = FormatLogLine(absl::Now(), level, event, fields);
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace tidemark::base
