#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/log_modes.h"
#include "vault/receipt.h"
#include "vault/witness/log_proof.h"
#include "vault/witness/prove.h"
#include "vault/witness/witness.h"

namespace tidemark::cli {
namespace {

using vault::VerifiedHead;

// The leaf of the deposit's commit or of one of its verdicts, before anything is proved of it.
absl::StatusOr<vault::ClaimedLeaf> FindLeaf(const LogArguments& arguments,
                                            const AgentSession& reader, const LogSession& peer) {
  ASSIGN_OR_RETURN(const vault::DepositId id, ResolveId(*reader.vault, arguments.file));
  ASSIGN_OR_RETURN(const tidemark::v1::DepositRecord record, reader.vault->ShowEvenDeleted(id));
  ASSIGN_OR_RETURN(const tidemark::v1::ReceiptBody receipt,
                   vault::VerifyReceipt(record.receipt(), peer.key));
  if (arguments.verdict == 0) return vault::ClaimedLeaf{receipt.log_index(), receipt.log_leaf()};
  const int64_t index = int64_t{arguments.verdict} - 1 - record.verdicts_omitted();
  if (index < 0 || index >= record.verdicts_size()) {
    return absl::NotFoundError(absl::StrCat(
        id.ToString(), " has no verdict ", arguments.verdict, " that the server shows; there are ",
        record.verdicts_omitted() + static_cast<uint32_t>(record.verdicts_size())));
  }
  return vault::FindVerdictLeaf(*peer.log, receipt.log_index(), peer.newest.tree.size,
                                receipt.identity(), record.verdicts(static_cast<int>(index)));
}

// Whatever the entry is about: a hold, a deletion, an erasure, too.
absl::StatusOr<vault::ClaimedLeaf> FindEntry(const LogArguments& arguments,
                                             const LogSession& peer) {
  ASSIGN_OR_RETURN(const uint64_t index, EntryNumber("--entry", arguments.entry));
  if (index >= peer.newest.tree.size) {
    return absl::NotFoundError(absl::StrCat("the log has no entry ", index, "; it has ",
                                            peer.newest.tree.size, ", from 0"));
  }
  std::optional<vault::ClaimedLeaf> found;
  RETURN_IF_ERROR(peer.log->Leaves(index, 1, [&found](const tidemark::v1::StoredLeaf& leaf) {
    found = vault::ClaimedLeaf{leaf.log_index(), leaf.leaf(), leaf.act()};
    return absl::OkStatus();
  }));
  if (found.has_value()) return *std::move(found);
  return absl::NotFoundError(
      absl::StrCat("entry ", index, " is about a deposit that is not for this certificate"));
}

// `is_decisive`: what fails is a proof, and not the way to what is to be proved.
absl::StatusOr<tidemark::v1::LogProof> Prove(const LogArguments& arguments, LogSession& peer,
                                             bool& is_decisive) {
  if (arguments.file.empty() == arguments.entry.empty()) {
    return absl::InvalidArgumentError("want a deposit's ID or --entry NUMBER, and not both");
  }
  ASSIGN_OR_RETURN(const std::optional<VerifiedHead> since, LoadSince(arguments, peer.key));
  if (since.has_value()) {
    // First, for a log that was set back may have lost what is looked for.
    is_decisive = true;
    RETURN_IF_ERROR(vault::AskNewestContinues(*peer.log, *since, peer.newest));
    is_decisive = false;
  }
  absl::StatusOr<vault::ClaimedLeaf> leaf = absl::UnknownError("");
  if (arguments.entry.empty()) {
    ASSIGN_OR_RETURN(const AgentSession reader, ConnectAs(arguments.key.config));
    leaf = FindLeaf(arguments, reader, peer);
  } else {
    leaf = FindEntry(arguments, peer);
  }
  RETURN_IF_ERROR(leaf.status());
  is_decisive = true;
  return vault::FetchLogProof(*peer.log, *leaf, peer.newest, since, peer.key);
}

}  // namespace

void RunProve(const LogArguments& arguments, Session& session) {
  constexpr char kVerb[] = "log prove";
  absl::StatusOr<LogSession> peer = ConnectLog(arguments.key.config);
  if (!peer.ok()) return FailFromServer(session, kVerb, peer.status());
  bool is_decisive = false;
  const absl::StatusOr<tidemark::v1::LogProof> proof = Prove(arguments, *peer, is_decisive);
  if (!proof.ok()) {
    FailFromServer(session, kVerb, proof.status());
    // The log was set back or rewritten, or what the server shows is not in it: that is a no.
    if (is_decisive && absl::IsDataLoss(proof.status())) session.exit = Exit::kNo;
    return;
  }
  const std::string bytes = proof->SerializeAsString();
  const absl::Status written = base::WriteFile(arguments.out, bytes, base::FileMode::kPublic);
  if (!written.ok()) return Fail(session, kVerb, written);
  if (session.quiet) return;
  std::printf(
      "%s proves log entry %llu in a log of %llu leaves (%d hashes%s).\n", arguments.out.c_str(),
      static_cast<unsigned long long>(proof->log_index()),
      static_cast<unsigned long long>(peer->newest.tree.size), proof->inclusion_proof_size(),
      proof->has_since()
          ? absl::StrCat(", and ", proof->consistency_proof_size(), " since the other head").c_str()
          : "");
}

}  // namespace tidemark::cli
