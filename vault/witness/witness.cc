#include "vault/witness/witness.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr size_t kRootHexShown = 16;

// Of this process and of others; makes the directory. Waits: whoever has it asks the server twice
// at most.
class DirectoryLock {
 public:
  static absl::StatusOr<DirectoryLock> Take(const std::string& dir) {
    RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
    DirectoryLock lock(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.fd_ < 0) return base::ErrnoStatus(errno, dir);
    while (flock(lock.fd_, LOCK_EX) != 0) {
      if (errno != EINTR) return base::ErrnoStatus(errno, dir);
    }
    return lock;
  }
  ~DirectoryLock() {
    if (fd_ >= 0) close(fd_);
  }
  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

// Whatever the disk or the network has, it says nothing about the log.
absl::Status NotKnown(const absl::Status& status) {
  if (status.ok() || absl::IsDataLoss(status)) return status;
  return absl::UnavailableError(absl::StrCat(
      "it is not known whether the log goes on from the tree head that was seen before: ",
      status.message()));
}

// Nor has whoever keeps it; but this is not the network's or the server's, and does not pass by
// itself.
absl::Status CannotBeKept(const absl::Status& status) {
  if (status.ok()) return status;
  return absl::FailedPreconditionError(absl::StrCat(
      "the tree head of the agent's log cannot be kept here, so nothing would show that the log "
      "was set back: ",
      status.message()));
}

absl::Status WasSetBack(const VerifiedHead& before, const VerifiedHead& now,
                        absl::string_view why) {
  return absl::DataLossError(
      absl::StrCat("the server's log was set back: it no longer has what it had signed; seen "
                   "before: ",
                   HeadText(before), "; now: ", HeadText(now), " (", why, ")"));
}

}  // namespace

absl::StatusOr<VerifiedHead> FetchNewestHead(RemoteLog& log, const std::string& vault_id,
                                             const crypto::VerifyKey& agent_key) {
  ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead head, log.TreeHead(0));
  ASSIGN_OR_RETURN(VerifiedHead verified, VerifyHead(head, agent_key));
  if (verified.vault_id != vault_id) {
    return absl::DataLossError(absl::StrCat("the server's tree head is of vault ",
                                            base::HexEncode(verified.vault_id), ", not of ",
                                            base::HexEncode(vault_id)));
  }
  return verified;
}

absl::Status AskContinuation(RemoteLog& log, const VerifiedHead& before,
                             const VerifiedHead& after) {
  const bool is_older = after.tree.size < before.tree.size;
  const VerifiedHead& small = is_older ? after : before;
  const VerifiedHead& large = is_older ? before : after;
  // Equal sizes need no proof: their roots are the same or they are not.
  std::vector<crypto::Sha256Digest> proof;
  if (small.tree.size != large.tree.size) {
    absl::StatusOr<std::vector<crypto::Sha256Digest>> answer =
        log.Consistency(small.tree.size, large.tree.size);
    if (absl::IsOutOfRange(answer.status())) {
      return WasSetBack(before, after, answer.status().message());
    }
    RETURN_IF_ERROR(answer.status());
    proof = *std::move(answer);
  }
  return CheckContinuation(small, large, proof);
}

absl::Status AskNewestContinues(RemoteLog& log, const VerifiedHead& before,
                                const VerifiedHead& newest) {
  // A server that still has the longer log, and gives out an older head for its newest, could even
  // prove that head; it is no less of a lie.
  if (newest.tree.size < before.tree.size) {
    return WasSetBack(before, newest, "its newest tree head is older");
  }
  return AskContinuation(log, before, newest);
}

Witness::Witness(std::string dir, std::string vault_id, const crypto::VerifyKey& agent_key)
    : dir_(std::move(dir)), vault_id_(std::move(vault_id)), agent_key_(agent_key) {}

std::string Witness::path() const {
  return absl::StrCat(dir_, "/", base::HexEncode(vault_id_), ".head");
}

absl::StatusOr<std::optional<VerifiedHead>> Witness::Kept() const {
  const absl::StatusOr<std::string> bytes = base::ReadSmallFile(path());
  if (absl::IsNotFound(bytes.status())) return std::optional<VerifiedHead>();
  RETURN_IF_ERROR(CannotBeKept(bytes.status()));
  absl::StatusOr<VerifiedHead> head = ParseHead(*bytes, agent_key_);
  if (!head.ok()) {
    return absl::DataLossError(absl::StrCat(
        path(),
        " is not a tree head of this agent, so nothing says which log was seen before; ask "
        "the escrow agent, and move the file away to begin anew: ",
        head.status().message()));
  }
  return std::optional<VerifiedHead>(*std::move(head));
}

absl::Status Witness::Observe(RemoteLog& log, const tidemark::v1::SignedTreeHead& head) const {
  ASSIGN_OR_RETURN(const VerifiedHead verified, VerifyHead(head, agent_key_));
  const absl::StatusOr<DirectoryLock> lock = DirectoryLock::Take(dir_);
  RETURN_IF_ERROR(CannotBeKept(lock.status()));
  return Hold(log, verified, AskContinuation);
}

absl::Status Witness::ObserveNewest(RemoteLog& log) const {
  // Asked for under the lock: of two processes the one that asked first might come second, with a
  // head that is older than the one kept.
  const absl::StatusOr<DirectoryLock> lock = DirectoryLock::Take(dir_);
  RETURN_IF_ERROR(CannotBeKept(lock.status()));
  const absl::StatusOr<VerifiedHead> head = FetchNewestHead(log, vault_id_, agent_key_);
  RETURN_IF_ERROR(NotKnown(head.status()));
  return Hold(log, *head, AskNewestContinues);
}

absl::Status Witness::Hold(RemoteLog& log, const VerifiedHead& head, Question ask) const {
  ASSIGN_OR_RETURN(const std::optional<VerifiedHead> kept, Kept());
  const std::string bytes = head.head.SerializeAsString();
  const auto keep = [&] {
    return CannotBeKept(base::WriteFile(path(), bytes, base::FileMode::kPublic));
  };
  if (!kept.has_value()) return keep();
  const absl::Status continues = NotKnown(ask(log, *kept, head));
  if (absl::IsDataLoss(continues)) return KeepBoth(*kept, head, continues);
  RETURN_IF_ERROR(continues);
  return head.tree.size <= kept->tree.size ? absl::OkStatus() : keep();
}

absl::Status Witness::KeepBoth(const VerifiedHead& kept, const VerifiedHead& other,
                               const absl::Status& why) const {
  if (kept.head.SerializeAsString() == other.head.SerializeAsString()) return why;
  const std::string other_path =
      absl::StrCat(dir_, "/", base::HexEncode(vault_id_), ".other-", other.tree.size, "-",
                   other.tree.root.ToHex().substr(0, kRootHexShown), ".head");
  const absl::Status written =
      base::WriteFile(other_path, other.head.SerializeAsString(), base::FileMode::kPublic);
  // A disk that is full does not make it less of a rollback.
  return absl::DataLossError(absl::StrCat(
      why.message(), "; ", path(), " is kept",
      written.ok() ? absl::StrCat(", the other head is ", other_path)
                   : absl::StrCat(", the other head could not be: ", written.message()),
      "; ask the escrow agent whether its vault was set back"));
}

}  // namespace tidemark::vault
