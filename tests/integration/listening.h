// A service of a test's own in tidemarkd's place, with its certificate and authority.
#ifndef TIDEMARK_TESTS_INTEGRATION_LISTENING_H_
#define TIDEMARK_TESTS_INTEGRATION_LISTENING_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::tests {

// `server_dir` has the certificate, key and authority of a real tidemarkd; `port`, on loopback, is
// chosen.
inline absl::StatusOr<std::unique_ptr<grpc::Server>> ListenInPlaceOf(const std::string& server_dir,
                                                                     grpc::Service& service,
                                                                     int* port) {
  grpc::SslServerCredentialsOptions tls(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ASSIGN_OR_RETURN(tls.pem_root_certs, base::ReadSmallFile(server_dir + "/authority.pem"));
  ASSIGN_OR_RETURN(pair.private_key, base::ReadSmallFile(server_dir + "/server.key"));
  ASSIGN_OR_RETURN(pair.cert_chain, base::ReadSmallFile(server_dir + "/server.pem"));
  tls.pem_key_cert_pairs.push_back(std::move(pair));
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::UnavailableError("not listening");
  return server;
}

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_LISTENING_H_
