// The Custody service seen from a client: what verifier, successor, operator and auditor may read.
//
// Every answer is from a server that is trusted to keep bytes, not to be honest about them: callers
// check signatures and digests themselves (vault/manifest.h, vault/receipt.h, verifier/opening).
// Threads: safe for concurrent use. Errors are the server's, plus UNAVAILABLE and
// DEADLINE_EXCEEDED; every call has a deadline.
#ifndef TIDEMARK_VAULT_REMOTE_REMOTE_VAULT_H_
#define TIDEMARK_VAULT_REMOTE_REMOTE_VAULT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/config.h"
#include "crypto/pack_id.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/channel.h"

namespace tidemark::vault {

// The agent as a peer's configuration file describes it: [agent] and [tls], written by
// `tidemark enroll` (docs/configuration.md).
struct AgentConnection {
  std::string address;        // agent.address, "host:port"
  std::string server_name;    // agent.server_name: the name in the server's certificate
  std::string authority_pem;  // agent.authority (a file)
  std::string vault_id;       // agent.vault_id (hex in the file, 16 bytes here)
  std::string receipt_key_hex;  // agent.receipt_key
  std::string verdict_key_hex;  // agent.verdict_key: the verifier's signing key
  std::string opening_key_hex;  // agent.opening_key: the verifier's public opening key
  std::string release_key_hex;  // agent.release_key
  // release.commitments and release.custodian_keys: a release key that custodians share; with one
  // of one these are agent.release_key and agent.custodian_key.
  std::vector<std::string> release_commitments_hex;
  std::vector<std::string> custodian_keys_hex;
  std::string certificate_pem;  // tls.certificate (a file)
  std::string key_pem;          // tls.key (a file, mode 0600)
};

// What a channel to it is made of.
ChannelOptions ChannelOptionsOf(const AgentConnection& agent);

// Reads [agent], [release] and [tls]; the caller reads its own section and then calls
// CheckAllKeysKnown.
absl::StatusOr<AgentConnection> LoadAgentConnection(base::Config& config);

// Only what is public, [agent] without the authority and [release]: also from agent.toml, or any
// other role's file.
absl::StatusOr<AgentConnection> LoadPublicAgent(const base::Config& config);

class RemoteVault {
 public:
  static absl::StatusOr<std::unique_ptr<RemoteVault>> Connect(const AgentConnection& agent);
  virtual ~RemoteVault() = default;

  virtual absl::StatusOr<std::vector<tidemark::v1::DepositSummary>> List(
      const tidemark::v1::ListRequest& request) = 0;
  // NOT_FOUND says when, if policy deleted it.
  virtual absl::StatusOr<tidemark::v1::DepositRecord> Show(const DepositId& id) = 0;
  // Also of one that policy deleted: then `shredded` is there in the manifest's place.
  virtual absl::StatusOr<tidemark::v1::DepositRecord> ShowEvenDeleted(const DepositId& id) {
    return Show(id);
  }
  virtual absl::StatusOr<tidemark::v1::StatusReply> Status(absl::string_view tld) = 0;
  // Parts in order; `sink` returning an error cancels the call and is returned.
  virtual absl::Status ReadManifest(const DepositId& id,
                                    std::function<absl::Status(absl::string_view)> sink) = 0;
  // Frames first .. first+count-1 that the deposit uses, in order.
  virtual absl::Status ReadFrames(
      const DepositId& id, const crypto::PackId& pack, uint32_t first, uint32_t count,
      std::function<absl::Status(uint32_t number, absl::string_view ciphertext)> sink) = 0;
  virtual absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict) = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_REMOTE_VAULT_H_
