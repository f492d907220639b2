#include "tests/support/second_copy.h"

#include <signal.h>
#include <unistd.h>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"

namespace tidemark::tests {
namespace {

constexpr absl::Duration kServerStartTimeout = absl::Seconds(60);

// The value of `address` in a configuration.
absl::StatusOr<std::string> AddressIn(const std::string& text) {
  constexpr char kKey[] = "address = \"";
  const size_t begin = text.find(kKey);
  if (begin == std::string::npos) return absl::NotFoundError("no address");
  const size_t end = text.find('"', begin + sizeof(kKey) - 1);
  return text.substr(begin, end + 1 - begin);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SecondCopy>> SecondCopy::Start(Escrow& escrow,
                                                              const std::string& server_program) {
  ASSIGN_OR_RETURN(const int port, base::FreeLoopbackPort());
  const std::string address = absl::StrCat("127.0.0.1:", port);
  const std::string dir = escrow.dir() + "/copy";
  ASSIGN_OR_RETURN(const base::RunResult made,
                   Tidemark({"replica", "init", "--agent", escrow.dir() + "/agent", "--listen",
                             address, "--out", dir}));
  if (made.exit_status != 0) return absl::InternalError(made.err);
  RETURN_IF_ERROR(escrow.Enroll("replicator", "*", "replicator"));
  auto copy = absl::WrapUnique(
      new SecondCopy(dir, escrow.dir() + "/replicator/replicator.toml", address, server_program));
  RETURN_IF_ERROR(copy->StartServer());
  return copy;
}

absl::StatusOr<base::RunResult> SecondCopy::Replicate() {
  return Tidemark({"replicate", "--from", replicator_, "--to", address_});
}

absl::StatusOr<std::unique_ptr<base::Subprocess>> SecondCopy::StartReplicating(
    const std::vector<std::string>& more) {
  base::SubprocessOptions options;
  options.argv = {Runfile("cli/tidemark"), "replicate", "--from", replicator_, "--to", address_};
  options.argv.insert(options.argv.end(), more.begin(), more.end());
  options.out = base::ProcessOutput::ToFile(replication_log());
  options.err = base::ProcessOutput::ToFile(replication_log());
  return base::Subprocess::Start(options);
}

absl::StatusOr<std::string> SecondCopy::Readdress(const std::string& config_path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(config_path));
  ASSIGN_OR_RETURN(const std::string old, AddressIn(text));
  const std::string path = config_path + ".copy.toml";
  RETURN_IF_ERROR(base::WriteFile(
      path, absl::StrReplaceAll(text, {{old, absl::StrCat("address = \"", address_, "\"")}}),
      base::FileMode::kPrivate));
  return path;
}

absl::Status SecondCopy::StartServer(const std::vector<std::pair<std::string, std::string>>& env) {
  const std::string log = dir_ + "/tidemarkd.log";
  const std::string ready = dir_ + "/tidemarkd.ready";
  unlink(ready.c_str());
  base::SubprocessOptions options;
  options.argv = {Runfile(program_), "--config", config(), "--ready-file", ready};
  options.env = env;
  options.out = base::ProcessOutput::ToFile(log);
  options.err = base::ProcessOutput::ToFile(log);
  ASSIGN_OR_RETURN(server_, base::Subprocess::Start(options));
  const absl::Time deadline = absl::Now() + kServerStartTimeout;
  while (access(ready.c_str(), F_OK) != 0) {
    if (server_->Wait(absl::Milliseconds(20)).ok() || absl::Now() > deadline) {
      return absl::InternalError(absl::StrCat("the second copy did not start: ",
                                              base::ReadSmallFile(log).value_or("no log")));
    }
  }
  return absl::OkStatus();
}

void SecondCopy::KillServer() {
  if (server_ == nullptr) return;
  server_->Kill(SIGKILL).IgnoreError();
  server_->Wait(absl::Seconds(30)).status().IgnoreError();
  server_.reset();
}

bool SecondCopy::ServerEnds() {
  return server_ != nullptr && server_->Wait(absl::Seconds(60)).ok();
}

}  // namespace tidemark::tests
