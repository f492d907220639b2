// tidemark list: the catalogue, as the server tells it.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "proto/service.pb.h"

namespace tidemark::cli {
namespace {

struct ListArguments {
  std::string tld;
  std::string config;
  std::string format = "text";
};

void Run(const ListArguments& arguments, Session& session) {
  const absl::StatusOr<AgentSession> peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, "list", peer.status());
  tidemark::v1::ListRequest request;
  request.set_tld(arguments.tld);
  const absl::StatusOr<std::vector<tidemark::v1::DepositSummary>> entries =
      peer->vault->List(request);
  if (!entries.ok()) return FailFromServer(session, "list", entries.status());
  if (arguments.format == "json") {
    Json deposits = Json::array();
    for (const auto& entry : *entries) deposits.push_back(SummaryJson(entry));
    return PrintJson({{"deposits", std::move(deposits)}});
  }
  std::printf("%-32s %-5s %-21s %-21s %12s  %s\n", "deposit", "kind", "watermark", "received at",
              "bytes", "verdict");
  for (const auto& entry : *entries) {
    const bool is_deleted = entry.shredded_log_index() != 0;
    std::printf("%-32s %-5s %-21s %-21s %12llu  %s%s%s\n", IdText(entry.identity()).c_str(),
                std::string(KindName(entry.kind())).c_str(),
                TimeFromSeconds(entry.watermark_unix_seconds()).c_str(),
                TimeFromMicros(entry.received_at_unix_micros()).c_str(),
                static_cast<unsigned long long>(entry.stored_bytes()),
                std::string(OutcomeName(entry.latest_verdict())).c_str(),
                entry.superseded() ? " (superseded)" : "", is_deleted ? " (deleted)" : "");
  }
  if (session.quiet) return;
  std::printf("%zu %s, as the server tells it; tidemark show ID verifies one\n", entries->size(),
              entries->size() == 1 ? "deposit" : "deposits");
}

}  // namespace

void AddList(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("list", "List the deposits that the vault holds");
  auto arguments = std::make_shared<ListArguments>();
  verb->add_option("--tld", arguments->tld, "Only this TLD; all that the role may see by default");
  AddConfigOption(*verb, arguments->config,
                  "operator.toml, auditor.toml, successor.toml or verifier.toml");
  AddFormatOption(*verb, arguments->format);
  verb->footer("Example: tidemark list --tld example --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
