// For tests only: a server over a real vault on a loopback port, and clients with certificates.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_SERVER_TESTING_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_SERVER_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "escrow_agent/server/server.h"
#include "proto/service.grpc.pb.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::escrow_agent {

// One peer's view of the server. Every call has a deadline of a few seconds.
class TestClient final {
 public:
  // Without certificate and key if both are empty.
  TestClient(const std::string& address, const crypto::CertificateAndKey& certificate);

  // One whole Deposit call: `requests` in order, then (unless the stream is to be cut) half-close.
  // The receipt, or why there is none.
  enum class End { kHalfClose, kCut };
  absl::StatusOr<tidemark::v1::Receipt> Deposit(
      const std::vector<tidemark::v1::DepositRequest>& requests, End end = End::kHalfClose);

  // The streaming calls give the number of messages.
  absl::StatusOr<int> List(const std::string& tld);
  absl::StatusOr<tidemark::v1::DepositRecord> Show(const vault::DepositId& id);
  absl::StatusOr<tidemark::v1::StatusReply> Status(const std::string& tld);
  absl::StatusOr<std::vector<std::string>> ReadManifest(const vault::DepositId& id);
  absl::StatusOr<std::vector<std::string>> ReadFrames(const vault::DepositId& id,
                                                      const crypto::PackId& pack, uint32_t first,
                                                      uint32_t count);
  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict);

  tidemark::v1::Intake::Stub& intake() { return *intake_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<tidemark::v1::Intake::Stub> intake_;
  std::unique_ptr<tidemark::v1::Custody::Stub> custody_;
};

// begin, frames, parts, commit: a Deposit call that succeeds.
std::vector<tidemark::v1::DepositRequest> RequestsOf(const vault::TestUpload& upload,
                                                     const vault::TestPeer& depositor);
tidemark::v1::DepositRequest BeginRequest(const vault::TestUpload& upload,
                                          const vault::TestPeer& depositor,
                                          const std::vector<crypto::PackId>& relied_on = {});

// A new certificate for 127.0.0.1, of the test authority.
TlsIdentity MakeServerIdentity();

// Vault and server in a fresh directory.
class TestServer final {
 public:
  struct Options {
    std::vector<std::string> refused_serials = {};
    absl::Duration idle_max = absl::Minutes(5);
    int calls_per_certificate_max = 8;
    int begins_per_minute_max = 60;
    absl::Duration clock_ahead = absl::ZeroDuration();
  };
  TestServer() : TestServer(Options()) {}
  explicit TestServer(const Options& options);

  TestClient Client(const vault::TestPeer& peer) const {
    return TestClient(server_->address(), peer.certificate);
  }
  std::string address() const { return server_->address(); }
  vault::Vault& vault() { return *vault_; }
  Server& server() { return *server_; }
  const crypto::SigningKey& verdict_key() const { return verdict_key_; }
  const crypto::SigningKey& receipt_key() const { return receipt_key_; }
  base::FakeClock& clock() { return clock_; }

 private:
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<Server> server_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_SERVER_TESTING_H_
