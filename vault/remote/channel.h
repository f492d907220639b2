// The one way in which our clients reach tidemarkd: mutual TLS, bounded messages, keepalive.
//
// The server is checked against the agent's authority and the name in its certificate, never
// against its address. Threads: pure functions; a gRPC channel is safe for concurrent use.
#ifndef TIDEMARK_VAULT_REMOTE_CHANNEL_H_
#define TIDEMARK_VAULT_REMOTE_CHANNEL_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"

namespace grpc {
class Channel;
class ClientContext;
class Status;
}  // namespace grpc

namespace tidemark::vault {

struct ChannelOptions {
  std::string address;  // "host:port"
  std::string server_name;
  std::string authority_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// Connects when first used; failing to is UNAVAILABLE of the call.
std::shared_ptr<grpc::Channel> CreateAgentChannel(const ChannelOptions& options);
// INVALID_ARGUMENT: one of them is empty.
absl::Status CheckComplete(const ChannelOptions& options);

// Deadlines: of one answer, or one row; and of a stream, whose size is bounded by limits.h.
inline constexpr std::chrono::seconds kCallTimeout{30};
inline constexpr std::chrono::seconds kStreamTimeout{300};
void SetTimeout(grpc::ClientContext& context, std::chrono::seconds timeout);

// The status of a call to the server at `address`, which is named where nobody answered:
// UNAVAILABLE without it helps nobody.
absl::Status StatusFrom(const std::string& address, const grpc::Status& status);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_CHANNEL_H_
