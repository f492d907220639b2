#include "cli/serve_ready.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string ReadyText(const failover::FinishedRebuild& rebuild,
                      const failover::RegistryServer& server) {
  const failover::SignedServer& dns = server.dns();
  Json ready = {{"tld", rebuild.tld()},
                {"complete", rebuild.missing().empty()},
                {"pid", getpid()},
                {"addresses", dns.addresses()},
                {"port", dns.port()},
                {"knotd_pid", dns.pid()},
                {"trust_anchor", dns.trust_anchor_path()}};
  if (dns.secondary_port().has_value()) {
    ready["secondary_port"] = *dns.secondary_port();
    ready["secondary_pid"] = *dns.secondary_pid();
  }
  if (server.place().has_value()) {
    ready["rdap_url"] = server.place()->rdap_url;
    ready["rdap_host"] = server.place()->host;
    ready["rdap_certificate"] = server.place()->certificate_path;
    ready["whois_port"] = server.place()->whois_port;
  }
  return ready.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

absl::Status ReadyFile::Check() const {
  if (path_.empty()) return absl::OkStatus();
  std::error_code ignored;
  if (fs::is_directory(path_, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat("--ready-file ", path_, " is a directory"));
  }
  const fs::path folder = fs::path(path_).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--ready-file ", path_, ": its directory is not there"));
  }
  const std::string place = folder.empty() ? "." : folder.string();
  if (access(place.c_str(), W_OK | X_OK) != 0) {
    return base::ErrnoStatus(errno, absl::StrCat("--ready-file ", path_, ": its directory"));
  }
  return absl::OkStatus();
}

absl::Status ReadyFile::Write(const failover::FinishedRebuild& rebuild,
                              const failover::RegistryServer& server) const {
  if (path_.empty()) return absl::OkStatus();
  return base::WriteFile(path_, ReadyText(rebuild, server), base::FileMode::kPublic);
}

absl::Status ReadyFile::Remove() const {
  std::error_code error;
  if (!path_.empty()) fs::remove(path_, error);
  return error ? base::ErrnoStatus(error.value(), path_) : absl::OkStatus();
}

std::string ServingText(const failover::FinishedRebuild& rebuild,
                        const failover::RegistryServer& server) {
  const failover::SignedServer& dns = server.dns();
  std::string out =
      absl::StrCat("serving ", rebuild.tld(), ", ", rebuild.delegations(),
                   " delegations, signed, on ", absl::StrJoin(dns.addresses(), " and "), " port ",
                   dns.port(), "; trust anchor ", dns.trust_anchor_path(), "\n");
  if (!rebuild.missing().empty()) {
    absl::StrAppend(&out, "NOT complete: ", rebuild.missing(), "\n");
  }
  if (server.place().has_value()) {
    absl::StrAppend(&out, "RDAP at ", server.place()->rdap_url, ", certificate ",
                    server.place()->certificate_path, " (verify it for ", server.place()->host,
                    "); WHOIS on port ", server.place()->whois_port, "\n");
  }
  return out;
}

}  // namespace tidemark::cli
