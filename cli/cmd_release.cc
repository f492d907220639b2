// tidemark release: a case is opened, custodians approve it, their answers become a package.

#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/release_liveness.h"
#include "escrow_agent/release/release.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"
#include "verifier/release/release.h"

namespace tidemark::cli {
namespace {

struct ReleaseArguments {
  std::string subject;  // a deposit's id, or a case file
  std::vector<std::string> answers;
  std::string config;
  std::string to;
  std::string reason;
  std::string out;
};

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// What is asked. A reason is its writer's: no byte of it moves the cursor.
std::string CaseText(const verifier::ReleaseCase& release_case) {
  const tidemark::v1::ReleaseCase& body = release_case.body;
  return absl::StrCat("Release case ", base::HexEncode(release_case.id), "\n  deposit    ",
                      release_case.deposit.ToString(), "\n  to         opening key ",
                      release_case.successor.ToHex(), "\n  reason     ",
                      absl::Utf8SafeCHexEscape(body.reason()), "\n  opened at  ",
                      TimeText(absl::FromUnixMicros(body.opened_at_unix_micros())), "\n");
}

// An operator's or a custodian's connection; a custodian's share is not touched.
absl::StatusOr<vault::AgentConnection> LoadOpener(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  for (const char* key : {"custodian.release_share", "custodian.signing_key"}) {
    RETURN_IF_ERROR(config.PathOr(key, "").status());
  }
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return agent;
}

absl::StatusOr<verifier::SealedDeposit> Fetch(const vault::AgentConnection& agent,
                                              const vault::DepositId& id) {
  ASSIGN_OR_RETURN(const auto vault, vault::RemoteVault::Connect(agent));
  return verifier::FetchSealedDeposit(*vault, agent, id);
}

absl::StatusOr<verifier::ReleaseCase> LoadCase(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(path));
  absl::StatusOr<verifier::ReleaseCase> release_case = verifier::ParseCase(bytes);
  if (!release_case.ok()) return base::Annotate(release_case.status(), path);
  return release_case;
}

absl::StatusOr<escrow_agent::ReleaseRequest> RequestOf(const ReleaseArguments& arguments) {
  ASSIGN_OR_RETURN(const crypto::OpeningPublicKey successor,
                   escrow_agent::LoadSuccessorKey(arguments.to));
  return escrow_agent::ReleaseRequest{
      .successor = successor, .reason = arguments.reason, .now = absl::Now()};
}

absl::Status Open(const ReleaseArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, LoadOpener(arguments.config));
  ASSIGN_OR_RETURN(const escrow_agent::ReleaseRequest request, RequestOf(arguments));
  // The whole identity, with its resend: what can't be undone is not left to "the highest".
  ASSIGN_OR_RETURN(const vault::DepositId id, vault::DepositId::Parse(arguments.subject));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit, Fetch(agent, id));
  ASSIGN_OR_RETURN(const verifier::ReleaseCase release_case,
                   escrow_agent::OpenCase(deposit, request));
  RETURN_IF_ERROR(base::WriteFile(arguments.out, release_case.bytes, base::FileMode::kPublic));
  if (session.quiet) return absl::OkStatus();
  std::printf("%sSend %s to the custodians: %d of %d have to approve it\n",
              CaseText(release_case).c_str(), arguments.out.c_str(),
              static_cast<int>(agent.release_commitments_hex.size()),
              static_cast<int>(agent.custodian_keys_hex.size()));
  return absl::OkStatus();
}

absl::Status Approve(const ReleaseArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const escrow_agent::CustodianConfig custodian,
                   escrow_agent::LoadCustodianConfig(arguments.config));
  ASSIGN_OR_RETURN(const verifier::ReleaseCase release_case, LoadCase(arguments.subject));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit,
                   Fetch(custodian.agent, release_case.deposit));
  ASSIGN_OR_RETURN(const tidemark::v1::ReleaseAnswer answer,
                   escrow_agent::Approve(deposit, release_case, custodian));
  RETURN_IF_ERROR(
      base::WriteFile(arguments.out, answer.SerializeAsString(), base::FileMode::kPublic));
  if (session.quiet) return absl::OkStatus();
  std::printf("%s  watermark  %s\nApproved as custodian %d of %d; %d release it: send back %s\n",
              CaseText(release_case).c_str(),
              TimeText(absl::FromUnixSeconds(deposit.manifest.watermark_unix_seconds())).c_str(),
              custodian.number, custodian.custodians.sharing.custodians(),
              custodian.custodians.sharing.threshold(), arguments.out.c_str());
  return absl::OkStatus();
}

