#include "escrow_agent/server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "escrow_agent/server/custody_service.h"
#include "escrow_agent/server/expiry_sweep.h"
#include "escrow_agent/server/front_door.h"
#include "escrow_agent/server/intake_service.h"
#include "escrow_agent/server/library_calls.h"
#include "escrow_agent/server/log_service.h"
#include "escrow_agent/server/replica_service.h"
#include "escrow_agent/server/retention_rounds.h"
#include "escrow_agent/server/tls_identity.h"
#include "escrow_agent/server/write_watch.h"

namespace tidemark::escrow_agent {
namespace {

constexpr int kMetadataBytesMax = 16 << 10;
constexpr int kKeepaliveMillis = 60'000;
constexpr int kKeepaliveTimeoutMillis = 20'000;
// Our clients ping every minute; twice that often is still polite.
constexpr int kPingIntervalMinMillis = 30'000;
constexpr int kHandshakeTimeoutMillis = 20'000;
// What a stream may have on its way to us beside the message that its handler holds. gRPC would let
// a fast line have tens of megabytes; with this a stream's share of memory does not depend on who
// sends it, nor how fast.
constexpr int kStreamWindowBytes = 1 << 20;
// All streams with full windows, a message each, and TLS buffers: gRPC slows down reading above it.
constexpr size_t kQuotaBytes = 256 << 20;
// Threads beside those of open calls: pollers and the health service.
constexpr int kSpareThreads = 16;

class GrpcServer final : public Server {
 public:
  GrpcServer(const ServerOptions& options, vault::Vault& vault, const base::Clock& clock)
      : vault_(vault),
        identity_(options.tls),
        door_({.refused_serials = options.refused_serials,
               .call_limits = {.idle_max = options.idle_max, .call_max = options.call_max},
               .calls_per_certificate_max = options.calls_per_certificate_max,
               .calls_max = options.calls_max},
              clock),
        intake_(vault, door_, options.begins_per_minute_max, options.at_point),
        custody_(vault, door_, options.verdict_key),
        log_(vault.log(), door_),
        replica_(vault.replication(), door_),
        is_replica_(vault.replication().is_replica()),
        sweep_(vault, options.sweep_every) {
    // A second copy deletes what its primary has logged, and at no other time.
    if (!is_replica_) retention_.emplace(vault, options.retention_every);
  }
  ~GrpcServer() override { Shutdown(absl::ZeroDuration()); }

  // Once.
  absl::Status Listen(const ServerOptions& options);
  std::string address() const override { return address_; }
  absl::Status Reload(const TlsIdentity& tls,
                      const std::vector<std::string>& refused_serials) override;
  void Shutdown(absl::Duration grace) override;

 private:
  // What takes deposits, and the server as a whole. What only reads goes on.
  void TellHealth(Writes writes) const;

  vault::Vault& vault_;
  ReloadedIdentity identity_;
  FrontDoor door_;
  IntakeService intake_;
  CustodyService custody_;
  LogService log_;
  ReplicaService replica_;
  const bool is_replica_;
  ExpirySweep sweep_;
  std::optional<RetentionRounds> retention_;  // of a primary
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<WriteWatch> write_watch_;  // last: it uses the server
};

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(base::kGrpcMessageBytesMax));
  builder.SetMaxSendMessageSize(static_cast<int>(base::kGrpcMessageBytesMax));
  // Two servers on one port would share its connections without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, base::kStreamsPerConnectionMax);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMinMillis);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMillis);
  builder.AddChannelArgument(
      GRPC_ARG_MAX_CONNECTION_IDLE_MS,
      static_cast<int>(absl::ToInt64Milliseconds(std::min(options.idle_max, absl::Hours(1)))));
  grpc::ResourceQuota quota("tidemarkd");
  quota.Resize(kQuotaBytes);
  quota.SetMaxThreads(options.calls_max + kSpareThreads);
  builder.SetResourceQuota(quota);
}

absl::Status GrpcServer::Listen(const ServerOptions& options) {
  RETURN_IF_ERROR(CheckIdentity(options.tls));
  const size_t port_begin = options.listen.rfind(':');
  if (port_begin == std::string::npos) {
    return absl::InvalidArgumentError("listen: want HOST:PORT, as in 127.0.0.1:7443");
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<LibraryCalls>(door_));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  int port = 0;
  builder.AddListeningPort(options.listen, identity_.Credentials(), &port);
  builder.RegisterService(&intake_);
  builder.RegisterService(&custody_);
  builder.RegisterService(&log_);
  builder.RegisterService(&replica_);
  SetLimits(options, builder);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    server_ = nullptr;
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.listen,
                     ": the address is taken or not this machine's, or key and certificate do "
                     "not fit"));
  }
  address_ = absl::StrCat(options.listen.substr(0, port_begin), ":", port);
  write_watch_.emplace(vault_, options.write_watch_every,
                       [this](Writes writes) { TellHealth(writes); });
  return absl::OkStatus();
}

void GrpcServer::TellHealth(Writes writes) const {
  grpc::HealthCheckServiceInterface* const health = server_->GetHealthCheckService();
  for (const char* service : {"", tidemark::v1::Intake::service_full_name()}) {
    health->SetServingStatus(service, writes == Writes::kGoOn);
  }
}

absl::Status GrpcServer::Reload(const TlsIdentity& tls,
                                const std::vector<std::string>& refused_serials) {
  RETURN_IF_ERROR(CheckIdentity(tls));
  identity_.Replace(tls);
  door_.Refuse(refused_serials);
  return absl::OkStatus();
}

void GrpcServer::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  replica_.Stop();
  write_watch_.reset();
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(grace));
  server_->Wait();
  server_ = nullptr;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      vault::Vault& vault,
                                                      const base::Clock& clock) {
  auto server = std::make_unique<GrpcServer>(options, vault, clock);
  RETURN_IF_ERROR(server->Listen(options));
  return server;
}

}  // namespace tidemark::escrow_agent
