// tidemark show: one deposit, with everything that was signed about it checked.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "cli/log_json.h"
#include "cli/shown_deposit.h"
#include "verifier/opening/opening.h"

namespace tidemark::cli {
namespace {

struct ShowArguments {
  std::string id;
  std::string config;
  std::string format = "text";
};

struct Shown {
  ShownDeposit deposit;
  std::vector<tidemark::v1::VerdictBody> verdicts;
};

absl::StatusOr<Shown> FetchVerified(const AgentSession& peer, const vault::DepositId& id) {
  ASSIGN_OR_RETURN(ShownDeposit deposit, FetchShown(peer, id));
  Shown shown{.deposit = std::move(deposit), .verdicts = {}};
  for (const tidemark::v1::SignedVerdict& verdict : shown.deposit.record.verdicts()) {
    ASSIGN_OR_RETURN(tidemark::v1::VerdictBody body,
                     verifier::CheckVerdict(shown.deposit.deposit, verdict, peer.agent));
    shown.verdicts.push_back(std::move(body));
  }
  return shown;
}

// What only the manifest says.
Json ManifestJson(const tidemark::v1::ClearManifest& manifest) {
  uint64_t frames = 0;
  for (const auto& pack : manifest.packs()) frames += pack.frame_count();
  return {{"kind", std::string(KindName(manifest.kind()))},
          {"watermark", TimeFromSeconds(manifest.watermark_unix_seconds())},
          {"prevId", manifest.prev_id().empty() ? Json(nullptr) : Json(manifest.prev_id())},
          {"packs", manifest.packs_size()},
          {"frames", frames},
          {"frame_bytes", manifest.frame_bytes()},
          {"manifest_bytes", manifest.manifest_bytes()},
          {"verifier_key_id", base::HexEncode(manifest.verifier_key_id())},
          {"release_key_id", base::HexEncode(manifest.release_key_id())}};
}

Json ShownJson(const Shown& shown) {
  Json verdicts = Json::array();
  for (const auto& verdict : shown.verdicts) {
    verdicts.push_back({{"outcome", std::string(OutcomeName(verdict.outcome()))},
                        {"ruleset", verdict.ruleset()},
                        {"profile", verdict.profile()},
                        {"judged_at", TimeFromMicros(verdict.judged_at_unix_micros())}});
  }
  const bool is_deleted = !shown.deposit.deletion.empty();
  const verifier::SealedDeposit& deposit = shown.deposit.deposit;
  Json json = {{"deposit", deposit.id.ToString()}};
  if (is_deleted) {
    json["deleted"] = LeafJson(shown.deposit.record.shredded());
  } else {
    json.update(ManifestJson(deposit.manifest));
  }
  json["receipt"] = ReceiptJson(deposit.receipt);
  json["verdicts"] = std::move(verdicts);
  json["verified"] = {{"receipt", true}, {"manifest", !is_deleted}, {"verdicts", true}};
  return json;
}

void PrintText(const Shown& shown) {
  const verifier::SealedDeposit& deposit = shown.deposit.deposit;
  const tidemark::v1::ClearManifest& manifest = deposit.manifest;
  const bool is_deleted = !shown.deposit.deletion.empty();
  std::printf("%s\n%s", deposit.id.ToString().c_str(), ReceiptText(deposit.receipt).c_str());
  if (is_deleted) {
    std::printf("  deleted      %s\n", shown.deposit.deletion.c_str());
  } else {
    std::printf("  sealed       %s in frames, %s of manifest\n",
                base::FormatByteCount(static_cast<double>(manifest.frame_bytes())).c_str(),
                base::FormatByteCount(static_cast<double>(manifest.manifest_bytes())).c_str());
  }
  for (const auto& verdict : shown.verdicts) {
    std::printf("  verdict      %s (%s, %s) at %s\n",
                std::string(OutcomeName(verdict.outcome())).c_str(), verdict.ruleset().c_str(),
                verdict.profile().c_str(), TimeFromMicros(verdict.judged_at_unix_micros()).c_str());
  }
  if (shown.verdicts.empty()) {
    std::printf("  verdict      %s\n", is_deleted ? "none" : "none yet");
  }
  std::printf("Verified: receipt and log entry%s%s.\n",
              is_deleted ? "" : ", the depositor's signature and certificate",
              shown.verdicts.empty() ? "" : ", every verdict's signature");
}

void Run(const ShowArguments& arguments, Session& session) {
  const absl::StatusOr<AgentSession> peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, "show", peer.status());
  const absl::StatusOr<vault::DepositId> id = ResolveId(*peer->vault, arguments.id);
  if (!id.ok()) return FailFromServer(session, "show", id.status());
  const absl::StatusOr<Shown> shown = FetchVerified(*peer, *id);
  if (!shown.ok()) return FailFromServer(session, "show", shown.status());
  if (arguments.format == "json") {
    PrintJson(ShownJson(*shown));
  } else {
    PrintText(*shown);
  }
  if (shown->deposit.deletion.empty()) return;
  // It is not there, whatever is known of it.
  std::fprintf(stderr,
               "tidemark show: %s is no longer there; tidemark log prove --entry %llu proves that "
               "its deletion is in the log\n",
               id->ToString().c_str(),
               static_cast<unsigned long long>(shown->deposit.record.shredded().log_index()));
  session.exit = Exit::kNo;
}

}  // namespace

void AddShow(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("show", "Show one deposit, and verify what was signed");
  auto arguments = std::make_shared<ShowArguments>();
  verb->add_option("ID", arguments->id, "TLD/ID/RESEND, or TLD/ID for the highest resend")
      ->required();
  AddConfigOption(*verb, arguments->config,
                  "operator.toml, auditor.toml, successor.toml or verifier.toml");
  AddFormatOption(*verb, arguments->format);
  verb->footer(
      "Of a deposit that policy deleted: receipt, verdicts, when and why.\n"
      "Exit status: 0 all of it holds, 1 no such deposit, or deleted, or the server refuses it, 2\n"
      "tampered, or can't be asked.\n"
      "Example: tidemark show example/20261122001/0 --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
