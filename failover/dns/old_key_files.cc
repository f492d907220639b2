#include "failover/dns/old_key_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// YYYYMMDDHHMMSS. ParseTime's %Y would take all of the digits for the year.
bool ParseBindTime(absl::string_view text, absl::Time* time) {
  if (text.size() != 14) return false;
  const std::string apart = absl::StrCat(text.substr(0, 4), "-", text.substr(4, 4), text.substr(8));
  return absl::ParseTime("%Y-%m%d%H%M%S", apart, absl::UTCTimeZone(), time, nullptr);
}

}  // namespace

absl::Status CheckSecretFile(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return base::ErrnoStatus(errno, path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a regular file"));
  }
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, " can be read by others; it is a private key: chmod 600 it"));
}

absl::Status CheckKeyTimes(absl::string_view text, absl::Time now) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::ConsumePrefix(&line, "; ");
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.size() < 2) continue;
    const bool begins = words[0] == "Activate:";
    if (!begins && words[0] != "Inactive:" && words[0] != "Delete:" && words[0] != "Revoke:") {
      continue;
    }
    absl::Time time;
    if (!ParseBindTime(words[1], &time)) {
      return absl::InvalidArgumentError(absl::StrCat(words[0], " is no time"));
    }
    if (begins ? time > now : time <= now) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the old registry had the key ", begins ? "not in use yet" : "taken out of use", " (",
          words[0], " ", words[1], "); leave it out, or set its times with dnssec-settime"));
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
