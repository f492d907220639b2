#include "tests/support/served_registry.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::tests {
namespace {

constexpr absl::Duration kTimeout = absl::Minutes(4);
constexpr size_t kOutputBytesMax = 16 << 20;

std::string Program() {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/cli/tidemark");
}

// Of knotd in a rebuild that is served, and of the files that `zone-flush` writes beside it.
std::string DnsDir(const std::string& dir) { return dir + "/rebuilt/dns"; }

absl::Status RunWell(const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const base::RunResult run,
                   base::RunAndCapture(arguments, kTimeout, kOutputBytesMax));
  if (run.exit_status == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(arguments[1], ": ", run.out, run.err));
}

}  // namespace

ServedRegistry::ServedRegistry(const ServedRegistryOptions& options) : options_(options) {}

absl::StatusOr<std::unique_ptr<ServedRegistry>> ServedRegistry::Start(
    const ServedRegistryOptions& options) {
  auto served = absl::WrapUnique(new ServedRegistry(options));
  const std::string out = options.dir + "/rebuilt";
  std::vector<std::string> with_config;
  if (!options.config.empty()) with_config = {"--config", options.config};
  std::vector<std::string> rebuild = {Program(), "rebuild", options.deposit, "--out", out};
  rebuild.insert(rebuild.end(), with_config.begin(), with_config.end());
  RETURN_IF_ERROR(RunWell(rebuild));

  const std::string transfer_key = options.dir + "/transfer.key";
  RETURN_IF_ERROR(base::WriteFile(
      transfer_key, absl::StrCat("hmac-sha256:", kTransferKeyName, ":", TransferSecret()),
      base::FileMode::kPrivate));
  const std::string ready = options.dir + "/ready.json";
  base::SubprocessOptions serve;
  serve.argv = {Program(),   "serve",        out, "--port",       "0",   "--rdap-port",
                "0",         "--whois-port", "0", "--ready-file", ready, "--transfer-key",
                transfer_key};
  serve.argv.insert(serve.argv.end(), with_config.begin(), with_config.end());
  serve.err = base::ProcessOutput::ToFile(options.dir + "/serve.log");
  ASSIGN_OR_RETURN(served->serve_, base::Subprocess::Start(serve));
  const absl::Time deadline = absl::Now() + kTimeout;
  while (access(ready.c_str(), F_OK) != 0) {
    if (served->serve_->Wait(absl::Milliseconds(20)).ok() || absl::Now() > deadline) {
      return absl::UnavailableError(
          base::ReadSmallFile(options.dir + "/serve.log").value_or("it does not answer"));
    }
  }
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(ready));
  served->ready_ = nlohmann::json::parse(text, nullptr, false);
  if (!served->ready_.is_object()) return absl::InternalError("the ready file is no JSON object");
  return served;
}

std::string ServedRegistry::TransferSecret() { return absl::Base64Escape(std::string(32, 't')); }

std::string ServedRegistry::zone_path() const {
  return absl::StrCat(options_.dir, "/rebuilt/zone/", tld(), ".zone");
}

absl::StatusOr<std::string> ServedRegistry::FlushSignedZone() const {
  // Blocks until it is written.
  RETURN_IF_ERROR(RunWell({"/usr/sbin/knotc", "-c", DnsDir(options_.dir) + "/knot.conf", "-b",
                           "zone-flush", tld(), "+outdir", options_.dir}));
  return absl::StrCat(options_.dir, "/", tld(), ".zone");
}

failover::ReadWitnessed WitnessedFile(const std::string& path) {
  return [path](rde::RecordSink& sink) -> absl::Status {
    const verifier::Resources resources;
    ASSIGN_OR_RETURN(const std::unique_ptr<verifier::DepositInput> input,
                     verifier::DepositInput::Open(path, resources));
    const auto read = [](base::ByteSource& xml, rde::RecordSink& records) {
      return rde::ReadDeposit(xml, records);
    };
    return verifier::ReadInput(*input, read, resources, sink);
  };
}

}  // namespace tidemark::tests
