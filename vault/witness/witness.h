// A witness: whoever keeps the newest tree head that it saw, and holds each later one against it.
//
// It is what makes a rollback visible: a vault that was set back, or whose log was rewritten,
// cannot show that the kept head's log is the beginning of what it has now. The kept head moves on
// only to one that was shown to go on from it. One that is not is kept beside it under a name of
// its own, and never takes its place: both are signed, and together they convict.
//
//   DIR/VAULT.head                  the newest that was seen: SignedTreeHead, atomic and durable
//   DIR/VAULT.other-SIZE-ROOT.head  one that does not go on from it
//
// Threads: Observe() may be called by several, and by several processes: DIR is locked meanwhile.
// Errors of Observe():
// DATA_LOSS the log was set back or rewritten (names both heads), or what is kept, or was answered,
// is not this agent's; UNAVAILABLE the server could not be asked: nothing is known, and the kept
// head stays; FAILED_PRECONDITION DIR cannot be used, which somebody has to mend.
// Threat: the server, with its receipt key.
#ifndef TIDEMARK_VAULT_WITNESS_WITNESS_H_
#define TIDEMARK_VAULT_WITNESS_WITNESS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/log_proof.h"

namespace tidemark::vault {

// Holds `after`, of the server, against `before`, kept by somebody, whichever is the larger: asks
// for the proof between them. DATA_LOSS names both; UNAVAILABLE: could not be asked.
absl::Status AskContinuation(RemoteLog& log, const VerifiedHead& before, const VerifiedHead& after);

// The same where `newest` is what the server calls its newest head: a smaller one is DATA_LOSS,
// too, however well it is proved.
absl::Status AskNewestContinues(RemoteLog& log, const VerifiedHead& before,
                                const VerifiedHead& newest);

// The server's newest head, signed by the agent and of this vault (DATA_LOSS).
absl::StatusOr<VerifiedHead> FetchNewestHead(RemoteLog& log, const std::string& vault_id,
                                             const crypto::VerifyKey& agent_key);

class Witness {
 public:
  Witness(std::string dir, std::string vault_id, const crypto::VerifyKey& agent_key);

  // The head that is kept; nothing if there is none yet.
  absl::StatusOr<std::optional<VerifiedHead>> Kept() const;
  // Looks at a head that the server gave now; keeps it if it is the first, or newer and shown to go
  // on from what is kept. An older one has to be in the past of the kept one.
  absl::Status Observe(RemoteLog& log, const tidemark::v1::SignedTreeHead& head) const;
  // The same with the server's newest.
  absl::Status ObserveNewest(RemoteLog& log) const;

  std::string path() const;  // of the kept head

 private:
  using Question = absl::Status (*)(RemoteLog& log, const VerifiedHead& before,
                                    const VerifiedHead& after);
  // With the directory locked.
  absl::Status Hold(RemoteLog& log, const VerifiedHead& head, Question ask) const;
  absl::Status KeepBoth(const VerifiedHead& kept, const VerifiedHead& other,
                        const absl::Status& why) const;

  const std::string dir_;
  const std::string vault_id_;
  const crypto::VerifyKey agent_key_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_WITNESS_WITNESS_H_
