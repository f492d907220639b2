// An agent with a real tidemarkd, keys made by enrolment, and the libraries of everybody else in
// the test's own process. (tests/support/escrow.h is the same with every verb as a process.)
#ifndef TIDEMARK_TESTS_INTEGRATION_CUSTODY_FIXTURE_H_
#define TIDEMARK_TESTS_INTEGRATION_CUSTODY_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/subprocess.h"
#include "crypto/deposit_key.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/release/release.h"
#include "vault/access.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"

namespace tidemark::tests {

// A well-formed deposit with a header and `objects` domains, each with `filler_bytes` that do not
// compress, different for each `seed`.
struct DepositText {
  std::string tld = "example";
  std::string id = "20261122001";
  int resend = 0;
  int objects = 10;
  size_t filler_bytes = 100;
  uint64_t seed = 1;
};
std::string MakeDeposit(const DepositText& text);

class Custody {
 public:
  // `server_config` is added to the end of tidemarkd.toml; `custodians` is what
  // `keygen --custodians` takes.
  static absl::StatusOr<std::unique_ptr<Custody>> Start(absl::string_view server_config = "",
                                                        absl::string_view custodians = "1of1");

  const std::string& dir() const { return dir_; }
  // "HOST:PORT" of the server.
  const std::string& address() const { return address_; }
  // Enrols one more; returns the path of its configuration.
  absl::StatusOr<std::string> Enrol(vault::Role role, const std::string& tld,
                                    const std::string& name);
  absl::StatusOr<escrow_agent::DepositorConfig> Depositor(const std::string& config_path);
  // Writes `content` to a file and deposits it as the depositor of TLD example.
  absl::StatusOr<escrow_agent::DepositResult> Deposit(const std::string& content);

  // [agent] and [tls] of a configuration, with the server's real address.
  absl::StatusOr<vault::AgentConnection> Connection(const std::string& config_path);
  std::string verifier() const { return dir_ + "/agent/verifier/verifier.toml"; }
  std::string custodian() const { return dir_ + "/agent/custodian/custodian.toml"; }
  // One of several, from 1.
  std::string custodian(int number) const {
    return absl::StrCat(dir_, "/agent/custodian-", number, "/custodian.toml");
  }
  absl::StatusOr<crypto::OpeningKey> OpeningKey();
  // All that the verifier does, up to the bytes of the file.
  absl::StatusOr<std::string> Open(const vault::DepositId& id);

  void KillServer();
  // The most memory that tidemarkd has had resident (VmHWM).
  absl::StatusOr<uint64_t> ServerPeakBytes() const;

 private:
  explicit Custody(std::string dir) : dir_(std::move(dir)) {}
  absl::Status StartServer();

  const std::string dir_;
  std::string address_;
  std::unique_ptr<base::Subprocess> server_;
  int deposits_ = 0;
};

// Reads to the end and closes.
absl::StatusOr<std::string> ReadAll(base::ByteSource& source);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_CUSTODY_FIXTURE_H_
