// tidemark enroll: a certificate, keys and a configuration file for one holder of a role.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "escrow_agent/enrolment/enrolment.h"

namespace tidemark::cli {
namespace {

struct EnrollArguments {
  std::string role;
  int days = 397;
  escrow_agent::EnrolmentOptions options;
};

void Run(EnrollArguments& arguments, Session& session) {
  const absl::StatusOr<vault::Role> role = vault::ParseRole(arguments.role);
  if (!role.ok()) return Fail(session, "enroll", role.status());
  arguments.options.role = *role;
  arguments.options.now = absl::Now();
  arguments.options.validity = absl::Hours(24) * arguments.days;
  const absl::StatusOr<escrow_agent::Enrolment> enrolment = escrow_agent::Enrol(arguments.options);
  if (!enrolment.ok()) return Fail(session, "enroll", enrolment.status());
  if (session.quiet) return;
  std::printf("Enrolled, role %s: %s\n  certificate serial %s, valid for %d days\n",
              arguments.role.c_str(), enrolment->config_path.c_str(), enrolment->serial_hex.c_str(),
              arguments.days);
  if (!enrolment->public_key_path.empty()) {
    std::printf("  for the custodians: %s\n", enrolment->public_key_path.c_str());
  }
}

}  // namespace

void AddEnroll(CLI::App& app, Session& session) {
  CLI::App* verb =
      app.add_subcommand("enroll", "Issue a certificate and keys for one holder of a role");
  auto arguments = std::make_shared<EnrollArguments>();
  verb->add_option("--agent", arguments->options.agent_dir,
                   "The agent's directory, as keygen made it (its authority is used)")
      ->required();
  verb->add_option("--role", arguments->role,
                   "depositor, operator, auditor, successor or replicator")
      ->required();
  verb->add_option("--tld", arguments->options.tlds,
                   "TLD that the holder may touch; may be repeated. \"*\": all, for operators, "
                   "auditors and replicators")
      ->required();
  verb->add_option("--out", arguments->options.out_dir,
                   "Directory to make (must not exist, or be empty)")
      ->required();
  verb->add_option("--days", arguments->days, "Days that the certificate is valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  verb->footer(
      "Writes OUT/ROLE.toml, ready for --config.\n"
      "Example: tidemark enroll --agent agent --role depositor --tld example --out registry");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
