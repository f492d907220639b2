#include "tests/support/escrow.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "base/testing.h"

namespace tidemark::tests {
namespace {

constexpr absl::Duration kVerbTimeout = absl::Minutes(5);
constexpr absl::Duration kServerStartTimeout = absl::Seconds(60);
constexpr size_t kOutputBytesMax = 32 << 20;

absl::Status RunOk(const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const base::RunResult result, Tidemark(arguments));
  if (result.exit_status == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("tidemark ", arguments[0], " exited with ",
                                          result.exit_status, ": ", result.err));
}

}  // namespace

std::string Runfile(const std::string& path) {
  const char* root = getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/", path);
}

absl::StatusOr<base::RunResult> Tidemark(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {Runfile("cli/tidemark")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return base::RunAndCapture(argv, kVerbTimeout, kOutputBytesMax);
}

absl::StatusOr<std::unique_ptr<Escrow>> Escrow::Start(const EscrowOptions& options) {
  auto escrow = std::unique_ptr<Escrow>(new Escrow(base::TestDir(), options));
  ASSIGN_OR_RETURN(const int port, base::FreeLoopbackPort());
  RETURN_IF_ERROR(RunOk(
      {"keygen", "--out", escrow->dir_ + "/agent", "--listen", absl::StrCat("127.0.0.1:", port),
       "--custodians", options.custodians}));
  for (const char* role : {"depositor", "operator", "successor"}) {
    RETURN_IF_ERROR(escrow->Enroll(role, options.tld, role));
  }
  RETURN_IF_ERROR(escrow->StartServer());
  return escrow;
}

absl::Status Escrow::Enroll(const std::string& role, const std::string& tld,
                            const std::string& name) {
  return RunOk({"enroll", "--agent", dir_ + "/agent", "--role", role, "--tld", tld, "--out",
                dir_ + "/" + name});
}

absl::Status Escrow::StartServer(const std::vector<std::pair<std::string, std::string>>& env) {
  const std::string log = dir_ + "/tidemarkd.log";
  const std::string ready = dir_ + "/tidemarkd.ready";
  unlink(ready.c_str());
  base::SubprocessOptions options;
  options.argv = {Runfile(options_.server_program), "--config", server_dir() + "/tidemarkd.toml",
                  "--ready-file", ready};
  options.env = env;
  options.out = base::ProcessOutput::ToFile(log);
  options.err = base::ProcessOutput::ToFile(log);
  ASSIGN_OR_RETURN(server_, base::Subprocess::Start(options));
  const absl::Time deadline = absl::Now() + kServerStartTimeout;
  while (access(ready.c_str(), F_OK) != 0) {
    const absl::StatusOr<int> ended = server_->Wait(absl::Milliseconds(20));
    if (ended.ok() || absl::Now() > deadline) {
      const absl::StatusOr<std::string> text = base::ReadSmallFile(log);
      return absl::InternalError(
          absl::StrCat("tidemarkd did not start: ", text.ok() ? *text : "no log"));
    }
  }
  return absl::OkStatus();
}

void Escrow::KillServer() {
  if (server_ == nullptr) return;
  // It may have ended by itself, at a crash point.
  server_->Kill(SIGKILL).IgnoreError();
  server_->Wait(absl::Seconds(30)).status().IgnoreError();
  server_.reset();
}

absl::StatusOr<int> Escrow::StopServer() { return server_->Stop(absl::Seconds(30)); }

bool Escrow::ServerRuns() {
  return server_ != nullptr && !server_->Wait(absl::ZeroDuration()).ok();
}

bool Escrow::ServerEnds() {
  return server_ != nullptr && server_->Wait(absl::Seconds(30)).ok();
}

}  // namespace tidemark::tests
