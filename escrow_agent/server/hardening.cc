#include "escrow_agent/server/hardening.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "base/status.h"

namespace tidemark::escrow_agent {

absl::Status BecomeUser(std::optional<uint32_t> uid, std::optional<uint32_t> gid) {
  const uid_t want_uid = uid.value_or(getuid());
  const gid_t want_gid = gid.value_or(getgid());
  const bool is_already = want_uid == getuid() && want_uid == geteuid() && want_gid == getgid() &&
                          want_gid == getegid();
  if (is_already) return absl::OkStatus();
  if (geteuid() != 0) {
    return absl::FailedPreconditionError(
        "run_as_uid, run_as_gid: only root can become another user; leave them out, or start as "
        "root");
  }
  if (setgroups(0, nullptr) != 0) return base::ErrnoStatus(errno, "setgroups");
  if (setresgid(want_gid, want_gid, want_gid) != 0) return base::ErrnoStatus(errno, "run_as_gid");
  if (setresuid(want_uid, want_uid, want_uid) != 0) return base::ErrnoStatus(errno, "run_as_uid");
  // If root could be had back, nothing was given up.
  if (want_uid != 0 && setuid(0) == 0) {
    return absl::InternalError("run_as_uid: root's rights were not given up");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