// A custodian of one of one: case, answer and package at once.
absl::StatusOr<tidemark::v1::ReleasePackage> ExecuteAlone(const ReleaseArguments& arguments) {
  if (!arguments.answers.empty()) {
    return absl::InvalidArgumentError("--to opens a new case, and answers are to an old one");
  }
  ASSIGN_OR_RETURN(const escrow_agent::CustodianConfig custodian,
                   escrow_agent::LoadCustodianConfig(arguments.config));
  ASSIGN_OR_RETURN(const escrow_agent::ReleaseRequest request, RequestOf(arguments));
  ASSIGN_OR_RETURN(const vault::DepositId id, vault::DepositId::Parse(arguments.subject));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit, Fetch(custodian.agent, id));
  return escrow_agent::MakeRelease(deposit, request, custodian);
}

// The number of the custodian whose answer to the case it is.
absl::StatusOr<int> LoadAnswer(const std::string& path, const verifier::ReleaseCase& release_case,
                               const verifier::Custodians& custodians,
                               tidemark::v1::ReleaseAnswer& answer) {
  ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(path));
  if (!answer.ParseFromString(bytes)) return absl::DataLossError("not a custodian's answer");
  answer.DiscardUnknownFields();
  return verifier::CheckAnswer(answer, release_case, custodians);
}

absl::StatusOr<tidemark::v1::ReleasePackage> Assemble(const ReleaseArguments& arguments) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(arguments.config));
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, vault::LoadPublicAgent(config));
  ASSIGN_OR_RETURN(const verifier::Custodians custodians, verifier::CustodiansOf(agent));
  ASSIGN_OR_RETURN(const verifier::ReleaseCase release_case, LoadCase(arguments.subject));
  std::vector<tidemark::v1::ReleaseAnswer> answers;
  std::set<int> answered;
  absl::Status first_bad;
  size_t bad = 0;
  for (const std::string& path : arguments.answers) {
    tidemark::v1::ReleaseAnswer answer;
    const absl::StatusOr<int> custodian = LoadAnswer(path, release_case, custodians, answer);
    if (custodian.ok() && answered.insert(*custodian).second) {
      answers.push_back(std::move(answer));
      continue;
    }
    // Somebody's bad file must not keep the others from releasing it.
    absl::Status left_out = custodian.status();
    if (custodian.ok()) {
      left_out = absl::InvalidArgumentError(
          absl::StrCat("another answer of custodian ", *custodian, ", who has answered"));
    } else {
      first_bad.Update(base::Annotate(left_out, path));
      ++bad;
    }
    std::fprintf(stderr, "tidemark release execute: left out: %s\n",
                 std::string(base::Annotate(left_out, path).message()).c_str());
  }
  absl::StatusOr<tidemark::v1::ReleasePackage> package =
      escrow_agent::Assemble(release_case, answers, custodians);
  // With the bad ones good it might have been enough.
  const bool might_do =
      bad > 0 && answers.size() + bad >= static_cast<size_t>(custodians.sharing.threshold());
  if (absl::IsPermissionDenied(package.status()) && might_do) {
    return absl::Status(first_bad.code(), absl::StrCat(package.status().message(), "; left out: ",
                                                       first_bad.message()));
  }
  return package;
}

absl::Status Execute(const ReleaseArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const tidemark::v1::ReleasePackage package,
                   arguments.to.empty() ? Assemble(arguments) : ExecuteAlone(arguments));
  ASSIGN_OR_RETURN(const vault::DepositId id, verifier::ReleasedDeposit(package));
  RETURN_IF_ERROR(
      base::WriteFile(arguments.out, package.SerializeAsString(), base::FileMode::kPublic));
  if (session.quiet) return absl::OkStatus();
  std::printf(
      "Released %s: %s opens it, with the successor's key and certificate, and nothing else\n",
      id.ToString().c_str(), arguments.out.c_str());
  return absl::OkStatus();
}

