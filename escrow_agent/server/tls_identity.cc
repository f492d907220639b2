#include "escrow_agent/server/tls_identity.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <string>
#include <utility>

#include "base/status.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {
namespace {

grpc_ssl_certificate_config_reload_status Fetch(void* identity,
                                                grpc_ssl_server_certificate_config** config) {
  TlsIdentity now;
  if (!static_cast<ReloadedIdentity*>(identity)->TakeNew(now)) {
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  }
  const grpc_ssl_pem_key_cert_pair pair = {now.key_pem.c_str(), now.certificate_pem.c_str()};
  *config = grpc_ssl_server_certificate_config_create(now.authority_pem.c_str(), &pair, 1);
  return *config == nullptr ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL
                            : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

// gRPC's C++ layer has no way to SSL credentials that change under a server; its C layer has.
class Credentials final : public grpc::ServerCredentials {
 public:
  explicit Credentials(ReloadedIdentity& identity)
      : credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Fetch, &identity))) {}
  ~Credentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> ReloadedIdentity::Credentials() {
  return std::make_shared<escrow_agent::Credentials>(*this);
}

void ReloadedIdentity::Replace(TlsIdentity identity) {
  absl::MutexLock lock(&mutex_);
  identity_ = std::move(identity);
  is_new_ = true;
}

bool ReloadedIdentity::TakeNew(TlsIdentity& identity) {
  absl::MutexLock lock(&mutex_);
  if (!std::exchange(is_new_, false)) return false;
  identity = identity_;
  return true;
}

absl::Status CheckIdentity(const TlsIdentity& identity) {
  RETURN_IF_ERROR(base::Annotate(crypto::ParseCertificate(identity.authority_pem).status(),
                                 "the authority's certificate"));
  RETURN_IF_ERROR(base::Annotate(crypto::ParseCertificate(identity.certificate_pem).status(),
                                 "the server's certificate"));
  return base::Annotate(crypto::CheckKeyFits(identity.certificate_pem, identity.key_pem),
                        "the server's key");
}

}  // namespace tidemark::escrow_agent
