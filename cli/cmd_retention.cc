// tidemark retention: what policy does with each deposit, and when.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "proto/service.pb.h"
#include "vault/remote/remote_retention.h"

namespace tidemark::cli {
namespace {

using tidemark::v1::RetentionEntry;

struct PlanArguments {
  std::string tld;
  std::string config;
  std::string format = "text";
};

Json EntryJson(const RetentionEntry& entry) {
  const bool is_shredded = entry.shredded_log_index() != 0;
  return {{"deposit", IdText(entry.identity())},
          {"received_at", TimeFromMicros(entry.received_at_unix_micros())},
          {"keep_until",
           is_shredded ? Json(nullptr) : Json(TimeFromMicros(entry.keep_until_unix_micros()))},
          {"is_due", entry.is_due()},
          {"kept_by", std::vector<std::string>(entry.kept_by().begin(), entry.kept_by().end())},
          {"shredded_log_index", is_shredded ? Json(entry.shredded_log_index()) : Json(nullptr)},
          {"erased", std::vector<std::string>(entry.erased().begin(), entry.erased().end())}};
}

std::string EntryText(const RetentionEntry& entry) {
  if (entry.shredded_log_index() != 0) {
    return absl::StrCat("deleted, log entry ", entry.shredded_log_index(),
                        entry.erased().empty()
                            ? "; erasure not confirmed yet"
                            : absl::StrCat("; erased: ", absl::StrJoin(entry.erased(), ", ")));
  }
  if (entry.is_due()) return "due: the next run deletes it";
  return absl::StrCat("until ", TimeFromMicros(entry.keep_until_unix_micros()),
                      entry.kept_by().empty()
                          ? ""
                          : absl::StrCat(" and longer: ", absl::StrJoin(entry.kept_by(), ", ")));
}

void Run(const PlanArguments& arguments, Session& session) {
  constexpr absl::string_view kVerb = "retention plan";
  const absl::StatusOr<AgentSession> peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, kVerb, peer.status());
  const auto retention = vault::RemoteRetention::Connect(peer->agent);
  if (!retention.ok()) return Fail(session, kVerb, retention.status());
  const absl::StatusOr<std::vector<RetentionEntry>> plan = (*retention)->Plan(arguments.tld);
  if (!plan.ok()) return FailFromServer(session, kVerb, plan.status());
  // The same in every entry; without any there is nothing that could be deleted.
  const std::string objection = plan->empty() ? "" : plan->front().clock_objection();
  if (arguments.format == "json") {
    Json deposits = Json::array();
    for (const RetentionEntry& entry : *plan) deposits.push_back(EntryJson(entry));
    return PrintJson({{"clock_objection", objection.empty() ? Json(nullptr) : Json(objection)},
                      {"deposits", std::move(deposits)}});
  }
  std::printf("%-32s %-21s %s\n", "deposit", "received at", "kept");
  for (const RetentionEntry& entry : *plan) {
    std::printf("%-32s %-21s %s\n", IdText(entry.identity()).c_str(),
                TimeFromMicros(entry.received_at_unix_micros()).c_str(), EntryText(entry).c_str());
  }
  if (!objection.empty()) {
    std::printf("The clock is not believed, and nothing is deleted: %s\n", objection.c_str());
  }
  if (session.quiet) return;
  std::printf("As the server tells it; nothing was done.\n");
}

}  // namespace

void AddRetention(CLI::App& app, Session& session) {
  CLI::App* retention = app.add_subcommand("retention", "What is kept, for how long and why");
  retention->require_subcommand(1);
  retention->footer("Example: tidemark retention plan example --config operator/operator.toml");
  CLI::App* verb = retention->add_subcommand(
      "plan", "What policy does with each deposit, and when; nothing is done");
  auto arguments = std::make_shared<PlanArguments>();
  verb->add_option("TLD", arguments->tld, "Only this TLD; all that the role may see by default");
  AddConfigOption(*verb, arguments->config, "operator.toml or auditor.toml");
  AddFormatOption(*verb, arguments->format);
  verb->footer("Example: tidemark retention plan example --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
