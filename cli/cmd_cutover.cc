// tidemark cutover: what to ask the parent zone for, and when each step is safe.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/command.h"
#include "failover/cutover/plan.h"
#include "failover/cutover/zone_facts.h"
#include "failover/dns/keymgr.h"
#include "failover/dns/signed_server.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::cli {
namespace {

constexpr int64_t kTtlMax = 2147483647;  // RFC 2181 section 8

struct Arguments {
  std::string dir;
  std::string old_ds;
  bool no_old_ds = false;
  std::string old_zone;
  bool old_servers_answer = false;
  int64_t parent_ns_ttl = absl::ToInt64Seconds(failover::ParentTtls().ns);
  int64_t parent_ds_ttl = absl::ToInt64Seconds(failover::ParentTtls().ds);
  int64_t parent_negative_ttl = absl::ToInt64Seconds(failover::ParentTtls().negative);
  int64_t parent_propagation = absl::ToInt64Seconds(failover::ParentTtls().propagation);
  std::string at;
  std::string out;
};

// The keys that serve signs with, as the zone and the parent show them.
absl::Status ReadKeys(const std::string& dir, failover::ZoneFacts& zone, const std::string& tld) {
  const failover::Keymgr keymgr{.key_dir = dir + "/dns/keys", .tld = tld};
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, keymgr.Ids());
  if (ids.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        dir, ": no keys yet; run tidemark serve once, with --import-keys if there are old ones"));
  }
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const failover::Dnskey key, keymgr.Find(id));
    zone.dnskeys.push_back(absl::StrCat(key.flags, " 3 ", int{key.algorithm}, " ", key.public_key));
    ASSIGN_OR_RETURN(const std::vector<std::string> ds,
                     failover::DsOfKey(tld, zone.dnskeys.back()));
    zone.ds.insert(zone.ds.end(), ds.begin(), ds.end());
  }
  return absl::OkStatus();
}

// absl takes infinite-future and years of twelve digits, too.
absl::StatusOr<absl::Time> ParseAt(const std::string& text) {
  if (text.empty()) return absl::Now();
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error) && time > absl::InfinitePast() &&
      time < absl::InfiniteFuture()) {
    return time;
  }
  return absl::InvalidArgumentError("--at is not a time such as 2026-11-26T08:00:00Z");
}

absl::StatusOr<failover::CutoverFacts> ReadFacts(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::FinishedRebuild> rebuild,
                   failover::FinishedRebuild::Open(arguments.dir));
  failover::CutoverFacts facts;
  facts.tld = rebuild->tld();
  ASSIGN_OR_RETURN(facts.at, ParseAt(arguments.at));
  ASSIGN_OR_RETURN(facts.new_zone,
                   failover::ReadZoneFacts(rebuild->zone_path(), facts.tld, facts.at));
  RETURN_IF_ERROR(ReadKeys(arguments.dir, facts.new_zone, facts.tld));
  // knotd gives DNSKEY the TTL of the SOA, which is that of the apex NS.
  facts.new_zone.dnskey_ttl = facts.new_zone.ns_ttl;
  facts.signatures = {.lifetime = failover::kSignatureLifetime,
                      .refresh = failover::kSignatureRefresh};
  if (!arguments.old_zone.empty()) {
    ASSIGN_OR_RETURN(facts.old_zone,
                     failover::ReadZoneFacts(arguments.old_zone, facts.tld, facts.at));
  }
  if (!arguments.old_ds.empty()) {
    ASSIGN_OR_RETURN(failover::ShownByParent shown,
                     failover::ReadDsFile(arguments.old_ds, facts.tld));
    facts.old_ds = std::move(shown.ds);
    facts.seen_ds_ttl = shown.ds_ttl;
    facts.seen_negative_ttl = shown.negative_ttl;
  } else if (arguments.no_old_ds) {
    facts.old_ds.emplace();
  }
  facts.parent = {.ns = absl::Seconds(arguments.parent_ns_ttl),
                  .ds = absl::Seconds(arguments.parent_ds_ttl),
                  .negative = absl::Seconds(arguments.parent_negative_ttl),
                  .propagation = absl::Seconds(arguments.parent_propagation)};
  facts.old_servers = arguments.old_servers_answer ? failover::OldServers::kAnswering
                                                   : failover::OldServers::kSilent;
  return facts;
}

