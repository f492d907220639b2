#include "escrow_agent/server/daemon.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/core_dumps.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/status.h"
#include "crypto/sign.h"
#include "escrow_agent/server/daemon_config.h"
#include "escrow_agent/server/hardening.h"
#include "escrow_agent/server/server.h"
#include "vault/scrub/scrub_thread.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {
namespace {

constexpr int kExitGood = 0;
constexpr int kExitUndecided = 2;
// An upload that is nearly done may end; one that is not is parked, and resumed later.
constexpr absl::Duration kShutdownGrace = absl::Seconds(10);

// The signals that we wait for, blocked in this thread and every later one.
absl::StatusOr<sigset_t> BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  const int error = pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (error != 0) return base::ErrnoStatus(error, "blocking signals");
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

absl::StatusOr<std::string> ReadPrivateKey(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return base::ErrnoStatus(errno, path);
  if ((info.st_mode & 077) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " can be read by others; it is a private key: chmod 600 it"));
  }
  return base::ReadSmallFile(path);
}

absl::StatusOr<TlsIdentity> ReadIdentity(const DaemonConfig& config) {
  TlsIdentity identity;
  ASSIGN_OR_RETURN(identity.certificate_pem, base::ReadSmallFile(config.certificate_path));
  ASSIGN_OR_RETURN(identity.authority_pem, base::ReadSmallFile(config.authority_path));
  ASSIGN_OR_RETURN(identity.key_pem, ReadPrivateKey(config.key_path));
  return identity;
}

absl::StatusOr<ServerOptions> MakeServerOptions(const DaemonConfig& config,
                                                const DaemonOptions& options) {
  ASSIGN_OR_RETURN(TlsIdentity identity, ReadIdentity(config));
  return ServerOptions{.listen = config.listen,
                       .tls = std::move(identity),
                       .refused_serials = config.refused_serials,
                       .verdict_key = config.verdict_key,
                       .idle_max = config.idle_max,
                       .call_max = config.call_max,
                       .calls_per_certificate_max = config.calls_per_certificate_max,
                       .calls_max = config.calls_max,
                       .begins_per_minute_max = config.begins_per_minute_max,
                       .retention_every = config.retention_every,
                       .at_point = options.at_point};
}

// Certificate, key, authority and refused serials as the files say now; everything else of the
// configuration stays as it was at the start.
absl::Status Reload(const std::string& config_path, Server& server) {
  ASSIGN_OR_RETURN(const DaemonConfig config, LoadDaemonConfig(config_path));
  ASSIGN_OR_RETURN(const TlsIdentity identity, ReadIdentity(config));
  return server.Reload(identity, config.refused_serials);
}

// Until it is told to end.
absl::Status WaitForSignals(const sigset_t& signals, const std::string& config_path,
                            Server& server) {
  while (true) {
    int signal_number = 0;
    const int error = sigwait(&signals, &signal_number);
    if (error != 0) return base::ErrnoStatus(error, "waiting for a signal");
    if (signal_number != SIGHUP) {
      base::Log(base::LogLevel::kInfo, "stopping", {{"signal", signal_number}});
      return absl::OkStatus();
    }
    const absl::Status reloaded = Reload(config_path, server);
    base::Log(reloaded.ok() ? base::LogLevel::kInfo : base::LogLevel::kError,
              reloaded.ok() ? "reloaded" : "not-reloaded", {{"status", reloaded.ToString()}});
  }
}

absl::Status Serve(const DaemonOptions& options) {
  ASSIGN_OR_RETURN(const sigset_t signals, BlockSignals());
  ASSIGN_OR_RETURN(const DaemonConfig config, LoadDaemonConfig(options.config_path));
  RETURN_IF_ERROR(BecomeUser(config.run_as_uid, config.run_as_gid));
  // Changing the user may have changed this back.
  RETURN_IF_ERROR(base::ForbidCoreDumps());
  umask(077);

  const base::SystemClock clock;
  ASSIGN_OR_RETURN(const ServerOptions server_options, MakeServerOptions(config, options));
  std::optional<crypto::SigningKey> receipt_key;
  if (!config.replica_of.has_value()) {
    ASSIGN_OR_RETURN(receipt_key, crypto::SigningKey::Load(config.receipt_key_path));
  }
  const vault::VaultOptions vault_options = {.dir = config.data_dir,
                                             .limits = config.uploads,
                                             .scrub = config.scrub,
                                             .retention = config.retention,
                                             .at_point = options.at_point};
  ASSIGN_OR_RETURN(
      const std::unique_ptr<vault::Vault> vault,
      receipt_key.has_value()
          ? vault::Vault::Open(vault_options, config.vault_id, *receipt_key, clock)
          : vault::Vault::OpenReplica(vault_options, config.vault_id, *config.replica_of, clock));
  ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                   Server::Start(server_options, *vault, clock));
  const vault::ScrubThread scrub(vault->scrubber());
  base::Log(base::LogLevel::kInfo, "serving",
            {{"address", server->address()}, {"vault", base::HexEncode(vault->vault_id())}});
  const std::string ready_file =
      options.ready_file.empty() ? config.ready_file : options.ready_file;
  if (!ready_file.empty()) {
    RETURN_IF_ERROR(base::WriteFile(ready_file, absl::StrCat(server->address(), "\n"),
                                    base::FileMode::kPublic));
  }
  RETURN_IF_ERROR(WaitForSignals(signals, options.config_path, *server));
  if (!ready_file.empty()) unlink(ready_file.c_str());
  server->Shutdown(kShutdownGrace);
  return absl::OkStatus();
}

}  // namespace

int RunTidemarkd(const DaemonOptions& options) {
  const absl::Status status = Serve(options);
  if (status.ok()) return kExitGood;
  std::fprintf(stderr, "tidemarkd: %s\n", std::string(status.message()).c_str());
  return kExitUndecided;
}

}  // namespace tidemark::escrow_agent
