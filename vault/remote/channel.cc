#include "vault/remote/channel.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

// A peer that is gone without a word (power cut, cable) is noticed after about this long; while we
// send, TCP notices within the second number. A shorter first one breaks the default policy of
// gRPC servers, which end a connection that pings more often than every five minutes.
constexpr int kKeepaliveTimeMs = 330'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

}  // namespace

std::shared_ptr<grpc::Channel> CreateAgentChannel(const ChannelOptions& options) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = options.authority_pem;
  tls.pem_cert_chain = options.certificate_pem;
  tls.pem_private_key = options.key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(options.server_name);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(base::kGrpcMessageBytesMax));
  arguments.SetMaxSendMessageSize(static_cast<int>(base::kGrpcMessageBytesMax));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Two clients in one process may be two peers: never share a connection between certificates.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), arguments);
}

absl::Status CheckComplete(const ChannelOptions& options) {
  if (!options.address.empty() && !options.server_name.empty() && !options.authority_pem.empty() &&
      !options.certificate_pem.empty() && !options.key_pem.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the connection to the agent lacks an address, a server name, a certificate or a key");
}

void SetTimeout(grpc::ClientContext& context, std::chrono::seconds timeout) {
  context.set_deadline(std::chrono::system_clock::now() + timeout);
}

absl::Status StatusFrom(const std::string& address, const grpc::Status& status) {
  const absl::Status mapped = base::FromGrpcStatus(status);
  if (absl::IsUnavailable(mapped) || absl::IsDeadlineExceeded(mapped)) {
    return base::Annotate(mapped, absl::StrCat("tidemarkd at ", address));
  }
  return mapped;
}

}  // namespace tidemark::vault
