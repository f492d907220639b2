// Who plays in a drill, and where: a scratch directory with one folder a role, and as root one user
// a role, so that the processes can no more read each other's keys than they could in earnest. It
// goes with its owner, or with the next one of its prefix (run_dir.h).
#ifndef TIDEMARK_FAILOVER_DRILL_STAGE_DIRECTORY_H_
#define TIDEMARK_FAILOVER_DRILL_STAGE_DIRECTORY_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/subprocess.h"
#include "failover/run_dir/run_dir.h"

namespace tidemark::failover {

enum class Role { kObserver, kRegistry, kServer, kVerifier, kOperator, kCustodian, kSuccessor };

// Whether roles are users of their own, which only root can have.
enum class RoleUsers { kWherePossible, kNone };

struct StageOptions {
  std::string programs_dir;
  std::string parent_dir = "";             // "": $TMPDIR, or else /tmp
  std::string prefix = "tidemark-drill-";  // of the directory's name
  RoleUsers role_users = RoleUsers::kWherePossible;
  std::function<bool()> should_stop = {};
};

class StageDirectory {
 public:
  // First removes what drills of the same prefix left that were killed: it may hold a deposit in
  // plain text, so an error of it is one here. Copies the programs there if they are to be run by
  // other users. NOT_FOUND names the program that is missing.
  static absl::StatusOr<std::unique_ptr<StageDirectory>> Create(StageOptions options);
  StageDirectory(const StageDirectory&) = delete;
  StageDirectory& operator=(const StageDirectory&) = delete;

  bool separate_users() const { return separate_users_; }
  std::string path(const std::string& below) const { return dir_->path() + "/" + below; }
  std::string log_path(const std::string& name) const { return path("logs/" + name + ".log"); }

  // A new directory that only `role` may enter.
  absl::Status MakeFor(Role role, const std::string& below);
  // Gives a file or a whole tree to `role`.
  absl::Status GiveTo(Role role, const std::string& below);

  // Runs `tidemark` with these arguments to its end; output is captured, errors go to the log
  // `name`. CANCELLED if the drill is told to stop.
  absl::StatusOr<base::RunResult> Run(Role role, const std::string& name,
                                      const std::vector<std::string>& arguments,
                                      absl::Duration timeout);
  // The same, and anything but exit status 0 is an error.
  absl::Status RunOk(Role role, const std::string& name, const std::vector<std::string>& arguments,
                     absl::Duration timeout);
  // Starts a program that stays; both outputs go to the log `name`.
  absl::StatusOr<std::unique_ptr<base::Subprocess>> Start(
      Role role, const std::string& name, const std::string& program,
      const std::vector<std::string>& arguments);

  // Waits until `file` is there. UNAVAILABLE: the process ended before, with its last line.
  absl::Status WaitForFile(const std::string& file, base::Subprocess& process,
                           const std::string& name, absl::Duration timeout);

  // Copies a file to `below` and gives it to `role`: what one hands to another.
  absl::Status HandOver(const std::string& from, Role role, const std::string& below);

  absl::Status KeepLogs(const std::string& to_dir) const;
  std::string FirstLine(const std::string& name) const;
  std::string LastLine(const std::string& name) const;

 private:
  StageDirectory(std::unique_ptr<RunDir> dir, StageOptions options)
      : dir_(std::move(dir)), options_(std::move(options)) {}
  std::optional<base::ProcessUser> UserOf(Role role) const;
  std::vector<std::string> Lines(const std::string& name) const;
  std::string ProgramPath(const std::string& program) const;

  const std::unique_ptr<RunDir> dir_;
  StageOptions options_;
  bool separate_users_ = false;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_STAGE_DIRECTORY_H_
