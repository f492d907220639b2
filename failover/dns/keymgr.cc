#include "failover/dns/keymgr.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "failover/dns/child_server.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr size_t kOutputBytesMax = 64 * 1024;
constexpr size_t kReasonBytesMax = 200;

// "ID TAG KSK|ZSK|CSK ALGORITHM NAME=SECONDS...", a time that is not set being absent.
absl::StatusOr<StoredKey> ParseListed(absl::string_view line) {
  const absl::Status unknown = absl::UnavailableError("keymgr list: not a line that we know");
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.size() < 4) return unknown;
  StoredKey key{.id = std::string(words[0])};
  key.is_ksk = words[2] == "KSK" || words[2] == "CSK";
  key.is_zsk = words[2] == "ZSK" || words[2] == "CSK";
  if (!key.is_ksk && !key.is_zsk) return unknown;
  for (size_t i = 4; i < words.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> time =
        absl::StrSplit(words[i], absl::MaxSplits('=', 1));
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(time.second, &seconds)) return unknown;
    const absl::Time at = absl::FromUnixSeconds(seconds);
    if (time.first == "publish") key.publish = at;
    if (time.first == "ready") key.ready = at;
    if (time.first == "active") key.active = at;
    if (time.first == "remove") key.remove = at;
  }
  return key;
}

bool IsPast(const std::optional<absl::Time>& time, absl::Time now) {
  return time.has_value() && *time <= now;
}

// OK if one of `keys` is used at `now`, or none of them waits for a later time.
absl::Status CheckOneInUse(const std::vector<StoredKey>& keys, absl::Time now) {
  absl::Time first = absl::InfiniteFuture();
  for (const StoredKey& key : keys) {
    if (key.IsUsed(now)) return absl::OkStatus();
    for (const auto& time : {key.publish, key.ready, key.active}) {
      if (time.has_value() && *time > now) first = std::min(first, *time);
    }
  }
  if (first == absl::InfiniteFuture()) return absl::OkStatus();
  const auto text = [](absl::Time time) {
    return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
  };
  return absl::FailedPreconditionError(absl::StrCat(
      "its keys are used from ", text(first), " on, and the clock says ", text(now),
      ": it was ahead when they were made, or is behind now; set it right, or start again then"));
}

}  // namespace

bool StoredKey::IsPublished(absl::Time now) const {
  return IsPast(publish, now) && !IsPast(remove, now);
}

bool StoredKey::IsUsed(absl::Time now) const {
  return IsPublished(now) && (IsPast(active, now) || (is_ksk && IsPast(ready, now)));
}

absl::StatusOr<std::vector<std::string>> Keymgr::Run(
    const std::vector<std::string>& command) const {
  std::vector<std::string> argv = {FindProgram("keymgr"), "-x", "-D", key_dir, tld + "."};
  argv.insert(argv.end(), command.begin(), command.end());
  ASSIGN_OR_RETURN(const base::RunResult result,
                   base::RunAndCapture(argv, kTimeout, kOutputBytesMax));
  if (result.exit_status != 0) {
    return absl::UnavailableError(absl::StrCat(
        "keymgr ", command[0], " ended with status ", result.exit_status, ": ",
        std::string(absl::StripAsciiWhitespace(result.err)).substr(0, kReasonBytesMax)));
  }
  return absl::StrSplit(result.out, '\n', absl::SkipEmpty());
}

bool Keymgr::HasStore() const { return access((key_dir + "/data.mdb").c_str(), F_OK) == 0; }

absl::StatusOr<std::vector<std::string>> Keymgr::Ids() const {
  std::vector<std::string> ids;
  ASSIGN_OR_RETURN(std::vector<StoredKey> keys, List());
  for (StoredKey& key : keys) ids.push_back(std::move(key.id));
  return ids;
}

absl::StatusOr<std::vector<StoredKey>> Keymgr::List() const {
  std::vector<StoredKey> keys;
  if (!HasStore()) return keys;
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Run({"list"}));
  for (const std::string& line : lines) {
    ASSIGN_OR_RETURN(StoredKey key, ParseListed(line));
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::StatusOr<Dnskey> Keymgr::Find(const std::string& id) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Run({"dnskey", id}));
  if (lines.size() != 1) return absl::UnavailableError("keymgr dnskey: not one key");
  return ParseDnskey(lines[0]);
}

absl::StatusOr<std::map<std::string, Dnskey>> Keymgr::Ksks(absl::Time now) const {
  std::map<std::string, Dnskey> ksks;
  ASSIGN_OR_RETURN(const std::vector<StoredKey> keys, List());
  for (const StoredKey& key : keys) {
    if (!key.is_ksk || !key.IsPublished(now)) continue;
    ASSIGN_OR_RETURN(ksks[key.id], Find(key.id));
  }
  return ksks;
}

absl::Status Keymgr::CheckInUse(absl::Time now) const {
  ASSIGN_OR_RETURN(const std::vector<StoredKey> keys, List());
  std::vector<StoredKey> ksks, zsks;
  for (const StoredKey& key : keys) {
    if (key.is_ksk) ksks.push_back(key);
    if (key.is_zsk) zsks.push_back(key);
  }
  absl::Status status = CheckOneInUse(ksks, now);
  status.Update(CheckOneInUse(zsks, now));
  return status.ok() ? status : base::Annotate(status, key_dir);
}

}  // namespace tidemark::failover
