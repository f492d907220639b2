#include <cstdio>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/status.h"
#include "cli/deposit_json.h"
#include "cli/log_json.h"
#include "cli/log_modes.h"
#include "vault/witness/log_proof.h"
#include "vault/witness/witness.h"

namespace tidemark::cli {
namespace {

using vault::VerifiedHead;

// What the kept head says of the proof's: OK it goes on from it; DATA_LOSS it does not; anything
// else: the proof does not say.
absl::Status HoldAgainst(const std::optional<VerifiedHead>& kept,
                         const vault::VerifiedLogProof& proof) {
  if (!kept.has_value()) return absl::OkStatus();
  // Without its own consistency proof a file still shows whether two heads of one size agree.
  for (const VerifiedHead* head :
       {&proof.head, proof.since.has_value() ? &*proof.since : nullptr}) {
    if (head == nullptr || head->tree.size != kept->tree.size) continue;
    return vault::CheckContinuation(*kept, *head, {});
  }
  return absl::FailedPreconditionError(
      "the proof does not say whether the log goes on from the head of --since; make one that "
      "does: "
      "tidemark log prove ID --since HEAD");
}

void PrintVerified(const LogArguments& arguments, const absl::Status& why,
                   const vault::VerifiedLogProof* proof) {
  if (arguments.format != "json") {
    if (!why.ok()) return;
    std::printf(
        "The agent's log has this entry:\n%s"
        "Verified: inclusion proof, tree head and the agent's signature.\n%s",
        ProofLines(*proof).c_str(),
        arguments.since.empty() ? kNoWitness : "The log goes on from the head of --since.\n");
    return;
  }
  PrintJson({{"verified", why.ok()},
             {"why", why.ok() ? Json(nullptr) : Json(std::string(why.message()))},
             {"witnessed", why.ok() && !arguments.since.empty()},
             {"proof", proof != nullptr ? ProofJson(*proof) : Json(nullptr)}});
}

void VerifyFile(const LogArguments& arguments, Session& session) {
  constexpr char kVerb[] = "log verify";
  const absl::StatusOr<crypto::VerifyKey> key = LoadReceiptKey(arguments.key);
  if (!key.ok()) return Fail(session, kVerb, key.status());
  const absl::StatusOr<std::string> bytes = base::ReadSmallFile(arguments.file);
  if (!bytes.ok()) return Fail(session, kVerb, bytes.status());
  const absl::StatusOr<std::optional<VerifiedHead>> since = LoadSince(arguments, *key);
  if (!since.ok()) return Fail(session, kVerb, since.status());
  const absl::StatusOr<vault::VerifiedLogProof> proof = vault::VerifyLogProof(*bytes, *key);
  const absl::Status why = proof.ok() ? HoldAgainst(*since, *proof) : proof.status();
  PrintVerified(arguments, why, proof.ok() ? &*proof : nullptr);
  if (why.ok()) return;
  if (arguments.format != "json") Fail(session, kVerb, why);
  session.exit = absl::IsDataLoss(why) ? Exit::kNo : Exit::kUndecided;
}

void VerifyServer(const LogArguments& arguments, Session& session) {
  constexpr char kVerb[] = "log verify";
  const absl::StatusOr<LogSession> peer = ConnectLog(arguments.key.config);
  if (!peer.ok()) return Fail(session, kVerb, peer.status());
  const absl::StatusOr<std::optional<VerifiedHead>> since = LoadSince(arguments, peer->key);
  if (!since.ok()) return Fail(session, kVerb, since.status());
  const absl::Status why = vault::AskNewestContinues(*peer->log, **since, peer->newest);
  if (!why.ok() && !absl::IsDataLoss(why)) return Fail(session, kVerb, why);
  if (arguments.format == "json") {
    PrintJson({{"continues", why.ok()},
               {"why", why.ok() ? Json(nullptr) : Json(std::string(why.message()))},
               {"since", HeadJson(**since)},
               {"tree_head", HeadJson(peer->newest)}});
  } else if (why.ok()) {
    std::printf(
        "The agent's log goes on from the head of --since:\n  then         %s\n"
        "  now          %s\n",
        vault::HeadText(**since).c_str(), vault::HeadText(peer->newest).c_str());
  }
  if (why.ok()) return;
  if (arguments.format != "json") Fail(session, kVerb, why);
  session.exit = Exit::kNo;
}

}  // namespace

void RunVerify(const LogArguments& arguments, Session& session) {
  if (!arguments.file.empty()) return VerifyFile(arguments, session);
  if (arguments.since.empty() || arguments.key.config.empty()) {
    return Fail(
        session, "log verify",
        absl::InvalidArgumentError("a proof's FILE is needed, or --since and --config to ask "
                                   "the server"));
  }
  VerifyServer(arguments, session);
}

}  // namespace tidemark::cli
