// tidemark replicate: keeps a second copy in step. tidemark replica: makes one, or makes it the
// primary.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/config.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "crypto/sign.h"
#include "escrow_agent/enrolment/enrolment.h"
#include "escrow_agent/replication/copier.h"
#include "vault/remote/remote_vault.h"
#include "vault/replica/promote.h"
#include "vault/replica/resolve.h"

namespace tidemark::cli {
namespace {

struct ReplicateArguments {
  std::string from;
  std::string to;
  bool once = false;
  std::string every;
  bool verify = false;
};

absl::StatusOr<vault::AgentConnection> LoadConnection(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection connection, vault::LoadAgentConnection(config));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return connection;
}

// Asks both how they are; nothing is copied or mended.
void RunComparison(const vault::AgentConnection& primary, const std::string& to,
                   Session& session) {
  vault::AgentConnection replica = primary;
  replica.address = to;
  const auto copier = escrow_agent::Copier::Connect(primary, replica, {});
  if (!copier.ok()) return Fail(session, "replicate", copier.status());
  const absl::StatusOr<escrow_agent::CopyComparison> found = (*copier)->Compare();
  if (!found.ok()) return Fail(session, "replicate", found.status());
  for (const std::string& difference : found->differences) {
    std::fprintf(stderr, "tidemark replicate: %s\n", difference.c_str());
  }
  const uint64_t damaged = found->primary_damaged + found->replica_damaged;
  if (!found->differences.empty() || damaged > 0) session.exit = Exit::kNo;
  if (session.quiet) return;
  const uint64_t behind = found->primary_size - std::min(found->primary_size, found->replica_size);
  std::printf(
      "The primary has %llu leaves, the second copy %llu (%llu behind); compared: heads, and the "
      "newest %llu deposits\n  known damage: %llu pieces of the primary, %llu of the second copy\n",
      static_cast<unsigned long long>(found->primary_size),
      static_cast<unsigned long long>(found->replica_size),
      static_cast<unsigned long long>(behind),
      static_cast<unsigned long long>(found->deposits_compared),
      static_cast<unsigned long long>(found->primary_damaged),
      static_cast<unsigned long long>(found->replica_damaged));
}

absl::StatusOr<escrow_agent::CopyRound> RunRound(const vault::AgentConnection& primary,
                                                 const std::string& to, bool quiet) {
  vault::AgentConnection replica = primary;
  replica.address = to;
  base::Progress progress({.label = "replicating", .quiet = quiet});
  ASSIGN_OR_RETURN(const std::unique_ptr<escrow_agent::Copier> copier,
                   escrow_agent::Copier::Connect(
                       primary, replica,
                       {.on_progress = [&progress](uint64_t bytes) { progress.Update(bytes); }}));
  return copier->Run();
}

void Print(const escrow_agent::CopyRound& round) {
  std::printf("%s: %llu leaves; new: %llu leaves, %llu pieces, %s\n",
              round.not_copied.empty() ? "In step" : "NOT in step",
              static_cast<unsigned long long>(round.tree_size),
              static_cast<unsigned long long>(round.leaves),
              static_cast<unsigned long long>(round.pieces),
              base::FormatByteCount(static_cast<double>(round.bytes)).c_str());
  if (round.primary_healed + round.replica_healed > 0) {
    std::printf("  healed: %llu pieces of the primary, %llu of the second copy\n",
                static_cast<unsigned long long>(round.primary_healed),
                static_cast<unsigned long long>(round.replica_healed));
  }
  if (round.erasures_confirmed > 0) {
    std::printf("  erased from the second copy, too, and logged: %llu shredded deposits\n",
                static_cast<unsigned long long>(round.erasures_confirmed));
  }
}

// Where the two contradict each other, or something does not fit what was signed, the answer is no.
void Report(const absl::StatusOr<escrow_agent::CopyRound>& round, Session& session) {
  if (!round.ok()) {
    Fail(session, "replicate", round.status());
    if (absl::IsFailedPrecondition(round.status()) || absl::IsDataLoss(round.status())) {
      session.exit = Exit::kNo;
    }
    return;
  }
  session.exit = Exit::kGood;
  if (!session.quiet) Print(*round);
  if (!round->not_copied.empty()) {
    std::fprintf(stderr,
                 "tidemark replicate: leaf %llu and those behind it were not copied, for the "
                 "primary has lost what the leaf needs and there is no copy of it: %s\n",
                 static_cast<unsigned long long>(round->tree_size), round->not_copied.c_str());
    session.exit = Exit::kNo;
  }
  for (const std::string& damage : round->not_healed) {
    std::fprintf(stderr, "tidemark replicate: not healed: %s\n", damage.c_str());
    session.exit = Exit::kNo;
  }
}

void Run(const ReplicateArguments& arguments, Session& session) {
  absl::Duration pause;
  if (!arguments.every.empty() && (!absl::ParseDuration(arguments.every, &pause) ||
                                   pause < absl::Seconds(1) || pause > absl::Hours(24))) {
    return Fail(session, "replicate",
                absl::InvalidArgumentError("--every: want a duration from 1s to 24h, as in 1m"));
  }
  const absl::StatusOr<vault::AgentConnection> primary = LoadConnection(arguments.from);
  if (!primary.ok()) return Fail(session, "replicate", primary.status());
  if (arguments.verify) return RunComparison(*primary, arguments.to, session);
  while (true) {
    const absl::StatusOr<escrow_agent::CopyRound> round =
        RunRound(*primary, arguments.to, session.quiet);
    Report(round, session);
    std::fflush(stdout);
    // A contradiction does not pass by itself. Whoever is away may come back, and what is damaged
    // on both sides keeps nothing else from being copied: it is said again at every round.
    const bool is_contradiction = !round.ok() && session.exit == Exit::kNo;
    if (pause == absl::ZeroDuration() || is_contradiction) return;
    absl::SleepFor(pause);
  }
}

struct PromoteArguments {
  std::string data_dir;
  std::string receipt_key;
};

void RunPromote(const PromoteArguments& arguments, Session& session) {
  const absl::StatusOr<crypto::SigningKey> key = crypto::SigningKey::Load(arguments.receipt_key);
  if (!key.ok()) return Fail(session, "replica promote", key.status());
  const absl::StatusOr<vault::Promoted> promoted = vault::PromoteReplica(arguments.data_dir, *key);
  if (!promoted.ok()) {
    Fail(session, "replica promote", promoted.status());
    if (absl::IsFailedPrecondition(promoted.status())) session.exit = Exit::kNo;
    return;
  }
  if (promoted->has_contradiction) {
    std::fprintf(stderr,
                 "tidemark replica promote: this copy keeps what its primary signed and it "
                 "refused; look at it before you serve it (docs/runbook.md)\n");
  }
  if (session.quiet) return;
  std::printf(
      "%s opens as the primary: %llu leaves.\n"
      "  In its tidemarkd.toml: remove [replica], set receipt_key. See to it that the old primary\n"
      "  never serves again: two that sign one log are two logs, and everybody can prove it.\n",
      arguments.data_dir.c_str(), static_cast<unsigned long long>(promoted->tree_size));
}

struct ResolveArguments {
  std::string data_dir;
  std::string evidence;
  int64_t allow_shredding = -1;
};

void RunResolve(const ResolveArguments& arguments, Session& session) {
  vault::Resolution resolution = {.evidence_dir = arguments.evidence};
  if (arguments.allow_shredding >= 0) {
    resolution.allow_shredding = static_cast<uint64_t>(arguments.allow_shredding);
  }
  const absl::StatusOr<vault::Resolved> resolved =
      vault::ResolveStop(arguments.data_dir, resolution);
  if (!resolved.ok()) {
    Fail(session, "replica resolve", resolved.status());
    if (absl::IsFailedPrecondition(resolved.status())) session.exit = Exit::kNo;
    return;
  }
  if (session.quiet) return;
  std::printf("%s goes on from %llu leaves with the next round; the evidence is in %s.\n",
              arguments.data_dir.c_str(), static_cast<unsigned long long>(resolved->tree_size),
              arguments.evidence.c_str());
  if (resolved->had_contradiction) {
    std::printf("  If the primary's log is still another one than this, it stops again.\n");
  }
  if (!resolved->refused_leaf.has_value()) return;
  std::printf(resolution.allow_shredding.has_value()
                  ? "  What leaf %llu of the primary deletes is deleted here, too.\n"
                  : "  Leaf %llu of the primary is judged again, by holds and policy here.\n",
              static_cast<unsigned long long>(*resolved->refused_leaf));
}

void RunInit(escrow_agent::ReplicaFoundingOptions options, Session& session) {
  options.now = absl::Now();
  const absl::Status founded = escrow_agent::FoundReplica(options);
  if (!founded.ok()) return Fail(session, "replica init", founded);
  if (session.quiet) return;
  std::printf(
      "A second copy's server: %s/tidemarkd.toml\n"
      "  Take the directory to its machine and start tidemarkd there.\n",
      options.out_dir.c_str());
}

}  // namespace

