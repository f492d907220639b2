#include "failover/serve/serve_user.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "failover/dns/ports.h"
#include "failover/rebuild/rebuild.h"
#include "failover/serve/hand_over.h"
#include "failover/serve/inheritance.h"

namespace tidemark::failover {
namespace {

constexpr size_t kEntryBytesMax = 64 * 1024;  // of a user; names of groups are not in it
constexpr int kGroupsMax = 1024;

struct User {
  std::string name;
  uid_t uid;
  gid_t gid;
};

absl::StatusOr<User> FindUser(const std::string& name) {
  std::string buffer(kEntryBytesMax, '\0');
  passwd entry;
  passwd* found = nullptr;
  const int error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0) return base::ErrnoStatus(error, name);
  if (found == nullptr) {
    return absl::NotFoundError(absl::StrCat(
        "there is no user ", name, " on this machine (adduser --system --group ", name, ")"));
  }
  return User{name, found->pw_uid, found->pw_gid};
}

bool IsLoopback(const std::string& address) {
  return address == "::1" || address.rfind("127.", 0) == 0;
}

absl::Status SystemFailed(absl::string_view call) { return base::ErrnoStatus(errno, call); }

// Both system calls are about one thread, and there is only one.
absl::Status SetCapabilities(uint64_t set) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; ++i) {
    const auto word = static_cast<uint32_t>(set >> (32 * i));
    data[i] = {.effective = word, .permitted = word, .inheritable = word};
  }
  return syscall(SYS_capset, &header, data) == 0 ? absl::OkStatus() : SystemFailed("capset");
}

absl::Status DropFromBoundingSet(uint64_t but) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if ((but >> capability & 1) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return SystemFailed("PR_CAPBSET_DROP");
  }
  return absl::OkStatus();
}

// Groups while we may, then the group, the user last: the other way round nothing more may be given
// up. The user's other groups are those that the administrator gave it.
absl::Status ChangeIds(const User& user) {
  if (initgroups(user.name.c_str(), user.gid) != 0) return SystemFailed("initgroups");
  if (setresgid(user.gid, user.gid, user.gid) != 0) return SystemFailed("setresgid");
  if (setresuid(user.uid, user.uid, user.uid) != 0) return SystemFailed("setresuid");
  return absl::OkStatus();
}

// If root could be had back, nothing was given up.
absl::Status CheckGivenUp(const User& user) {
  uid_t uids[3];
  gid_t gids[3];
  gid_t groups[kGroupsMax];
  const int count = getgroups(kGroupsMax, groups);
  if (count < 0 || getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
      getresgid(&gids[0], &gids[1], &gids[2]) != 0) {
    return SystemFailed("ids");
  }
  const bool is_user = std::all_of(uids, uids + 3, [&](uid_t uid) { return uid == user.uid; }) &&
                       std::all_of(gids, gids + 3, [&](gid_t gid) { return gid == user.gid; }) &&
                       std::find(groups, groups + count, 0) == groups + count;
  if (!is_user || setuid(0) == 0 || setgid(0) == 0 || setgroups(0, nullptr) == 0) {
    return absl::InternalError("root's rights were not given up");
  }
  return absl::OkStatus();
}

// The parent's death is to end us as before; the kernel forgets that with the user.
absl::Status GiveUpRoot(const User& user, uint64_t keep) {
  int death_signal = 0;
  if (prctl(PR_GET_PDEATHSIG, &death_signal) != 0) return SystemFailed("PR_GET_PDEATHSIG");
  RETURN_IF_ERROR(DropFromBoundingSet(keep));
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return SystemFailed("PR_SET_KEEPCAPS");
  RETURN_IF_ERROR(ChangeIds(user));
  RETURN_IF_ERROR(SetCapabilities(keep));
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) != 0) return SystemFailed("PR_SET_KEEPCAPS");
  if (keep != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0) != 0) {
    return SystemFailed("PR_CAP_AMBIENT_RAISE");
  }
  if (prctl(PR_SET_PDEATHSIG, death_signal) != 0) return SystemFailed("PR_SET_PDEATHSIG");
  return CheckGivenUp(user);
}

absl::Status OutOfReach(const std::string& dir, const User& user) {
  return absl::PermissionDeniedError(
      absl::StrCat(dir, ": the user ", user.name,
                   " cannot get there; every directory above it has to let it through"));
}

// Before anything is given: what the user could not use stays root's. A child asks as that user.
absl::Status CheckReachable(const std::string& dir, const User& user) {
  const pid_t child = fork();
  if (child < 0) return SystemFailed("fork");
  if (child == 0) _exit(ChangeIds(user).ok() && access(dir.c_str(), F_OK) == 0 ? 0 : 1);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return SystemFailed("waitpid");
  }
  return status == 0 ? absl::OkStatus() : OutOfReach(dir, user);
}

absl::Status StayRoot(const ServeUserOptions& options) {
  const bool is_loopback =
      std::all_of(options.addresses.begin(), options.addresses.end(), IsLoopback);
  if (options.user.empty() && !is_loopback) {
    return absl::FailedPreconditionError(
        "as root, strangers would be answered with root's rights: give a user to become (--user "
        "NAME), or start as one with CAP_NET_BIND_SERVICE; --user root to stay root");
  }
  base::Log(base::LogLevel::kWarning, "serve",
            {{"warning", "everything runs as root; give a user to become with --user"}});
  return absl::OkStatus();
}

absl::Status BecomeUser(const ServeUserOptions& options) {
  const bool is_root = geteuid() == 0;
  if (options.user.empty()) return is_root ? StayRoot(options) : absl::OkStatus();
  ASSIGN_OR_RETURN(const User user, FindUser(options.user));
  if (user.uid == geteuid()) return is_root ? StayRoot(options) : absl::OkStatus();
  if (!is_root) {
    return absl::PermissionDeniedError(
        absl::StrCat("only root can become ", user.name, "; leave --user out"));
  }
  if (user.gid == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the user ", user.name, " has the group root, which is not given up so"));
  }
  // Of anything else nothing is given away.
  if (!IsRebuildDir(options.dir_fd)) {
    return absl::NotFoundError(absl::StrCat(options.dir, ": not made by tidemark rebuild"));
  }
  RETURN_IF_ERROR(CheckReachable(options.dir, user));
  RETURN_IF_ERROR(HandOver(options.dir_fd, options.dir, user.uid, user.gid));
  const bool is_privileged =
      std::any_of(options.ports.begin(), options.ports.end(), IsPrivilegedPort);
  RETURN_IF_ERROR(LeaveTerminal());
  RETURN_IF_ERROR(GiveUpRoot(user, is_privileged ? uint64_t{1} << CAP_NET_BIND_SERVICE : 0));
  // What is above may have changed, and of the directory itself it is known only now.
  return access(options.dir.c_str(), R_OK | W_OK | X_OK) == 0 ? absl::OkStatus()
                                                              : OutOfReach(options.dir, user);
}

}  // namespace

absl::Status BecomeServeUser(const ServeUserOptions& options) {
  RETURN_IF_ERROR(BecomeUser(options));
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? absl::OkStatus()
                                                     : SystemFailed("PR_SET_NO_NEW_PRIVS");
}

}  // namespace tidemark::failover
