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
#include "cli/log_modes.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/log_proof.h"
#include "vault/witness/prove.h"
#include "vault/witness/witness.h"

namespace tidemark::cli {

// Every role may ask for heads and proofs, so what else the configuration holds is not looked at.
absl::StatusOr<LogSession> ConnectLog(const std::string& config_path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(config_path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(agent.receipt_key_hex));
  ASSIGN_OR_RETURN(std::unique_ptr<vault::RemoteLog> log, vault::RemoteLog::Connect(agent));
  ASSIGN_OR_RETURN(vault::VerifiedHead newest, vault::FetchNewestHead(*log, agent.vault_id, key));
  return LogSession{std::move(agent), key, std::move(log), std::move(newest)};
}

absl::StatusOr<std::optional<vault::VerifiedHead>> LoadSince(const LogArguments& arguments,
                                                             const crypto::VerifyKey& key) {
  if (arguments.since.empty()) return std::optional<vault::VerifiedHead>();
  ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(arguments.since));
  absl::StatusOr<vault::VerifiedHead> head = vault::ParseHead(bytes, key);
  if (!head.ok()) return base::Annotate(head.status(), arguments.since);
  return std::optional<vault::VerifiedHead>(*std::move(head));
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

namespace {

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
  const absl::StatusOr<bool> all =
      vault::ReadLeaves(*peer->log, peer->newest, *from, [&](const tidemark::v1::StoredLeaf& leaf) {
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

  const auto [head, head_arguments] =
      add("head", "Show and keep the newest tree head", RunHead, true);
  head->add_option("--out", head_arguments->out, "Write the signed tree head to this file");
  AddFormatOption(*head, head_arguments->format);
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
  AddFormatOption(*verify, verify_arguments->format);
  verify->footer(
      "With FILE it needs no network. Without, the server of --config shows that its log goes on\n"
      "from the head of --since.\n"
      "Exit status: 0 it holds, 1 it does not, or the log was set back, 2 could not be decided.\n"
      "Example: tidemark log verify A1.proof --agent agent.toml --since 2026-11-22.head\n"
      "         tidemark log verify --since 2026-11-22.head --config depositor.toml");

  const auto [leaves, leaves_arguments] = add("leaves", "List the log's entries", RunLeaves, true);
  leaves->add_option("--from", leaves_arguments->from, "The first (default: 0)");
  AddFormatOption(*leaves, leaves_arguments->format);
  leaves->footer(
      "Entries about deposits of TLDs that the certificate is not for are not shown.\n"
      "Exit status: 0 listed, 1 refused, 2 otherwise, also if they are not those of the tree "
      "head.\n"
      "Example: tidemark log leaves --config auditor.toml --format json");
}

}  // namespace tidemark::cli
