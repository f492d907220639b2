// tidemark log: the agent's audit log, shown and proved; what proves it is checked offline.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "cli/log_json.h"
#include "cli/receipt_key.h"
#include "vault/receipt.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/log_proof.h"
#include "vault/witness/prove.h"
#include "vault/witness/witness.h"

namespace tidemark::cli {
namespace {

using vault::VerifiedHead;

constexpr char kNoWitness[] =
    "Without a tree head that somebody kept (--since) it cannot be known whether the log was set "
    "back\nas a whole.\n";

struct LogArguments {
  std::string file;  // or a deposit's id
  ReceiptKeySource key;
  std::string since;
  std::string out;
  std::string format = "text";
  int verdict = 0;
  std::string entry;  // a number, instead of a deposit's id
  std::string from = "0";
};

struct LogSession {
  vault::AgentConnection agent;
  crypto::VerifyKey key;
  std::unique_ptr<vault::RemoteLog> log;
  VerifiedHead newest;
};

// Every role may ask for heads and proofs, so what else the configuration holds is not looked at.
absl::StatusOr<LogSession> ConnectLog(const std::string& config_path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(config_path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(agent.receipt_key_hex));
  ASSIGN_OR_RETURN(std::unique_ptr<vault::RemoteLog> log, vault::RemoteLog::Connect(agent));
  ASSIGN_OR_RETURN(VerifiedHead newest, vault::FetchNewestHead(*log, agent.vault_id, key));
  return LogSession{std::move(agent), key, std::move(log), std::move(newest)};
}

absl::StatusOr<std::optional<VerifiedHead>> LoadSince(const LogArguments& arguments,
                                                      const crypto::VerifyKey& key) {
  if (arguments.since.empty()) return std::optional<VerifiedHead>();
  ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(arguments.since));
  absl::StatusOr<VerifiedHead> head = vault::ParseHead(bytes, key);
  if (!head.ok()) return base::Annotate(head.status(), arguments.since);
  return std::optional<VerifiedHead>(*std::move(head));
}

void RunHead(const LogArguments& arguments, Session& session) {
  constexpr char kVerb[] = "log head";
  const absl::StatusOr<LogSession> peer = ConnectLog(arguments.key.config);
  if (!peer.ok()) return FailFromServer(session, kVerb, peer.status());
  if (!arguments.out.empty()) {
    const absl::Status written = base::WriteFile(
        arguments.out, peer->newest.head.SerializeAsString(), base::FileMode::kPublic);
    if (!written.ok()) return Fail(session, kVerb, written);
  }
  if (arguments.format == "json") return PrintJson(HeadJson(peer->newest));
  std::printf("The agent's audit log:\n%sVerified: the agent's signature. %s",
              HeadLines(peer->newest).c_str(), kNoWitness);
}

absl::StatusOr<uint64_t> EntryNumber(absl::string_view option, const std::string& text) {
  uint64_t number = 0;
  const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (is_number && absl::SimpleAtoi(text, &number)) return number;
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": want the number of a log entry, from 0, not \"", text, "\""));
}

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

// The list as it comes, then whether all of it is the newest head's; whole also when it breaks off.
void RunLeaves(const LogArguments& arguments, Session& session) {
  constexpr char kVerb[] = "log leaves";
  const absl::StatusOr<uint64_t> from = EntryNumber("--from", arguments.from);
  if (!from.ok()) return Fail(session, kVerb, from.status());
  const absl::StatusOr<LogSession> peer = ConnectLog(arguments.key.config);
  if (!peer.ok()) return FailFromServer(session, kVerb, peer.status());
  const bool is_json = arguments.format == "json";
  const char* separator = "\n";
  if (is_json) std::printf("{\"leaves\": [");
  const absl::StatusOr<bool> all = vault::ReadLeaves(
      *peer->log, peer->newest, *from, [&](const tidemark::v1::StoredLeaf& leaf) {
        if (is_json) {
          std::printf("%s%s", std::exchange(separator, ",\n"),
                      LeafJson(leaf).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
        } else {
          std::printf("%s\n", LeafLine(leaf).c_str());
        }
        return absl::OkStatus();
      });
  if (is_json) {
    const Json why = all.ok() ? Json(nullptr) : Json(std::string(all.status().message()));
    std::printf("\n],\n\"verified\": %s,\n\"error\": %s,\n\"tree_head\": %s}\n",
                all.ok() && *all ? "true" : "false",
                why.dump(-1, ' ', false, Json::error_handler_t::replace).c_str(),
                HeadJson(peer->newest).dump().c_str());
  }
  if (!all.ok()) return FailFromServer(session, kVerb, all.status());
  if (!is_json && !session.quiet) {
    std::fputs(*all ? "Verified: these are all leaves of the newest tree head.\n"
                    : "Not verified: some leaves were not asked for, or are not shown to this "
                      "certificate.\n",
               stderr);
  }
}

}  // namespace