using Verb = absl::Status (*)(const ReleaseArguments&, const Session&);

void SetCallback(CLI::App& verb, const char* name, Verb run,
                 std::shared_ptr<ReleaseArguments> arguments, Session& session) {
  verb.callback([name, run, arguments, &session] {
    const absl::Status status = run(*arguments, session);
    if (!status.ok()) FailFromServer(session, absl::StrCat("release ", name), status);
  });
}

void AddOpen(CLI::App& release, Session& session) {
  CLI::App* verb = release.add_subcommand("open", "Open a case: this deposit, to this successor");
  auto arguments = std::make_shared<ReleaseArguments>();
  verb->add_option("ID", arguments->subject, "TLD/ID/RESEND")->required();
  AddConfigOption(*verb, arguments->config, "An operator's or a custodian's configuration");
  verb->add_option("--to", arguments->to,
                   "The successor: successor.pub.toml, or its opening key in hex")
      ->required();
  verb->add_option("--reason", arguments->reason, "Why, for the record")->required();
  verb->add_option("--out", arguments->out, "File to write the case to")->required();
  verb->footer(
      "Example: tidemark release open example/20261122001/0 --config operator.toml\n"
      "         --to successor.pub.toml --reason \"case 17\" --out case.bin");
  SetCallback(*verb, "open", Open, arguments, session);
}

void AddApprove(CLI::App& release, Session& session) {
  CLI::App* verb = release.add_subcommand("approve", "A custodian answers a case with its share");
  auto arguments = std::make_shared<ReleaseArguments>();
  verb->add_option("CASE", arguments->subject, "What release open wrote")->required();
  AddConfigOption(*verb, arguments->config, "custodian.toml, as keygen writes it");
  verb->add_option("--out", arguments->out, "File to write the answer to")->required();
  verb->footer(
      "Shows what is approved. The answer is sealed to the successor that the case names.\n"
      "Example: tidemark release approve case.bin --config custodian-2/custodian.toml\n"
      "         --out answer-2.bin");
  SetCallback(*verb, "approve", Approve, arguments, session);
}

void AddExecute(CLI::App& release, Session& session) {
  CLI::App* verb = release.add_subcommand("execute", "Make the release package of one deposit");
  auto arguments = std::make_shared<ReleaseArguments>();
  verb->add_option("CASE", arguments->subject,
                   "What release open wrote; with --to, the deposit: TLD/ID/RESEND")
      ->required();
  verb->add_option("ANSWER", arguments->answers, "What custodians' release approve wrote");
  verb->add_option("--config", arguments->config,
                   "agent.toml, or any role's configuration; with --to, custodian.toml")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  CLI::Option* to = verb->add_option(
      "--to", arguments->to,
      "One custodian of one, in one step: successor.pub.toml, or its opening key in hex");
  CLI::Option* reason = verb->add_option("--reason", arguments->reason, "Why; goes with --to");
  to->needs(reason);
  reason->needs(to);
  verb->add_option("--out", arguments->out, "File to write the release package to")->required();
  verb->footer(
      "The successor then runs: tidemark rebuild ID --release FILE --config successor.toml --out "
      "DIR\n"
      "Exit status: 1 too few answers, or the server refuses; 2 also if there are too few only as\n"
      "an answer is damaged, of nobody, or to another case.\n"
      "Example: tidemark release execute case.bin answer-1.bin answer-2.bin answer-5.bin\n"
      "         --config agent.toml --out release.bin\n"
      "One custodian of one: tidemark release execute example/20261122001/0\n"
      "         --config custodian/custodian.toml --to successor/successor.pub.toml\n"
      "         --reason \"case 17\" --out release.bin");
  SetCallback(*verb, "execute", Execute, arguments, session);
}

}  // namespace

void AddRelease(CLI::App& app, Session& session) {
  CLI::App* release = app.add_subcommand("release", "Release a deposit to a successor");
  release->require_subcommand(1);
  release->footer(
      "Example: tidemark release execute case.bin answer-1.bin answer-2.bin answer-5.bin\n"
      "         --config agent.toml --out release.bin");
  AddOpen(*release, session);
  AddApprove(*release, session);
  AddExecute(*release, session);
  AddReleaseLiveness(*release, session);
}

}  // namespace tidemark::cli
