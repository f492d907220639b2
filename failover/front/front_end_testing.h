// For tests only: a front end on loopback with a small registry behind it, and clients that do what
// ours never would. Reads and writes block; what should not happen for ever ends in the test's own
// timeout.
#ifndef TIDEMARK_FAILOVER_FRONT_FRONT_END_TESTING_H_
#define TIDEMARK_FAILOVER_FRONT_FRONT_END_TESTING_H_

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "failover/front/front_end.h"
#include "failover/lookup/registry_testing.h"

namespace tidemark::failover::front {

// A connection of plain bytes.
class PlainClient {
 public:
  explicit PlainClient(int port);

  // False once the other side is gone.
  bool Send(absl::string_view bytes);
  // Everything that comes until the other side ends.
  std::string ReadToEnd();
  // Sends no more.
  void EndSending();
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
};

struct HttpReply {
  int status = 0;    // 0: none came
  std::string head;  // without the line of the status
  std::string body;
};

// A connection of TLS that trusts `authority_path` and wants `host`.
class TlsClient {
 public:
  TlsClient(int port, const std::string& authority_path,
            const std::function<void(SSL*)>& prepare = {});

  bool is_connected() const { return is_connected_; }
  SSL* native() { return stream_.native_handle(); }
  boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

  bool Send(absl::string_view bytes);
  HttpReply Read(bool is_head = false);
  // GET, on a connection that is kept.
  HttpReply Get(absl::string_view target);
  std::string ReadToEnd();

 private:
  boost::asio::io_context context_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::string received_;
  bool is_connected_ = false;
};

class FrontEndTest : public ::testing::Test {
 protected:
  FrontEndTest();

  void Start();
  FrontEndOptions Options() const;
  TlsClient Connect() { return TlsClient(front_->rdap_port(), certificate_.authority_path); }
  std::string AskWhois(absl::string_view bytes);
  // Waits for what another thread is about to count.
  void WaitFor(const std::function<bool(const Counters&)>& is_so);

  const std::string dir_;
  RddsConfig config_ = TestConfig();
  TestRegistry registry_;
  OwnCertificate certificate_;
  std::optional<rdap::Responder> rdap_;
  std::optional<whois::Responder> whois_;
  Limits limits_;
  std::unique_ptr<FrontEnd> front_;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_FRONT_END_TESTING_H_