absl::Status Run(const Arguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(const failover::CutoverFacts facts, ReadFacts(arguments));
  ASSIGN_OR_RETURN(const failover::CutoverPlan plan, failover::MakePlan(facts));
  const std::string& out = arguments.out.empty() ? arguments.dir : arguments.out;
  RETURN_IF_ERROR(base::MakeDirs(out, base::FileMode::kPublic));
  RETURN_IF_ERROR(failover::CheckRootMayWorkIn(out));
  RETURN_IF_ERROR(base::WriteFile(out + "/cutover.json", failover::PlanJson(facts, plan),
                                  base::FileMode::kPublic));
  const std::string letter = failover::PlanMarkdown(facts, plan);
  RETURN_IF_ERROR(base::WriteFile(out + "/cutover.md", letter, base::FileMode::kPublic));
  std::fputs(letter.c_str(), stdout);
  for (const failover::PlanDeadline& deadline : plan.deadlines) {
    if (deadline.is_missed) session.exit = Exit::kNo;
  }
  return absl::OkStatus();
}

CLI::Option* AddTtl(CLI::App& command, const std::string& name, int64_t& seconds,
                    const std::string& help) {
  return command.add_option(name, seconds, help)
      ->capture_default_str()
      ->check(CLI::Range(int64_t{0}, kTtlMax))
      ->type_name("SECONDS");
}

}  // namespace

void AddCutover(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "cutover", "Plan what the parent zone has to change so that a rebuild takes over");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->dir, "Directory that was rebuilt and has been served")
      ->required();
  CLI::Option* const old_ds =
      command
          ->add_option("--old-ds", arguments->old_ds,
                       "All that dig example. DS prints: the parent's DS, or that there is none")
          ->type_name("FILE");
  command->add_flag("--no-old-ds", arguments->no_old_ds, "The parent has no DS")->excludes(old_ds);
  command
      ->add_option("--old-zone", arguments->old_zone,
                   "The old registry's zone, signed if there is one: its servers, keys, TTLs and "
                   "how long its signatures live")
      ->type_name("FILE");
  command->add_flag("--old-servers-answer", arguments->old_servers_answer,
                    "The old name servers still answer (default: they are silent)");
  AddTtl(*command, "--parent-ns-ttl", arguments->parent_ns_ttl, "TTL of the parent's NS");
  AddTtl(*command, "--parent-ds-ttl", arguments->parent_ds_ttl, "TTL of the parent's DS");
  AddTtl(*command, "--parent-negative-ttl", arguments->parent_negative_ttl,
         "How long the parent's negative answers live");
  AddTtl(*command, "--parent-propagation", arguments->parent_propagation,
         "From the first of the parent's servers that shows a change to the last");
  command
      ->add_option("--at", arguments->at,
                   "When the parent will publish the first change (default: now)")
      ->type_name("TIME");
  command
      ->add_option("--out", arguments->out,
                   "Where to write (default: DIR); as root no directory of another user's")
      ->type_name("DIR");
  command->footer(
      "Writes cutover.md, to be sent, and cutover.json, for programs; asks no server.\n"
      "Exit status: 0 planned, 1 planned, but old signatures expire before it can be done, 2 no "
      "plan.\n"
      "Example: tidemark cutover rebuilt --old-ds ds.txt --old-zone example.zone.signed");
  command->callback([arguments, &session] {
    const absl::Status status = Run(*arguments, session);
    if (!status.ok()) Fail(session, "cutover", status);
  });
}

}  // namespace tidemark::cli
