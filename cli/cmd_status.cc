// tidemark status: what the vault holds, TLD by TLD.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "crypto/sign.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::cli {
namespace {

struct StatusArguments {
  std::string tld;
  std::string config;
  std::string format = "text";
};

absl::StatusOr<tidemark::v1::TreeHeadBody> VerifyTreeHead(
    const tidemark::v1::SignedTreeHead& head, const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(agent.receipt_key_hex));
  RETURN_IF_ERROR(key.Verify(crypto::SignaturePurpose::kTreeHead, head.body(), head.signature()));
  tidemark::v1::TreeHeadBody body;
  if (!body.ParseFromString(head.body()) || body.vault_id() != agent.vault_id) {
    return absl::DataLossError("the server's signed tree head is another vault's");
  }
  return body;
}

Json TimeOrNull(int64_t unix_micros) {
  return unix_micros == 0 ? Json(nullptr) : Json(TimeFromMicros(unix_micros));
}

Json ScrubJson(const tidemark::v1::StatusReply::Scrub& scrub) {
  return {{"cycle", scrub.cycle()},
          {"cycle_started", TimeOrNull(scrub.cycle_started_unix_micros())},
          {"done", scrub.done()},
          {"pieces_damaged", scrub.pieces_damaged()},
          {"records_damaged", scrub.records_damaged()},
          {"tables_refused", scrub.tables_refused()},
          {"damage_known", !scrub.damage_unknown()},
          {"finished", TimeOrNull(scrub.finished_unix_micros())},
          {"finished_pieces", scrub.finished_pieces()},
          {"finished_bytes", scrub.finished_bytes()},
          {"finished_records", scrub.finished_records()}};
}

// Each of what is known to be damaged, a line; or, behind what was looked at, that nothing is.
std::string DamageText(const tidemark::v1::StatusReply::Scrub& scrub) {
  std::string text;
  if (scrub.damage_unknown()) {
    absl::StrAppendFormat(&text, "DAMAGE IS NOT KNOWN: what the scrub had found could not be read "
                          "any more; it looks again, until cycle %d is done. What follows is the "
                          "least\n", scrub.cycle());
  }
  if (scrub.pieces_damaged() > 0) {
    absl::StrAppendFormat(&text, "DAMAGE: %d stored pieces; the server's log names them, and so "
                          "does tidemark fsck\n", scrub.pieces_damaged());
  }
  if (scrub.records_damaged() > 0) {
    absl::StrAppendFormat(&text, "DAMAGE: %d stretches of other records cannot be read; the "
                          "server's log names them (records-damaged) and what helps\n",
                          scrub.records_damaged());
  }
  if (scrub.tables_refused() > 0) {
    absl::StrAppendFormat(&text, "DAMAGE: %d table files that are not made anew yet; the server's "
                          "log says why (table-damaged, table-not-remade)\n",
                          scrub.tables_refused());
  }
  return text;
}

std::string ScrubText(const tidemark::v1::StatusReply::Scrub& scrub) {
  const std::string damage = DamageText(scrub);
  if (scrub.cycle() == 0) return "scrub: nothing was looked at yet\n" + damage;
  std::string text = absl::StrFormat("scrub: cycle %d, %.0f %% done", scrub.cycle(),
                                     100 * scrub.done());
  const bool is_full = scrub.finished_unix_micros() != 0;
  if (is_full) {
    absl::StrAppendFormat(&text, "; last full one at %s, %d pieces, %s",
                          TimeFromMicros(scrub.finished_unix_micros()), scrub.finished_pieces(),
                          base::FormatByteCount(static_cast<double>(scrub.finished_bytes())));
    absl::StrAppend(&text, scrub.finished_records() > 0
                               ? absl::StrCat(", and ", scrub.finished_records(), " other records")
                               : ", and no other records yet");
  }
  if (!damage.empty()) return absl::StrCat(text, "\n", damage);
  return text + (is_full && scrub.finished_records() > 0
                     ? "; no damage known\n"
                     : "; no damage found in what was looked at\n");
}

