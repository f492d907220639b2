#include "failover/dns/served_zone.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "crypto/digest.h"
#include "failover/dns/child_server.h"

namespace tidemark::failover {
namespace {

constexpr size_t kReadBytes = 1 << 20;
// A journal of a big zone is read whole, to count.
constexpr absl::Duration kJournalTimeout = absl::Minutes(10);
constexpr size_t kJournalBytesMax = 1 << 20;

struct Soa {
  uint32_t serial = 0;
  uint32_t refresh = 0;
};

// "TLD. TTL IN SOA MNAME RNAME SERIAL REFRESH ..."
std::optional<Soa> SoaOf(absl::string_view line, const std::string& tld) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  Soa soa;
  if (words.size() < 8 || words[0] != tld + "." || words[3] != "SOA" ||
      !absl::SimpleAtoi(words[6], &soa.serial) || !absl::SimpleAtoi(words[7], &soa.refresh)) {
    return std::nullopt;
  }
  return soa;
}

// The last that knotd gave, of what kjournalprint says in short: "Zone-in-journal 7 ..." and then
// a line "7 -> 8 ..." for every change. Nothing: nothing was served yet.
absl::StatusOr<std::optional<uint32_t>> LastSerial(const std::string& dir, const std::string& tld) {
  const std::string journal = dir + "/journal";
  if (access(journal.c_str(), F_OK) != 0) return std::nullopt;
  ASSIGN_OR_RETURN(
      const base::RunResult run,
      base::RunAndCapture({FindProgram("kjournalprint"), "-D", journal, "-l", "1", "-d", "-x", tld},
                          kJournalTimeout, kJournalBytesMax));
  std::optional<uint32_t> last;
  for (absl::string_view line : absl::StrSplit(run.out, '\n')) {
    const bool is_zone = absl::ConsumePrefix(&line, "Zone-in-journal ");
    const size_t arrow = line.find(" -> ");
    if (!is_zone && arrow == absl::string_view::npos) continue;
    if (!is_zone) line.remove_prefix(arrow + 4);
    uint32_t serial = 0;
    if (absl::SimpleAtoi(line.substr(0, line.find(' ')), &serial)) last = serial;
  }
  // A journal of no zone: knotd ended before it had one.
  if (!last.has_value() && run.exit_status != 0 && !absl::StrContains(run.err, "not exist")) {
    return absl::UnavailableError(absl::StrCat("kjournalprint: ", run.err));
  }
  return last;
}

}  // namespace

bool IsNewerSerial(uint32_t serial, uint32_t than) {
  const uint32_t distance = serial - than;
  return distance != 0 && distance < (uint32_t{1} << 31);
}

absl::StatusOr<ZoneFile> ZoneFile::Open(const std::string& path, const std::string& tld) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> file, base::FileSource::Open(path));
  crypto::Sha256Stream digest;
  std::string buffer(kReadBytes, '\0');
  std::optional<Soa> soa;
  for (bool first = true;; first = false) {
    ASSIGN_OR_RETURN(const size_t size, file->Read(absl::MakeSpan(buffer)));
    if (size == 0) break;
    const absl::string_view read(buffer.data(), size);
    if (first) soa = SoaOf(read.substr(0, read.find('\n')), tld);
    digest.Update(read);
  }
  if (!soa.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " does not begin with the SOA of ", tld));
  }
  return ZoneFile{soa->serial, soa->refresh, digest.Finish().ToHex()};
}

absl::Status CheckFollowsServed(const std::string& dir, const std::string& tld,
                                const ZoneFile& zone) {
  const std::string path = dir + "/served-zone.txt";
  const std::string now = absl::StrCat(zone.serial, " ", zone.sha256_hex, "\n");
  const absl::StatusOr<std::string> before = base::ReadSmallFile(path);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  if (before.ok() && *before == now) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<uint32_t> last, LastSerial(dir, tld));
  if (last.has_value() && !IsNewerSerial(zone.serial, *last)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the zone's serial is ", zone.serial, ", but ", *last, " was served from ",
                     dir, ": secondaries would keep the old zone; set zone.serial above ", *last,
                     " and rebuild (RFC 1982)"));
  }
  // Before knotd has it: if it is killed right after, the same file is still the same.
  return base::WriteFile(path, now, base::FileMode::kPrivate);
}

}  // namespace tidemark::failover
