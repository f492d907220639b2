#include "failover/probe/lying_server_testing.h"

#include <algorithm>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/subprocess.h"

namespace tidemark::failover::probe {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kOutputBytesMax = 64 << 10;

tcp::endpoint AnyPort() { return {asio::ip::address_v4::loopback(), 0}; }

// Ends an accept() in the other thread.
void Knock(int port) {
  asio::io_context context;
  tcp::socket socket(context);
  error_code ignored;
  socket.connect({asio::ip::address_v4::loopback(), static_cast<uint16_t>(port)}, ignored);
}

}  // namespace

LyingServer::LyingServer(std::string dir)
    : dir_(std::move(dir)),
      tls_(asio::ssl::context::tls_server),
      https_acceptor_(context_, AnyPort()),
      whois_acceptor_(context_, AnyPort()) {}

LyingServer::~LyingServer() {
  stops_ = true;
  if (https_thread_.joinable()) {
    Knock(https_acceptor_.local_endpoint().port());
    https_thread_.join();
  }
  if (whois_thread_.joinable()) {
    Knock(whois_port());
    whois_thread_.join();
  }
}

std::string LyingServer::url() const {
  return absl::StrCat("https://127.0.0.1:", https_acceptor_.local_endpoint().port(), "/");
}

absl::Status LyingServer::Start() {
  ASSIGN_OR_RETURN(const base::RunResult made,
                   base::RunAndCapture({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                                        "/CN=lies", "-addext", "subjectAltName=IP:127.0.0.1",
                                        "-keyout", dir_ + "/key.pem", "-out", certificate_path()},
                                       absl::Seconds(60), kOutputBytesMax));
  if (made.exit_status != 0) return absl::InternalError(made.err);
  tls_.use_certificate_chain_file(certificate_path());
  tls_.use_private_key_file(dir_ + "/key.pem", asio::ssl::context::pem);
  https_thread_ = std::thread([this] { ServeHttps(); });
  whois_thread_ = std::thread([this] { ServeWhois(); });
  return absl::OkStatus();
}

void LyingServer::ServeHttps() {
  while (true) {
    tcp::socket socket = https_acceptor_.accept();
    if (stops_) return;
    ++connections_;
    ServeOneHttps(std::move(socket));
  }
}

void LyingServer::ServeOneHttps(tcp::socket socket) {
  error_code error;
  boost::beast::ssl_stream<boost::beast::tcp_stream> stream(std::move(socket), tls_);
  stream.handshake(asio::ssl::stream_base::server, error);
  boost::beast::flat_buffer buffer;
  while (!error) {
    http::request<http::string_body> request;
    http::read(stream, buffer, request, error);
    if (error) return;
    if (is_silent) continue;  // until the other side has had enough
    const auto page = pages.find(std::string(request.target()));
    const CannedAnswer answer =
        page == pages.end() ? CannedAnswer{.status = 404, .body = "{}"} : page->second;
    const std::string head =
        absl::StrCat("HTTP/1.1 ", answer.status, " As Said\r\nContent-Type: ", answer.media_type,
                     "\r\nContent-Length: ", answer.body.size(), "\r\n\r\n");
    const std::string body =
        cut_body_at < 0 ? answer.body : answer.body.substr(0, static_cast<size_t>(cut_body_at));
    asio::write(stream, asio::buffer(absl::StrCat(head, body)), error);
    if (hangs_up || cut_body_at >= 0) return;
  }
}

void LyingServer::ServeWhois() {
  while (true) {
    tcp::socket socket = whois_acceptor_.accept();
    if (stops_) return;
    error_code error;
    asio::streambuf buffer;
    const size_t bytes = asio::read_until(socket, buffer, "\r\n", error);
    if (error) continue;
    const std::string line(static_cast<const char*>(buffer.data().data()), bytes - 2);
    const auto found = whois.find(line);
    const std::string text = whois_refused-- > 0    ? "Too many questions.\r\n"
                             : found == whois.end() ? "Domain not found.\r\n"
                                                    : found->second;
    asio::write(socket, asio::buffer(text), error);
  }
}

}  // namespace tidemark::failover::probe
