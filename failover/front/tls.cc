#include "failover/front/tls.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover::front {
namespace {

namespace ssl = boost::asio::ssl;

// Of what OpenSSL sends after a handshake in TLS 1.3: clients that return use one.
constexpr int kTicketsPerHandshake = 1;
// Of TLS 1.2; those of 1.3 are all like that.
constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr size_t kKeyBytesMax = 64 * 1024;  // an RSA key of 16384 bits has 13 KB
constexpr unsigned char kProtocols[] = "\x08http/1.1";
constexpr unsigned char kSessionContext[] = "tidemark rdap";

// RFC 7301 section 3.2: who asks for other protocols only is told so.
int SelectProtocol(SSL*, const unsigned char** out, unsigned char* out_bytes,
                   const unsigned char* offered, unsigned int offered_bytes, void*) {
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, out_bytes, kProtocols, sizeof(kProtocols) - 1,
                                           offered, offered_bytes);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

absl::Status CheckKeyFile(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || access(path.c_str(), R_OK) != 0) {
    return base::ErrnoStatus(errno, path);
  }
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(path, " can be read by others; it is a private key: chmod 600 it"));
}

absl::Status Refused(absl::string_view path, const boost::system::error_code& error) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.message()));
}

}  // namespace

absl::Status SetUpTls(const TlsFiles& files, ssl::context& context) {
  RETURN_IF_ERROR(CheckKeyFile(files.key_path));
  boost::system::error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression, error);
  // OpenSSL would ask for a password on the terminal. An empty one would be tried, and asio's own
  // callback has no way to give none.
  SSL_CTX_set_default_passwd_cb(context.native_handle(), [](char*, int, int, void*) { return -1; });
  if (error) return absl::InternalError(absl::StrCat("TLS: ", error.message()));
  ASSIGN_OR_RETURN(const std::string chain, base::ReadSmallFile(files.certificate_path));
  context.use_certificate_chain(boost::asio::buffer(chain), error);
  if (error) return Refused(files.certificate_path, error);
  ASSIGN_OR_RETURN(std::string key, base::ReadSmallFile(files.key_path, kKeyBytesMax));
  context.use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
  OPENSSL_cleanse(key.data(), key.size());
  if (error) return Refused(files.key_path + ": no unencrypted private key in PEM", error);
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(native, SelectProtocol, nullptr);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  // Connections that idle have no buffers for records.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_check_private_key(native) != 1 ||
      SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(native, kCiphers) != 1 ||
      SSL_CTX_set_num_tickets(native, kTicketsPerHandshake) != 1 ||
      SSL_CTX_set_session_id_context(native, kSessionContext, sizeof(kSessionContext) - 1) != 1) {
    return absl::InternalError("TLS could not be set up");
  }
  return absl::OkStatus();
}

absl::Status TlsContext::Load(const TlsFiles& files) {
  auto fresh = std::make_shared<Native>(Native::tls_server);
  RETURN_IF_ERROR(SetUpTls(files, *fresh));
  const absl::MutexLock lock(&mutex_);
  native_ = std::move(fresh);
  return absl::OkStatus();
}

std::shared_ptr<TlsContext::Native> TlsContext::Get() const {
  const absl::MutexLock lock(&mutex_);
  return native_;
}

bool IsCertificateFor(const std::string& pem, const std::string& name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr), X509_free);
  return certificate != nullptr &&
         (X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1 ||
          X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1);
}

}  // namespace tidemark::failover::front
