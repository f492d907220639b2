// A whole escrow agent for a test: keys made by the program itself, real processes, real TLS.
//
// Everything lies in one fresh directory below TEST_TMPDIR: agent/ (keygen's output), one folder a
// holder of a role, and the server's data. Verbs run as separate processes, as a person would run
// them; results are exit status and output. Threads: the test's own, which also owns the server.
#ifndef TIDEMARK_TESTS_SUPPORT_ESCROW_H_
#define TIDEMARK_TESTS_SUPPORT_ESCROW_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/subprocess.h"

namespace tidemark::tests {

// Path of a program or data file of this repository inside a test, e.g. "cli/tidemark".
std::string Runfile(const std::string& path);

// Runs `tidemark` with these arguments.
absl::StatusOr<base::RunResult> Tidemark(const std::vector<std::string>& arguments);

struct EscrowOptions {
  std::string tld = "example";
  // A program to run in place of tidemarkd, with more arguments: for crash points.
  std::string server_program = "cli/tidemarkd";
  std::string custodians = "1of1";  // keygen --custodians
};

class Escrow {
 public:
  // Founds an agent, enrols one depositor, one operator and one successor for the TLD, and starts
  // the server.
  static absl::StatusOr<std::unique_ptr<Escrow>> Start(const EscrowOptions& options);

  // Paths of configuration files, as `enroll` and `keygen` write them.
  std::string depositor() const { return dir_ + "/depositor/depositor.toml"; }
  std::string operator_config() const { return dir_ + "/operator/operator.toml"; }
  std::string successor() const { return dir_ + "/successor/successor.toml"; }
  std::string verifier() const { return dir_ + "/agent/verifier/verifier.toml"; }
  std::string custodian() const { return dir_ + "/agent/custodian/custodian.toml"; }
  // One of several, from 1.
  std::string custodian(int number) const {
    return dir_ + "/agent/custodian-" + std::to_string(number) + "/custodian.toml";
  }
  std::string agent() const { return dir_ + "/agent/agent.toml"; }
  std::string server_dir() const { return dir_ + "/agent/server"; }
  const std::string& dir() const { return dir_; }

  // Enrols one more holder of a role into a folder named `name`.
  absl::Status Enroll(const std::string& role, const std::string& tld, const std::string& name);

  // Starts tidemarkd on the directory as it is; `env` is added to its environment.
  absl::Status StartServer(const std::vector<std::pair<std::string, std::string>>& env = {});
  // SIGKILL, and wait for the end.
  void KillServer();
  // SIGTERM; the exit status.
  absl::StatusOr<int> StopServer();
  bool ServerRuns();
  // Waits a while for a server that is about to end by itself.
  bool ServerEnds();

 private:
  Escrow(std::string dir, EscrowOptions options)
      : dir_(std::move(dir)), options_(std::move(options)) {}

  const std::string dir_;
  const EscrowOptions options_;
  std::unique_ptr<base::Subprocess> server_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_ESCROW_H_
