// tidemark hold: keep a deposit from every retention policy, and let it go again.

#include <cstdio>
#include <memory>
#include <string>

#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "proto/service.pb.h"
#include "vault/manifest.h"
#include "vault/remote/remote_retention.h"

namespace tidemark::cli {
namespace {

struct HoldArguments {
  std::string id;
  std::string case_id;
  std::string reason;
  std::string config;
};

enum class Change { kPlace, kLift };

constexpr absl::string_view NameOf(Change change) {
  return change == Change::kPlace ? "hold place" : "hold lift";
}

absl::StatusOr<uint64_t> Ask(const HoldArguments& arguments, Change change, std::string& id_text) {
  absl::StatusOr<AgentSession> peer = ConnectAs(arguments.config);
  if (!peer.ok()) return peer.status();
  const absl::StatusOr<vault::DepositId> id = ResolveId(*peer->vault, arguments.id);
  if (!id.ok()) return id.status();
  id_text = id->ToString();
  tidemark::v1::HoldRequest request;
  *request.mutable_identity() = vault::ToProto(*id);
  request.set_case_id(arguments.case_id);
  request.set_reason(arguments.reason);
  const auto retention = vault::RemoteRetention::Connect(peer->agent);
  if (!retention.ok()) return retention.status();
  return change == Change::kPlace ? (*retention)->PlaceHold(request)
                                  : (*retention)->LiftHold(request);
}

void Run(const HoldArguments& arguments, Change change, Session& session) {
  std::string id = arguments.id;
  const absl::StatusOr<uint64_t> log_index = Ask(arguments, change, id);
  if (!log_index.ok()) {
    FailFromServer(session, NameOf(change), log_index.status());
    if (absl::IsAlreadyExists(log_index.status()) ||
        absl::IsFailedPrecondition(log_index.status())) {
      session.exit = Exit::kNo;
    }
    return;
  }
  if (session.quiet) return;
  std::printf(change == Change::kPlace
                  ? "%s is held for case %s (log entry %llu): no policy deletes it\n"
                  : "%s is no longer held for case %s (log entry %llu)\n",
              id.c_str(), arguments.case_id.c_str(), static_cast<unsigned long long>(*log_index));
}

void AddChange(CLI::App& hold, Change change, Session& session) {
  const bool is_place = change == Change::kPlace;
  CLI::App* verb = hold.add_subcommand(
      is_place ? "place" : "lift",
      is_place ? "Keep a deposit from every policy" : "Let a deposit go that a case held");
  auto arguments = std::make_shared<HoldArguments>();
  verb->add_option("ID", arguments->id, "TLD/ID/RESEND, or TLD/ID for the highest resend")
      ->required();
  verb->add_option("--case", arguments->case_id,
                   "The case's name, 1 to 64 of A-Z a-z 0-9 . _ -: it is lifted by this name")
      ->required();
  verb->add_option("--reason", arguments->reason, "Why, in one line; the log keeps it")->required();
  AddConfigOption(*verb, arguments->config, "operator.toml or auditor.toml");
  verb->footer(is_place
                   ? "Exit status: 0 it is held, 1 refused (no such deposit, deleted, or the case "
                     "has a hold\non it already), 2 can't be asked.\n"
                     "Example: tidemark hold place example/20261122001/0 --case 2026-117 "
                     "--reason \"court order of 26 November\" --config operator/operator.toml"
                   : "Exit status: 0 it is let go, 1 refused (no such deposit or hold), 2 can't be "
                     "asked.\n"
                     "Example: tidemark hold lift example/20261122001/0 --case 2026-117 "
                     "--reason \"case closed\" --config operator/operator.toml");
  verb->callback([arguments, change, &session] { Run(*arguments, change, session); });
}

}  // namespace

void AddHold(CLI::App& app, Session& session) {
  CLI::App* hold = app.add_subcommand("hold", "Keep a deposit from every retention policy");
  hold->require_subcommand(1);
  hold->footer(
      "Example: tidemark hold place example/20261122001/0 --case 2026-117 --reason \"court order\" "
      "--config operator/operator.toml");
  AddChange(*hold, Change::kPlace, session);
  AddChange(*hold, Change::kLift, session);
}

}  // namespace tidemark::cli
