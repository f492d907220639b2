// A second copy's tidemarkd beside an Escrow, made by the program itself, and the copier between
// the two. Threads: the test's own, which also owns the server.
#ifndef TIDEMARK_TESTS_SUPPORT_SECOND_COPY_H_
#define TIDEMARK_TESTS_SUPPORT_SECOND_COPY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/subprocess.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {

class SecondCopy {
 public:
  // `tidemark replica init`, enrolment of a replicator, and the server; `server_program` as in
  // EscrowOptions. `escrow` must outlive it.
  static absl::StatusOr<std::unique_ptr<SecondCopy>> Start(
      Escrow& escrow, const std::string& server_program = "cli/tidemarkd");

  const std::string& address() const { return address_; }
  std::string data_dir() const { return dir_ + "/data"; }
  std::string config() const { return dir_ + "/tidemarkd.toml"; }
  std::string replicator() const { return replicator_; }

  // One round of `tidemark replicate`; and the same as a process beside the test,
  absl::StatusOr<base::RunResult> Replicate();
  // with `more` arguments, and what it says in replication_log().
  absl::StatusOr<std::unique_ptr<base::Subprocess>> StartReplicating(
      const std::vector<std::string>& more = {});
  std::string replication_log() const { return dir_ + "/replicate.log"; }

  // `config_path` with this copy's address in place of the primary's: a new file beside it.
  absl::StatusOr<std::string> Readdress(const std::string& config_path);

  absl::Status StartServer(const std::vector<std::pair<std::string, std::string>>& env = {});
  void KillServer();
  bool ServerEnds();

 private:
  SecondCopy(std::string dir, std::string replicator, std::string address, std::string program)
      : dir_(std::move(dir)),
        replicator_(std::move(replicator)),
        address_(std::move(address)),
        program_(std::move(program)) {}

  const std::string dir_;
  const std::string replicator_;
  const std::string address_;
  const std::string program_;
  std::unique_ptr<base::Subprocess> server_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_SECOND_COPY_H_
