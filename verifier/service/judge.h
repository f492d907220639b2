// Judging a deposit in custody: opened, read to its authentic end, compared with its clear manifest
// and judged by the rules of verifier/check.h; then signed and appended.
//
// Whose fault it is decides the verdict. The depositor's word that does not hold (a manifest that
// does not give its file back, wraps that do not open, a label that is not the content's) is a
// finding: fail. Custody that returns altered bytes, a wrong key, a server that does not answer are
// ours: undecided, never the registry's failure.
//
// A DIFF or INCR is judged on its predecessors in the same vault (verifier/base_chain.h), and the
// verdict is bound to them. Which there are is the vault's word: a vault that hides one makes the
// chain look broken, as one that loses a deposit does. A predecessor that the depositor sealed
// wrongly, or that is not what its label says, breaks the chain too; one that custody does not give
// back leaves the verdict undecided.
//
// Memory: one frame, one manifest part, the checker's keys, and what a replay may use. Content
// never leaves this process, but for scratch, where it is sealed.
#ifndef TIDEMARK_VERIFIER_SERVICE_JUDGE_H_
#define TIDEMARK_VERIFIER_SERVICE_JUDGE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/base_chain.h"
#include "verifier/check.h"

namespace tidemark::verifier {

struct JudgeOptions {
  Profile profile = Profile::kGtld;
  const Ruleset* ruleset = nullptr;  // as in CheckOptions
  Resources resources;
  // Told how many bytes of the file were read; returning false ends the work (CANCELLED).
  std::function<bool(uint64_t bytes_read)> on_progress;
};

// Borrowed: must outlive the call.
struct JudgePeers {
  vault::RemoteVault& vault;
  const vault::AgentConnection& agent;
  const crypto::OpeningKey& opening_key;
  const crypto::SigningKey& signing_key;
  const base::Clock& clock;
};

struct Judged {
  Report report;
  tidemark::v1::SignedVerdict verdict;
};

// A report with its signed verdict, not appended yet. An error means that there is not even a
// manifest to bind a verdict to (NOT_FOUND, DATA_LOSS: tampered custody, UNAVAILABLE), or
// CANCELLED.
absl::StatusOr<Judged> JudgeDeposit(const JudgePeers& peers, const vault::DepositId& id,
                                    const JudgeOptions& options);

// The part of it that needs no vault: judges the file that `source` gives, against the label that
// `manifest` puts on it. `opened` is not OK if there was no source to read (then it is ignored).
struct Content {
  absl::Status opened;
  base::ByteSource* source = nullptr;
  std::string file_name;
  // Of a DIFF or INCR: all that might stand before it.
  std::vector<ChainDeposit> bases = {};
};
absl::StatusOr<Report> JudgeContent(const Content& content,
                                    const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                    const JudgeOptions& options);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_JUDGE_H_
