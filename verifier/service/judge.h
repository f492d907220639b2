// Judging a deposit in custody: opened, read to its authentic end, compared with its clear manifest
// and judged by the rules of verifier/check.h; then signed and appended. XML or a tar with CSV
// files, as its first bytes show: the report is the one that `tidemark check` gives of the file.
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
// Memory: one frame, one manifest part. Content goes to the content judge and nowhere else.
#ifndef TIDEMARK_VERIFIER_SERVICE_JUDGE_H_
#define TIDEMARK_VERIFIER_SERVICE_JUDGE_H_

#include <functional>
#include <memory>
#include <optional>
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
#include "verifier/id_list.h"
#include "verifier/previous_report.h"

namespace tidemark::verifier {

// What the deposits of a TLD are judged by, as in CheckOptions: what is not known is not guessed.
struct Standard {
  Profile profile = Profile::kGtld;
  const Ruleset* ruleset = nullptr;
  std::optional<DataModel> data_model;
  std::optional<HostModel> host_model;
  std::optional<std::vector<std::string>> idn_tables;
  std::shared_ptr<const IdList> repository_ids;
  std::shared_ptr<const IdList> registrar_ids;
  DriftLimits drift;
};

struct JudgeOptions {
  Standard standard;
  Resources resources;
  // Told how many bytes of the file were read; returning false ends the work (CANCELLED).
  std::function<bool(uint64_t bytes_read)> on_progress;
  // Told once how many bytes went to scratch.
  std::function<void(uint64_t bytes)> on_spilled;
};

// A deposit's file in plain text. `opened` is not OK if there is no source to read (then it is
// ignored).
struct Content {
  absl::Status opened;
  base::ByteSource* source = nullptr;
  std::string file_name;
  std::optional<absl::StatusOr<PreviousReport>> previous = std::nullopt;  // CheckOptions::previous
  // Of a DIFF or INCR: all that might stand before it, each with `open`.
  std::vector<ChainDeposit> bases = {};
};

// Judges the file that a source gives, against the label that `manifest` puts on it. An error is
// CANCELLED; everything else is a report.
class ContentJudge {
 public:
  virtual ~ContentJudge() = default;
  virtual absl::StatusOr<Report> Judge(const Content& content,
                                       const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                       const JudgeOptions& options) const = 0;
};

// Borrowed: must outlive the call.
struct JudgePeers {
  vault::RemoteVault& vault;
  const vault::AgentConnection& agent;
  const crypto::OpeningKey& opening_key;
  const crypto::SigningKey& signing_key;
  const base::Clock& clock;
  const ContentJudge& content_judge;  // confined_judge.h: deposits are read in another process
  std::string scratch_dir = "";       // verifier/opening/opening.h
};

struct Judged {
  Report report;
  tidemark::v1::SignedVerdict verdict;
};

// Asked before the work, for a verdict on a deposit of the TLD would go nowhere otherwise:
// FAILED_PRECONDITION: `vault`, at `address`, is a second copy, which records none. A server that
// does not tell is OK: it is met later.
absl::Status CheckTakesVerdicts(vault::RemoteVault& vault, absl::string_view address,
                                const std::string& tld);

// A report with its signed verdict, not appended yet. An error means that there is not even a
// manifest to bind a verdict to (NOT_FOUND, DATA_LOSS: tampered custody, UNAVAILABLE), or
// CANCELLED.
absl::StatusOr<Judged> JudgeDeposit(const JudgePeers& peers, const vault::DepositId& id,
                                    const JudgeOptions& options);

// What a ContentJudge does, in this process.
absl::StatusOr<Report> JudgeContent(const Content& content,
                                    const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                    const JudgeOptions& options);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_JUDGE_H_