void AddReplicate(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand(
      "replicate", "Bring a second copy in step with the vault, and mend what either has damaged");
  auto arguments = std::make_shared<ReplicateArguments>();
  verb->add_option("--from", arguments->from, "replicator.toml, as enroll wrote it: the primary")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  verb->add_option("--to", arguments->to, "HOST:PORT of the second copy's tidemarkd")->required();
  CLI::Option* once = verb->add_flag("--once", arguments->once, "One round; this is the default");
  verb->add_option("--every", arguments->every, "Rounds without end, with this pause, as in 1m")
      ->excludes(once);
  verb->add_flag("--verify", arguments->verify,
                 "Copy and mend nothing: compare what both say of heads, newest deposits, damage")
      ->excludes("--every")
      ->excludes(once);
  verb->footer(
      "It carries sealed bytes and signatures, and needs no key that opens or signs. It may be "
      "killed\n"
      "at any moment; the next round goes on. Exit status 1: the two contradict each other, the\n"
      "second copy waits for a decision (replica resolve), damage could not be mended, or a piece\n"
      "was lost before it was copied; with --every the last two are said at every round, and the\n"
      "others end it.\n"
      "Example: tidemark replicate --from replicator/replicator.toml --to copy.example.net:7043");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

void AddReplica(CLI::App& app, Session& session) {
  CLI::App* replica = app.add_subcommand("replica", "Make a second copy, or make it the primary");
  replica->require_subcommand(1);
  replica->footer(
      "Example: tidemark replica init --agent agent --listen copy.example.net:7043 --out copy");

  CLI::App* init = replica->add_subcommand("init", "A directory for a second copy's tidemarkd");
  auto options = std::make_shared<escrow_agent::ReplicaFoundingOptions>();
  init->add_option("--agent", options->agent_dir,
                   "The agent's directory, as keygen made it (its authority is used)")
      ->required();
  init->add_option("--listen", options->listen, "HOST:PORT of the second copy")->required();
  init->add_option("--out", options->out_dir, "Directory to make (must not exist, or be empty)")
      ->required();
  init->footer(
      "Example: tidemark replica init --agent agent --listen copy.example.net:7043 --out copy");
  init->callback([options, &session] { RunInit(*options, session); });

  CLI::App* resolve = replica->add_subcommand(
      "resolve", "Let a second copy that has stopped go on, once a person has decided");
  auto decision = std::make_shared<ResolveArguments>();
  resolve
      ->add_option("--data-dir", decision->data_dir,
                   "The second copy's data_dir; its tidemarkd must not run")
      ->required();
  resolve
      ->add_option("--evidence", decision->evidence,
                   "Directory for what had stopped it: signed heads, the leaf that was refused")
      ->required();
  resolve
      ->add_option("--allow-shredding", decision->allow_shredding,
                   "The number of the refused leaf: what it deletes may be deleted here, too")
      ->check(CLI::NonNegativeNumber);
  resolve->footer(
      "docs/runbook.md says what has to be found out before.\n"
      "Example: tidemark replica resolve --data-dir copy/data --evidence evidence-2026-11");
  resolve->callback([decision, &session] { RunResolve(*decision, session); });

  CLI::App* promote = replica->add_subcommand(
      "promote", "Make a second copy's directory the primary's, for the old one is gone for good");
  auto arguments = std::make_shared<PromoteArguments>();
  promote
      ->add_option("--data-dir", arguments->data_dir,
                   "The second copy's data_dir; its tidemarkd must not run")
      ->required();
  promote
      ->add_option("--receipt-key", arguments->receipt_key,
                   "receipt.key of the old primary: no other key can go on with its log")
      ->required();
  promote->footer(
      "Only when the old primary can never serve again: otherwise there are two logs with one "
      "key.\n"
      "Example: tidemark replica promote --data-dir copy/data --receipt-key receipt.key");
  promote->callback([arguments, &session] { RunPromote(*arguments, session); });
}

}  // namespace tidemark::cli
