// tidemark status: what the vault holds, TLD by TLD.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
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
          {"clock_state", reply.clock_state()},
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
}

}  // namespace

void AddStatus(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("status", "What the vault holds, TLD by TLD");
  auto arguments = std::make_shared<StatusArguments>();
  verb->add_option("TLD", arguments->tld, "Only this TLD; all by default");
  verb->add_option("--config", arguments->config, "operator.toml or auditor.toml")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  verb->add_option("--format", arguments->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->footer("Example: tidemark status example --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