Json StatusJson(const tidemark::v1::StatusReply& reply, const tidemark::v1::TreeHeadBody& head) {
  Json tlds = Json::array();
  for (const auto& tld : reply.tlds()) {
    tlds.push_back({{"tld", tld.tld()},
                    {"deposits", tld.deposits()},
                    {"deleted", tld.shredded()},
                    {"latest", tld.has_latest() ? SummaryJson(tld.latest()) : Json(nullptr)}});
  }
  return {{"tlds", std::move(tlds)},
          {"stored_bytes", reply.stored_bytes()},
          {"disk_bytes", reply.disk_bytes()},
          {"is_second_copy", reply.is_second_copy()},
          {"copy_stopped",
           reply.copy_stopped().empty() ? Json(nullptr) : Json(reply.copy_stopped())},
          {"clock_state", reply.clock_state()},
          {"scrub", ScrubJson(reply.scrub())},
          {"log", {{"size", head.tree_size()},
                   {"root", base::HexEncode(head.root())},
                   {"time", TimeFromMicros(head.time_unix_micros())},
                   {"signature_verified", true}}}};
}

void PrintText(const tidemark::v1::StatusReply& reply, const tidemark::v1::TreeHeadBody& head) {
  std::printf("%-24s %8s  %-32s %-22s %s\n", "TLD", "deposits", "latest", "received at", "verdict");
  for (const auto& tld : reply.tlds()) {
    std::printf("%-24s %8llu  %-32s %-22s %s\n", tld.tld().c_str(),
                static_cast<unsigned long long>(tld.deposits()),
                IdText(tld.latest().identity()).c_str(),
                TimeFromMicros(tld.latest().received_at_unix_micros()).c_str(),
                std::string(OutcomeName(tld.latest().latest_verdict())).c_str());
  }
  std::printf("%s of sealed deposits, %s on disk; clock %s; log of %llu entries, signature "
              "verified\n",
              base::FormatByteCount(static_cast<double>(reply.stored_bytes())).c_str(),
              base::FormatByteCount(static_cast<double>(reply.disk_bytes())).c_str(),
              reply.clock_state().c_str(), static_cast<unsigned long long>(head.tree_size()));
  std::printf("%s", ScrubText(reply.scrub()).c_str());
  if (!reply.copy_stopped().empty()) {
    std::printf("STOPPED: this second copy is not kept in step: %s\n",
                reply.copy_stopped().c_str());
  } else if (reply.is_second_copy()) {
    std::printf("This is a second copy: it takes what its primary logged, and nothing else.\n");
  }
}

void Run(const StatusArguments& arguments, Session& session) {
  const absl::StatusOr<AgentSession> peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, "status", peer.status());
  const absl::StatusOr<tidemark::v1::StatusReply> reply = peer->vault->Status(arguments.tld);
  if (!reply.ok()) return FailFromServer(session, "status", reply.status());
  const absl::StatusOr<tidemark::v1::TreeHeadBody> head =
      VerifyTreeHead(reply->tree_head(), peer->agent);
  if (!head.ok()) {
    return Fail(session, "status",
                base::Annotate(head.status(), "tampered custody: the log's tree head"));
  }
  if (arguments.format == "json") {
    PrintJson(StatusJson(*reply, *head));
  } else {
    PrintText(*reply, *head);
  }
  if (reply->scrub().damage_unknown()) session.exit = Exit::kUndecided;
  if (!arguments.tld.empty() && reply->tlds().empty()) {
    std::fprintf(stderr, "tidemark status: the vault has no deposit of TLD %s\n",
                 arguments.tld.c_str());
    session.exit = Exit::kNo;
  }
}

}  // namespace

void AddStatus(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("status", "What the vault holds, TLD by TLD");
  auto arguments = std::make_shared<StatusArguments>();
  verb->add_option("TLD", arguments->tld, "Only this TLD; all by default");
  AddConfigOption(*verb, arguments->config, "operator.toml or auditor.toml");
  AddFormatOption(*verb, arguments->format);
  verb->footer("Exit status: 1 if the vault has nothing of the TLD, 2 if what was known of damage\n"
               "could not be read any more and is looked for again.\n"
               "Example: tidemark status example --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
