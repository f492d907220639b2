#include "escrow_agent/server/server_testing.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "base/grpc_status.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

constexpr std::chrono::seconds kDeadline{60};

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
}

template <typename Message>
absl::StatusOr<std::vector<std::string>> ReadPieces(grpc::ClientReader<Message>& reader) {
  std::vector<std::string> pieces;
  Message message;
  while (reader.Read(&message)) pieces.push_back(message.ciphertext());
  RETURN_IF_ERROR(base::FromGrpcStatus(reader.Finish()));
  return pieces;
}

}  // namespace

TestClient::TestClient(const std::string& address, const crypto::CertificateAndKey& certificate) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = vault::TestAuthority().certificate_pem;
  tls.pem_cert_chain = certificate.certificate_pem;
  tls.pem_private_key = certificate.key_pem;
  grpc::ChannelArguments arguments;
  // Connections are otherwise shared by address, whatever the certificate.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxSendMessageSize(-1);
  channel_ = grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
  intake_ = tidemark::v1::Intake::NewStub(channel_);
  custody_ = tidemark::v1::Custody::NewStub(channel_);
}

absl::StatusOr<tidemark::v1::Receipt> TestClient::Deposit(
    const std::vector<DepositRequest>& requests, End end) {
  grpc::ClientContext context;
  SetDeadline(context);
  const auto stream = intake_->Deposit(&context);
  for (const DepositRequest& request : requests) {
    if (!stream->Write(request)) break;
  }
  if (end == End::kCut) {
    context.TryCancel();
  } else {
    stream->WritesDone();
  }
  tidemark::v1::Receipt receipt;
  DepositReply reply;
  while (stream->Read(&reply)) {
    if (reply.has_receipt()) receipt = reply.receipt();
  }
  RETURN_IF_ERROR(base::FromGrpcStatus(stream->Finish()));
  return receipt;
}

absl::StatusOr<int> TestClient::List(const std::string& tld) {
  grpc::ClientContext context;
  SetDeadline(context);
  tidemark::v1::ListRequest request;
  request.set_tld(tld);
  const auto reader = custody_->List(&context, request);
  int entries = 0;
  tidemark::v1::DepositSummary summary;
  while (reader->Read(&summary)) ++entries;
  RETURN_IF_ERROR(base::FromGrpcStatus(reader->Finish()));
  return entries;
}

absl::StatusOr<tidemark::v1::DepositRecord> TestClient::Show(const vault::DepositId& id) {
  grpc::ClientContext context;
  SetDeadline(context);
  tidemark::v1::DepositRecord record;
  RETURN_IF_ERROR(base::FromGrpcStatus(custody_->Show(&context, vault::ToProto(id), &record)));
  return record;
}

absl::StatusOr<tidemark::v1::StatusReply> TestClient::Status(const std::string& tld) {
  grpc::ClientContext context;
  SetDeadline(context);
  tidemark::v1::StatusRequest request;
  request.set_tld(tld);
  tidemark::v1::StatusReply reply;
  RETURN_IF_ERROR(base::FromGrpcStatus(custody_->Status(&context, request, &reply)));
  return reply;
}

absl::StatusOr<std::vector<std::string>> TestClient::ReadManifest(const vault::DepositId& id) {
  grpc::ClientContext context;
  SetDeadline(context);
  return ReadPieces(*custody_->ReadManifest(&context, vault::ToProto(id)));
}

absl::StatusOr<std::vector<std::string>> TestClient::ReadFrames(const vault::DepositId& id,
                                                                const crypto::PackId& pack,
                                                                uint32_t first, uint32_t count) {
  grpc::ClientContext context;
  SetDeadline(context);
  tidemark::v1::ReadFramesRequest request;
  *request.mutable_identity() = vault::ToProto(id);
  request.set_pack_id(std::string(pack.bytes()));
  request.set_first(first);
  request.set_count(count);
  return ReadPieces(*custody_->ReadFrames(&context, request));
}

absl::StatusOr<uint64_t> TestClient::AppendVerdict(const tidemark::v1::SignedVerdict& verdict) {
  grpc::ClientContext context;
  SetDeadline(context);
  tidemark::v1::AppendVerdictReply reply;
  RETURN_IF_ERROR(base::FromGrpcStatus(custody_->AppendVerdict(&context, verdict, &reply)));
  return reply.log_index();
}

DepositRequest BeginRequest(const vault::TestUpload& upload, const vault::TestPeer& depositor,
                            const std::vector<crypto::PackId>& relied_on) {
  tidemark::v1::BeginBody body;
  body.set_format(1);
  body.set_vault_id(upload.manifest.vault_id());
  *body.mutable_identity() = vault::ToProto(upload.deposit);
  body.set_new_pack_id(std::string(upload.pack.bytes()));
  for (const crypto::PackId& pack : relied_on) {
    body.add_relied_on_pack_ids(std::string(pack.bytes()));
  }
  DepositRequest request;
  request.mutable_begin()->set_body(body.SerializeAsString());
  request.mutable_begin()->set_signature(
      depositor.signing_key.Sign(crypto::SignaturePurpose::kBegin, request.begin().body()));
  return request;
}

std::vector<DepositRequest> RequestsOf(const vault::TestUpload& upload,
                                       const vault::TestPeer& depositor) {
  std::vector<DepositRequest> requests = {BeginRequest(upload, depositor)};
  for (size_t i = 0; i < upload.frames.size(); ++i) {
    auto& frame = *requests.emplace_back().mutable_frame();
    frame.set_number(static_cast<uint32_t>(i));
    frame.set_ciphertext(upload.frames[i]);
  }
  for (size_t i = 0; i < upload.parts.size(); ++i) {
    auto& part = *requests.emplace_back().mutable_manifest_part();
    part.set_number(static_cast<uint32_t>(i));
    part.set_ciphertext(upload.parts[i]);
  }
  const tidemark::v1::SignedManifest manifest = upload.Sign(depositor);
  auto& commit = *requests.emplace_back().mutable_commit();
  commit.set_manifest(manifest.body());
  commit.set_signature(manifest.signature());
  return requests;
}

TlsIdentity MakeServerIdentity() {
  crypto::CertificateRequest request;
  request.common_name = "tidemarkd";
  request.uris = {"tidemark:role:server", "tidemark:tld:*"};
  request.ip_addresses = {"127.0.0.1"};
  request.use = crypto::CertificateRequest::Use::kServer;
  request.not_before = vault::TestNow() - absl::Hours(1);
  request.not_after = vault::TestNow() + absl::Hours(24);
  const auto certificate = crypto::IssueCertificate(vault::TestAuthority(), request);
  CHECK(certificate.ok());
  return {certificate->certificate_pem, certificate->key_pem,
          vault::TestAuthority().certificate_pem};
}

TestServer::TestServer(const Options& options) : clock_(vault::TestNow() + options.clock_ahead) {
  auto vault = vault::Vault::Open({.dir = base::TestDir() + "/vault"}, "", receipt_key_, clock_);
  CHECK(vault.ok());
  vault_ = *std::move(vault);
  auto server = Server::Start({.listen = "127.0.0.1:0",
                               .tls = MakeServerIdentity(),
                               .refused_serials = options.refused_serials,
                               .verdict_key = verdict_key_.verify_key(),
                               .idle_max = options.idle_max,
                               .calls_per_certificate_max = options.calls_per_certificate_max,
                               .begins_per_minute_max = options.begins_per_minute_max},
                              *vault_, clock_);
  CHECK(server.ok());
  server_ = *std::move(server);
}

}  // namespace tidemark::escrow_agent
