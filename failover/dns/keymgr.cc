#include "failover/dns/keymgr.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
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

}  // namespace

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
  if (!HasStore()) return ids;
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Run({"list"}));
  for (const std::string& line : lines) ids.push_back(line.substr(0, line.find(' ')));
  return ids;
}

absl::StatusOr<Dnskey> Keymgr::Find(const std::string& id) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Run({"dnskey", id}));
  if (lines.size() != 1) return absl::UnavailableError("keymgr dnskey: not one key");
  return ParseDnskey(lines[0]);
}

absl::StatusOr<std::vector<Dnskey>> Keymgr::Ksks() const {
  std::vector<Dnskey> keys;
  if (!HasStore()) return keys;
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Run({"dnskey"}));
  for (const std::string& line : lines) {
    ASSIGN_OR_RETURN(Dnskey key, ParseDnskey(line));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace tidemark::failover