void AddLog(CLI::App& app, Session& session) {
  CLI::App* log = app.add_subcommand("log", "Show, prove and verify the agent's audit log");
  log->require_subcommand(1);
  log->footer("Example: tidemark log head --config depositor.toml --out 2026-11-22.head");
  const auto add = [&](const char* name, const char* what, auto run, bool is_online) {
    auto arguments = std::make_shared<LogArguments>();
    CLI::App* verb = log->add_subcommand(name, what);
    CLI::Option* config =
        verb->add_option("--config", arguments->key.config, "Configuration of a peer of the agent")
            ->envname("TIDEMARK_CONFIG");
    if (is_online) config->required();
    verb->callback([arguments, &session, run] { run(*arguments, session); });
    return std::make_pair(verb, arguments);
  };
  const auto add_format = [](CLI::App* verb, LogArguments& arguments) {
    verb->add_option("--format", arguments.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  };

  const auto [head, head_arguments] =
      add("head", "Show and keep the newest tree head", RunHead, true);
  head->add_option("--out", head_arguments->out, "Write the signed tree head to this file");
  add_format(head, *head_arguments);
  head->footer(
      "Whoever keeps a head can see later whether the log was set back.\n"
      "Exit status: 0 the head, 1 refused, 2 otherwise.\n"
      "Example: tidemark log head --config depositor.toml --out 2026-11-22.head");

  const auto [prove, prove_arguments] =
      add("prove", "Fetch the proof that a deposit, verdict or act is in the log", RunProve, true);
  prove->add_option("ID", prove_arguments->file, "TLD/ID/RESEND, or TLD/ID for the highest resend");
  CLI::Option* verdict =
      prove
          ->add_option("--verdict", prove_arguments->verdict,
                       "Of this verdict, 1 is the oldest (default: of the deposit)")
          ->check(CLI::Range(1, 1'000'000));
  prove
      ->add_option("--entry", prove_arguments->entry,
                   "Instead of ID: the number of a log entry, as of a hold or a deletion, with "
                   "what was done")
      ->excludes(verdict);
  prove->add_option("--since", prove_arguments->since,
                    "A tree head that was kept: prove that the log goes on from it, too");
  prove->add_option("--out", prove_arguments->out, "Write the proof to this file")->required();
  prove->footer(
      "Exit status: 0 the proof holds and is written, 1 no such deposit, verdict or entry, or the\n"
      "log was set back, 2 otherwise. Holds, deletions and erasures have numbers (log leaves).\n"
      "Example: tidemark log prove example/20261122001/0 --config operator.toml --out A1.proof\n"
      "         tidemark log prove --entry 17 --config operator.toml --out hold.proof");

  const auto [verify, verify_arguments] =
      add("verify", "Check a proof offline, or the server's log", RunVerify, false);
  verify->add_option("FILE", verify_arguments->file, "Proof, as log prove writes it");
  verify->add_option("--agent", verify_arguments->key.agent, "agent.toml, as keygen writes it");
  verify->add_option("--key", verify_arguments->key.key, "The agent's receipt key, in hex");
  verify->add_option("--since", verify_arguments->since,
                     "A tree head that was kept: does the log go on from it?");
  add_format(verify, *verify_arguments);
  verify->footer(
      "With FILE it needs no network. Without, the server of --config shows that its log goes on\n"
      "from the head of --since.\n"
      "Exit status: 0 it holds, 1 it does not, or the log was set back, 2 could not be decided.\n"
      "Example: tidemark log verify A1.proof --agent agent.toml --since 2026-11-22.head\n"
      "         tidemark log verify --since 2026-11-22.head --config depositor.toml");

  const auto [leaves, leaves_arguments] = add("leaves", "List the log's entries", RunLeaves, true);
  leaves->add_option("--from", leaves_arguments->from, "The first (default: 0)");
  add_format(leaves, *leaves_arguments);
  leaves->footer(
      "Entries about deposits of TLDs that the certificate is not for are not shown.\n"
      "Exit status: 0 listed, 1 refused, 2 otherwise, also if they are not those of the tree "
      "head.\n"
      "Example: tidemark log leaves --config auditor.toml --format json");
}

}  // namespace tidemark::cli
