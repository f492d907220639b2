// The one way in which our clients reach tidemarkd: mutual TLS, bounded messages, keepalive.
//
// The server is checked against the agent's authority and the name in its certificate, never
// against its address. Threads: pure function; a gRPC channel is safe for concurrent use.
#ifndef TIDEMARK_VAULT_REMOTE_CHANNEL_H_
#define TIDEMARK_VAULT_REMOTE_CHANNEL_H_

#include <memory>
#include <string>

namespace grpc {
class Channel;
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

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_CHANNEL_H_
