#include "tests/integration/custody_fixture.h"

#include <signal.h>
#include <stdlib.h>

#include <random>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "escrow_agent/enrolment/enrolment.h"

namespace tidemark::tests {
namespace {

constexpr absl::Duration kServerStartTimeout = absl::Seconds(60);
constexpr size_t kFileBytesMax = 256 << 20;

}  // namespace

std::string MakeDeposit(const DepositText& text) {
  std::mt19937_64 random(text.seed);
  std::string out =
      absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit type=\"FULL\" id=\"",
                   text.id, "\" resend=\"", text.resend,
                   "\" xmlns:rde=\"urn:ietf:params:xml:ns:rde-1.0\"\n"
                   " xmlns:h=\"urn:ietf:params:xml:ns:rdeHeader-1.0\"\n"
                   " xmlns:d=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">\n"
                   "<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n<rde:rdeMenu>\n"
                   "<rde:version>1.0</rde:version>\n"
                   "<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>\n</rde:rdeMenu>\n"
                   "<rde:contents>\n<h:header><h:tld>",
                   text.tld, "</h:tld><h:count uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">",
                   text.objects, "</h:count></h:header>\n");
  for (int i = 0; i < text.objects; ++i) {
    absl::StrAppend(&out, "<d:domain>\n <d:name>d", i, ".", text.tld, "</d:name>\n <d:x>");
    for (size_t n = 0; n < text.filler_bytes; ++n) {
      out.push_back(static_cast<char>('0' + random() % 64));
      if (out.back() == '<' || out.back() == '>') out.back() = '_';
    }
    absl::StrAppend(&out, "</d:x>\n</d:domain>\n");
  }
  return absl::StrCat(out, "</rde:contents>\n</rde:deposit>\n");
}

absl::StatusOr<std::unique_ptr<Custody>> Custody::Start(absl::string_view server_config,
                                                        absl::string_view custodians) {
  auto custody = absl::WrapUnique(new Custody(base::TestDir()));
  escrow_agent::FoundingOptions options{
      .dir = custody->dir_ + "/agent", .listen = "127.0.0.1:0", .now = absl::Now()};
  RETURN_IF_ERROR(escrow_agent::ParseCustodians(custodians, options));
  RETURN_IF_ERROR(escrow_agent::FoundAgent(options));
  const std::string config_path = options.dir + "/server/tidemarkd.toml";
  ASSIGN_OR_RETURN(const std::string config, base::ReadSmallFile(config_path));
  RETURN_IF_ERROR(
      base::WriteFile(config_path, absl::StrCat(config, server_config), base::FileMode::kPrivate));
  RETURN_IF_ERROR(custody->Enrol(vault::Role::kDepositor, "example", "depositor").status());
  RETURN_IF_ERROR(custody->StartServer());
  return custody;
}

absl::StatusOr<std::string> Custody::Enrol(vault::Role role, const std::string& tld,
                                           const std::string& name) {
  ASSIGN_OR_RETURN(const escrow_agent::Enrolment enrolment,
                   escrow_agent::Enrol({.agent_dir = dir_ + "/agent",
                                        .out_dir = absl::StrCat(dir_, "/", name),
                                        .role = role,
                                        .tlds = {tld},
                                        .now = absl::Now()}));
  return enrolment.config_path;
}

absl::Status Custody::StartServer() {
  const char* runfiles = getenv("TEST_SRCDIR");
  const std::string ready = dir_ + "/tidemarkd.ready";
  const std::string log = dir_ + "/tidemarkd.log";
  base::SubprocessOptions options;
  options.argv = {absl::StrCat(runfiles == nullptr ? "." : runfiles, "/tidemark/cli/tidemarkd"),
                  "--config", dir_ + "/agent/server/tidemarkd.toml", "--ready-file", ready};
  options.out = base::ProcessOutput::ToFile(log);
  options.err = base::ProcessOutput::ToFile(log);
  ASSIGN_OR_RETURN(server_, base::Subprocess::Start(options));
  const absl::Time deadline = absl::Now() + kServerStartTimeout;
  while (true) {
    const absl::StatusOr<std::string> address = base::ReadSmallFile(ready);
    if (address.ok() && !address->empty()) {
      address_ = std::string(absl::StripAsciiWhitespace(*address));
      return absl::OkStatus();
    }
    if (server_->Wait(absl::Milliseconds(20)).ok() || absl::Now() > deadline) {
      const absl::StatusOr<std::string> text = base::ReadSmallFile(log);
      return absl::InternalError(absl::StrCat("tidemarkd did not start: ", text.value_or("")));
    }
  }
}

void Custody::KillServer() {
  server_->Kill(SIGKILL).IgnoreError();
  server_->Wait(absl::Seconds(30)).status().IgnoreError();
}

absl::StatusOr<uint64_t> Custody::ServerPeakBytes() const {
  ASSIGN_OR_RETURN(const std::string status,
                   base::ReadSmallFile(absl::StrCat("/proc/", server_->pid(), "/status")));
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    uint64_t kibibytes = 0;
    if (absl::ConsumePrefix(&line, "VmHWM:") && absl::ConsumeSuffix(&line, " kB") &&
        absl::SimpleAtoi(line, &kibibytes)) {
      return kibibytes << 10;
    }
  }
  return absl::NotFoundError("no VmHWM");
}

absl::StatusOr<escrow_agent::DepositorConfig> Custody::Depositor(const std::string& config_path) {
  ASSIGN_OR_RETURN(escrow_agent::DepositorConfig config,
                   escrow_agent::LoadDepositorConfig(config_path));
  config.agent.address = address_;
  return config;
}

absl::StatusOr<escrow_agent::DepositResult> Custody::Deposit(const std::string& content) {
  const std::string path = absl::StrCat(dir_, "/deposit_", deposits_++, ".xml");
  RETURN_IF_ERROR(base::WriteFile(path, content, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(const escrow_agent::DepositorConfig config,
                   Depositor(dir_ + "/depositor/depositor.toml"));
  return escrow_agent::DepositFile(config, path, {});
}

absl::StatusOr<vault::AgentConnection> Custody::Connection(const std::string& config_path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(config_path));
  ASSIGN_OR_RETURN(vault::AgentConnection connection, vault::LoadAgentConnection(config));
  connection.address = address_;
  return connection;
}

absl::StatusOr<crypto::OpeningKey> Custody::OpeningKey() {
  return crypto::OpeningKey::Load(dir_ + "/agent/verifier/opening.key");
}

absl::StatusOr<std::string> Custody::Open(const vault::DepositId& id) {
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, Connection(verifier()));
  ASSIGN_OR_RETURN(const auto vault, vault::RemoteVault::Connect(agent));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit,
                   verifier::FetchSealedDeposit(*vault, agent, id));
  ASSIGN_OR_RETURN(const crypto::OpeningKey key, OpeningKey());
  ASSIGN_OR_RETURN(crypto::DepositKey deposit_key,
                   verifier::UnwrapForVerifier(deposit, key, agent));
  ASSIGN_OR_RETURN(const auto opened,
                   verifier::OpenDeposit(*vault, deposit, agent, std::move(deposit_key)));
  return ReadAll(*opened);
}

absl::StatusOr<std::string> ReadAll(base::ByteSource& source) {
  std::string out;
  base::StringSink sink(out, kFileBytesMax);
  RETURN_IF_ERROR(base::CopyAll(source, sink));
  RETURN_IF_ERROR(source.Close());
  return out;
}

}  // namespace tidemark::tests
