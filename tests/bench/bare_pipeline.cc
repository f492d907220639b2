// The least that a sealed upload can cost: a file is read, compressed by zstd on two threads,
// sealed, sent over gRPC with mutual TLS and written to RocksDB, synced. Nothing is cut, recognised
// or proved.
//
// usage: bare_pipeline FILE LEVEL WORK_DIR. WORK_DIR has key.pem and cert.pem, which both sides
// show and trust. Prints the bytes stored. Exit 0 if all of it was acknowledged.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include <grpcpp/grpcpp.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "proto/service.grpc.pb.h"
#include "rocksdb/db.h"

namespace tidemark {
namespace {

using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

constexpr int kThreads = 2;

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  CHECK(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Keeps what comes, syncing as often as the vault does.
class Keeper final : public tidemark::v1::Intake::Service {
 public:
  explicit Keeper(const std::string& dir) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::DB* db = nullptr;
    CHECK(rocksdb::DB::Open(options, dir, &db).ok());
    db_.reset(db);
  }

  grpc::Status Deposit(grpc::ServerContext*,
                       grpc::ServerReaderWriter<DepositReply, DepositRequest>* stream) override {
    DepositRequest request;
    uint64_t number = 0;
    size_t unsynced = 0;
    while (stream->Read(&request)) {
      const std::string& bytes = request.frame().ciphertext();
      CHECK(db_->Put({}, std::to_string(number++), bytes).ok());
      stored += bytes.size();
      unsynced += bytes.size();
      if (unsynced < base::kSyncEveryBytes) continue;
      CHECK(db_->SyncWAL().ok());
      unsynced = 0;
    }
    CHECK(db_->SyncWAL().ok());
    DepositReply reply;
    reply.mutable_accepted();
    stream->Write(reply);
    return grpc::Status::OK;
  }

  uint64_t stored = 0;

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

// Compresses the file and hands it on in pieces of 256 KiB.
template <typename Take>
void Compress(const char* path, int level, const Take& take) {
  std::FILE* const file = std::fopen(path, "rb");
  CHECK(file != nullptr);
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, kThreads);
  std::string in(1 << 20, '\0');
  std::string out(base::kManifestPartBytes, '\0');
  ZSTD_outBuffer to = {out.data(), out.size(), 0};
  bool at_end = false;
  while (!at_end) {
    const size_t n = std::fread(in.data(), 1, in.size(), file);
    const bool is_last = n < in.size();
    ZSTD_inBuffer from = {in.data(), n, 0};
    while (!at_end && (is_last || from.pos < from.size)) {
      const size_t left =
          ZSTD_compressStream2(context, &to, &from, is_last ? ZSTD_e_end : ZSTD_e_continue);
      CHECK(!ZSTD_isError(left));
      at_end = is_last && left == 0;
      if (to.pos < to.size && !at_end) continue;
      take(absl::string_view(out.data(), to.pos), at_end);
      to.pos = 0;
    }
  }
  ZSTD_freeCCtx(context);
  std::fclose(file);
}

int Run(const char* path, int level, const std::string& dir) {
  const std::string key = ReadWhole(dir + "/key.pem");
  const std::string certificate = ReadWhole(dir + "/cert.pem");
  Keeper keeper(dir + "/db");
  grpc::SslServerCredentialsOptions server_tls(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  server_tls.pem_root_certs = certificate;
  server_tls.pem_key_cert_pairs.push_back({key, certificate});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(server_tls), &port);
  builder.RegisterService(&keeper);
  builder.SetMaxReceiveMessageSize(base::kGrpcMessageBytesMax);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  CHECK(server != nullptr);

  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  const auto stub = tidemark::v1::Intake::NewStub(grpc::CreateCustomChannel(
      "127.0.0.1:" + std::to_string(port),
      grpc::SslCredentials({.pem_root_certs = certificate,
                            .pem_private_key = key,
                            .pem_cert_chain = certificate}),
      arguments));
  grpc::ClientContext context;
  const auto stream = stub->Deposit(&context);
  const crypto::DepositKey secret = crypto::DepositKey::Generate();
  crypto::PartSealer sealer(secret, "bare pipeline");
  Compress(path, level, [&](absl::string_view piece, bool is_last) {
    DepositRequest request;
    *request.mutable_frame()->mutable_ciphertext() = *sealer.Seal(
        piece, is_last ? crypto::PartSealer::Position::kLast : crypto::PartSealer::Position::kMore);
    CHECK(stream->Write(request));
  });
  stream->WritesDone();
  DepositReply reply;
  const bool is_kept = stream->Read(&reply) && stream->Finish().ok();
  server->Shutdown();
  std::printf("%llu\n", static_cast<unsigned long long>(keeper.stored));
  return is_kept ? 0 : 1;
}

}  // namespace
}  // namespace tidemark

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bare_pipeline FILE LEVEL WORK_DIR\n");
    return 2;
  }
  return tidemark::Run(argv[1], std::atoi(argv[2]), argv[3]);
}
