#include "failover/dns/signed_server.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "failover/dns/ports.h"
#include "failover/dns/readiness.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(20);
constexpr absl::Duration kQuestionTimeout = absl::Seconds(2);
constexpr absl::Duration kKeymgrTimeout = absl::Seconds(30);
// knotd writes its journal when it ends.
constexpr absl::Duration kStopGrace = absl::Seconds(60);
constexpr size_t kKeymgrBytesMax = 64 * 1024;
constexpr size_t kLogBytesMax = 64 << 20;
constexpr size_t kLastWordsBytes = 1000;
constexpr uint16_t kKskFlags = 257;

// Daemons live in sbin, which is not in everybody's PATH.
std::string FindProgram(const std::string& name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (access((dir + name).c_str(), X_OK) == 0) return dir + name;
  }
  return name;
}

// A quoted string of knot.conf has no way to be closed by such a path.
absl::StatusOr<std::string> ConfigPath(const std::string& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  if (error) return base::ErrnoStatus(error.value(), path);
  for (const char c : absolute) {
    if (static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' || c == '\x7f') {
      return absl::InvalidArgumentError("a path with quotes, backslashes or control characters");
    }
  }
  return absolute;
}

absl::Status Check(const SignedServerOptions& options) {
  if (CanonicalName(options.tld) != options.tld) {
    return absl::InvalidArgumentError("the zone's name is not a canonical domain name");
  }
  if (options.port < 1 || options.port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("port ", options.port, " does not exist"));
  }
  for (const std::string& address : options.addresses) {
    if (!CanonicalAddress(address).has_value()) {
      return absl::InvalidArgumentError("an address to listen on is not an IP address");
    }
    RETURN_IF_ERROR(CheckPortIsFree(address, options.port));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SignedServer>> SignedServer::Start(
    const SignedServerOptions& options) {
  auto server = absl::WrapUnique(new SignedServer(options));
  SignedServerOptions& own = server->options_;
  if (own.addresses.empty()) own.addresses = LoopbackAddresses();
  if (own.port == 0) {
    ASSIGN_OR_RETURN(own.port, base::FreeLoopbackPort());
  }
  ASSIGN_OR_RETURN(own.dir, ConfigPath(own.dir));
  ASSIGN_OR_RETURN(own.zone_path, ConfigPath(own.zone_path));
  RETURN_IF_ERROR(Check(own));
  RETURN_IF_ERROR(base::MakeDirs(own.dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(server->LockDir());
  // The name of a socket has 107 bytes at most, so it cannot lie below any DIR.
  std::string run_dir = "/tmp/tidemark-knot-XXXXXX";
  if (mkdtemp(run_dir.data()) == nullptr) return base::ErrnoStatus(errno, run_dir);
  server->run_dir_ = run_dir;
  RETURN_IF_ERROR(server->WriteConfig());
  RETURN_IF_ERROR(server->StartKnotd());
  return server;
}

SignedServer::~SignedServer() {
  Stop().IgnoreError();
  if (lock_fd_ >= 0) close(lock_fd_);
}

absl::Status SignedServer::LockDir() {
  lock_fd_ = open(options_.dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_fd_ < 0) return base::ErrnoStatus(errno, options_.dir);
  if (flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(options_.dir, ": in use by another tidemark serve"));
}

absl::Status SignedServer::WriteConfig() {
  std::vector<std::string> listen;
  for (const std::string& address : options_.addresses) {
    listen.push_back(absl::StrCat("\"", address, "@", options_.port, "\""));
  }
  const std::string config = absl::StrCat(
      "# Written by tidemark; changes are lost at the next start.\n"
      "server:\n"
      "    rundir: \"",
      run_dir_, "\"\n", geteuid() == 0 ? "    user: \"root:root\"\n" : "", "    listen: [ ",
      absl::StrJoin(listen, ", "),
      " ]\n"
      "    identity: \"\"\n"
      "    version: \"\"\n"
      "log:\n"
      "  - target: stderr\n"
      "    any: info\n"
      "database:\n"
      "    storage: \"",
      options_.dir,
      "\"\n"
      "policy:\n"
      "  - id: tidemark\n"
      "    algorithm: ecdsap256sha256\n"
      "    nsec3: on\n"
      "    nsec3-iterations: 0\n"
      "    nsec3-salt-length: 0\n"
      "    nsec3-opt-out: on\n"
      "    cds-cdnskey-publish: none\n"
      "    signing-threads: 2\n"
      "zone:\n"
      "  - domain: \"",
      options_.tld,
      ".\"\n"
      "    file: \"",
      options_.zone_path,
      "\"\n"
      "    zonefile-load: difference\n"
      "    zonefile-sync: -1\n"
      "    journal-content: all\n"
      "    journal-max-usage: 8G\n"
      "    dnssec-signing: on\n"
      "    dnssec-policy: tidemark\n");
  return base::WriteFile(options_.dir + "/knot.conf", config, base::FileMode::kPrivate);
}

absl::Status SignedServer::StartKnotd() {
  const std::string log = options_.dir + "/knotd.log";
  std::error_code error;
  const auto size = std::filesystem::file_size(log, error);
  log_begin_ = error ? 0 : static_cast<size_t>(size);
  base::SubprocessOptions options;
  options.argv = {FindProgram("knotd"), "-c", options_.dir + "/knot.conf"};
  options.out = base::ProcessOutput::ToFile(log);
  options.err = base::ProcessOutput::ToFile(log);
  absl::StatusOr<std::unique_ptr<base::Subprocess>> started = base::Subprocess::Start(options);
  if (absl::IsNotFound(started.status())) {
    return absl::NotFoundError("knotd is not installed (Debian: apt-get install knot)");
  }
  RETURN_IF_ERROR(started.status());
  knotd_ = *std::move(started);
  return absl::OkStatus();
}

std::string SignedServer::LastWords() const {
  const absl::StatusOr<std::string> log =
      base::ReadSmallFile(options_.dir + "/knotd.log", kLogBytesMax);
  if (!log.ok() || log->size() < log_begin_) return "";
  std::vector<std::string> bad;
  for (const absl::string_view line : absl::StrSplit(log->substr(log_begin_), '\n')) {
    for (const char* level : {" error: ", " critical: "}) {
      const size_t at = line.find(level);
      if (at != absl::string_view::npos) bad.emplace_back(line.substr(at + 1));
    }
  }
  std::string words = absl::StrJoin(bad, "; ");
  if (words.size() > kLastWordsBytes) words.resize(kLastWordsBytes);
  return words;
}

absl::Status SignedServer::CheckRunning(absl::Duration wait) {
  const absl::StatusOr<int> ended = knotd_->Wait(wait);
  if (absl::IsDeadlineExceeded(ended.status())) return absl::OkStatus();
  RETURN_IF_ERROR(ended.status());
  const std::string words = LastWords();
  return absl::UnavailableError(absl::StrCat("knotd ended with status ", *ended,
                                             words.empty() ? "" : ": ", words, "; see ",
                                             options_.dir, "/knotd.log"));
}

absl::StatusOr<std::vector<std::string>> SignedServer::KeyLines(const std::string& what) const {
  const absl::StatusOr<base::RunResult> result = base::RunAndCapture(
      {FindProgram("keymgr"), "-c", options_.dir + "/knot.conf", options_.tld + ".", what},
      kKeymgrTimeout, kKeymgrBytesMax);
  RETURN_IF_ERROR(result.status());
  if (result->exit_status != 0) {
    return absl::UnavailableError(absl::StrCat("keymgr ended with status ", result->exit_status));
  }
  return absl::StrSplit(result->out, '\n', absl::SkipEmpty());
}

absl::Status SignedServer::WriteTrustAnchor(const std::vector<std::string>& keys) const {
  std::string anchors = "trust-anchors {\n";
  for (const std::string& key : keys) {
    absl::StrAppend(&anchors, "    \"", options_.tld, ".\" static-key ", kKskFlags, " 3 13 \"", key,
                    "\";\n");
  }
  anchors += "};\n";
  RETURN_IF_ERROR(base::WriteFile(trust_anchor_path(), anchors, base::FileMode::kPublic));
  ASSIGN_OR_RETURN(const std::vector<std::string> ds, KeyLines("ds"));
  return base::WriteFile(options_.dir + "/ds.txt", absl::StrJoin(ds, "\n") + "\n",
                         base::FileMode::kPublic);
}

absl::Status SignedServer::WaitUntilAnswering(absl::Duration timeout,
                                              const std::function<bool()>& should_stop) {
  const absl::Time deadline = absl::Now() + timeout;
  absl::Status last = absl::UnavailableError("no answer");
  while (absl::Now() < deadline) {
    RETURN_IF_ERROR(CheckRunning(kPollInterval));
    if (should_stop && should_stop()) return absl::CancelledError("told to stop");
    // First without keys: they are there once the zone is signed, and asking for them is slow.
    last = CheckSignedAnswers({options_.addresses[0], options_.port}, options_.tld, {},
                              kQuestionTimeout);
    if (!last.ok()) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> lines, KeyLines("dnskey"));
    std::vector<std::string> keys;
    for (const std::string& line : lines) {
      // "example. DNSKEY 257 3 13 base64"
      const std::vector<std::string> parts = absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (parts.size() == 6 && parts[1] == "DNSKEY" && parts[2] == absl::StrCat(kKskFlags)) {
        keys.push_back(parts[5]);
      }
    }
    if (keys.empty()) return absl::UnavailableError("keymgr knows no key-signing key");
    for (const std::string& address : options_.addresses) {
      last = CheckSignedAnswers({address, options_.port}, options_.tld, keys, kQuestionTimeout);
      if (!last.ok()) break;
    }
    if (last.ok()) return WriteTrustAnchor(keys);
  }
  return absl::DeadlineExceededError(
      absl::StrCat("knotd runs, but: ", last.message(), "; see ", options_.dir, "/knotd.log"));
}

absl::Status SignedServer::Stop() {
  absl::Status status;
  if (knotd_ != nullptr) status = knotd_->Stop(kStopGrace).status();
  if (!run_dir_.empty()) {
    base::RemoveTree(run_dir_).IgnoreError();
    run_dir_.clear();
  }
  return status;
}

}  // namespace tidemark::failover
