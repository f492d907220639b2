#include "failover/front/tls.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"

namespace tidemark::failover::front {
namespace {

namespace ssl = boost::asio::ssl;

// Of what OpenSSL sends after a handshake in TLS 1.3: clients that return use one.
constexpr int kTicketsPerHandshake = 1;
constexpr unsigned char kSessionContext[] = "tidemark rdap";

absl::Status CheckKeyIsPrivate(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return base::ErrnoStatus(errno, path);
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(path, " can be read by others; it is a private key: chmod 600 it"));
}

absl::Status Refused(absl::string_view path, const boost::system::error_code& error) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.message()));
}

}  // namespace

absl::Status SetUpTls(const TlsFiles& files, ssl::context& context) {
  RETURN_IF_ERROR(CheckKeyIsPrivate(files.key_path));
  boost::system::error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression, error);
  // OpenSSL would ask for a password on the terminal.
  if (!error) {
    context.set_password_callback(
        [](size_t, ssl::context::password_purpose) { return std::string(); }, error);
  }
  if (error) return absl::InternalError(absl::StrCat("TLS: ", error.message()));
  context.use_certificate_chain_file(files.certificate_path, error);
  if (error) return Refused(files.certificate_path, error);
  context.use_private_key_file(files.key_path, ssl::context::pem, error);
  if (error) return Refused(files.key_path, error);
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  // Connections that idle have no buffers for records.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_check_private_key(native) != 1 ||
      SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_num_tickets(native, kTicketsPerHandshake) != 1 ||
      SSL_CTX_set_session_id_context(native, kSessionContext, sizeof(kSessionContext) - 1) != 1) {
    return absl::InternalError("TLS could not be set up");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover::front
