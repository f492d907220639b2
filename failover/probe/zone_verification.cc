#include "failover/probe/zone_verification.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/subprocess.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr absl::Duration kVersionTimeout = absl::Seconds(10);
constexpr size_t kOutputBytesMax = 64 << 10;
constexpr size_t kLineBytesMax = 300;
constexpr int kKilled = 128;  // and the signal's number, as a shell has it

struct Tool {
  std::string name;
  std::string version;  // what makes it say its version
  std::vector<std::string> arguments;
};

std::vector<Tool> ToolsFor(const ZoneVerificationOptions& options) {
  return {{"dnssec-verify", "-V", {"-q", "-o", options.tld, options.zone_path}},
          {"ldns-verify-zone", "-v", {"-V", "1", options.zone_path}}};
}

void AppendLines(absl::string_view text, std::vector<std::string>& lines) {
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    if (lines.size() == kVerificationLinesMax) return;
    lines.emplace_back(absl::StripAsciiWhitespace(line.substr(0, kLineBytesMax)));
  }
}

std::string VersionOf(const Tool& tool) {
  const absl::StatusOr<base::RunResult> run =
      base::RunAndCapture({tool.name, tool.version}, kVersionTimeout, kOutputBytesMax);
  if (!run.ok()) return "";
  std::vector<std::string> lines;
  AppendLines(run->out, lines);
  AppendLines(run->err, lines);
  return lines.empty() ? "" : lines[0];
}

// The exit status; nothing: it took too long.
absl::StatusOr<std::optional<int>> Wait(const ZoneVerificationOptions& options,
                                        base::Subprocess& process) {
  const absl::Time deadline = absl::Now() + options.timeout;
  while (true) {
    const absl::StatusOr<int> ended = process.Wait(kPoll);
    if (ended.ok()) return *ended;
    if (!absl::IsDeadlineExceeded(ended.status())) return ended.status();
    if (options.should_stop && options.should_stop()) return absl::CancelledError("told to stop");
    if (absl::Now() > deadline) return std::nullopt;
  }
}

absl::StatusOr<ZoneVerification> Run(const ZoneVerificationOptions& options, const Tool& tool) {
  base::SubprocessOptions process_options;
  process_options.argv = tool.arguments;
  process_options.argv.insert(process_options.argv.begin(), tool.name);
  process_options.work_dir = "/";
  process_options.out = base::ProcessOutput::Capture(kOutputBytesMax);
  process_options.err = process_options.out;
  const absl::Time begin = absl::Now();
  ASSIGN_OR_RETURN(const std::unique_ptr<base::Subprocess> process,
                   base::Subprocess::Start(process_options));
  ZoneVerification result;
  result.tool = tool.name;
  result.version = VersionOf(tool);
  ASSIGN_OR_RETURN(const std::optional<int> status, Wait(options, *process));
  result.seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  AppendLines(process->err(), result.lines);
  AppendLines(process->out(), result.lines);
  if (!status.has_value()) {
    result.why_not =
        absl::StrCat(tool.name, " did not end within ", absl::FormatDuration(options.timeout));
  } else if (*status >= kKilled) {
    result.why_not = absl::StrCat(tool.name, " was killed by signal ", *status - kKilled);
  } else {
    result.valid = *status == 0;
  }
  return result;
}

}  // namespace

absl::StatusOr<ZoneVerification> VerifyZone(const ZoneVerificationOptions& options) {
  for (const Tool& tool : ToolsFor(options)) {
    absl::StatusOr<ZoneVerification> result = Run(options, tool);
    if (!absl::IsNotFound(result.status())) return result;
  }
  ZoneVerification none;
  none.why_not = "neither dnssec-verify nor ldns-verify-zone is installed";
  return none;
}

}  // namespace tidemark::failover
