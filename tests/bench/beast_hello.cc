// Nothing but Boost.Beast with TLS: the same body for whoever asks whatever, on loopback.
//
//     beast_hello CERTIFICATE KEY PORT THREADS BYTES
//
// The ceiling that RDAP over HTTPS is held against: as many bytes an answer, no limits, no
// deadlines, nothing looked up. Prints a line when it listens, and runs until it is killed.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Error = beast::error_code;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, asio::ssl::context& tls, const std::string& body)
      : stream_(std::move(socket), tls), body_(body) {}

  void Start() {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this()](const Error& error) {
                              if (!error) self->Read();
                            });
  }

 private:
  void Read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](const Error& error, size_t) {
                       if (!error) self->Write();
                     });
  }

  void Write() {
    response_ = {http::status::ok, request_.version()};
    response_.set(http::field::content_type, "application/rdap+json");
    response_.keep_alive(request_.keep_alive());
    response_.body() = body_;
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](const Error& error, size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    });
  }

  beast::ssl_stream<beast::tcp_stream> stream_;
  const std::string& body_;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
};

void Accept(Tcp::acceptor& acceptor, asio::io_context& context, asio::ssl::context& tls,
            const std::string& body) {
  acceptor.async_accept(asio::make_strand(context), [&](const Error& error, Tcp::socket socket) {
    if (!error) {
      socket.set_option(Tcp::no_delay(true));
      std::make_shared<Connection>(std::move(socket), tls, body)->Start();
    }
    Accept(acceptor, context, tls, body);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: beast_hello CERTIFICATE KEY PORT THREADS BYTES\n");
    return 2;
  }
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.use_certificate_chain_file(argv[1]);
  tls.use_private_key_file(argv[2], asio::ssl::context::pem);
  const int threads_count = std::atoi(argv[4]);
  const std::string body(static_cast<size_t>(std::atol(argv[5])), 'a');
  asio::io_context context(threads_count);
  Tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"),
                                   static_cast<unsigned short>(std::atoi(argv[3]))});
  Accept(acceptor, context, tls, body);
  std::printf("listening\n");
  std::fflush(stdout);
  std::vector<std::thread> threads;
  for (int i = 0; i < threads_count; ++i) threads.emplace_back([&context] { context.run(); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}
