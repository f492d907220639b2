#include "failover/front/front_end_testing.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/testing.h"

namespace tidemark::failover::front {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

Tcp::endpoint Loopback(int port) {
  return {asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(port)};
}

// The value of a field of `head`, "" if it is not there.
std::string FieldOf(const std::string& head, const std::string& name) {
  const size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

PlainClient::PlainClient(int port) {
  Error error;
  socket_.connect(Loopback(port), error);
}

bool PlainClient::Send(absl::string_view bytes) {
  Error error;
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), error);
  return !error;
}

std::string PlainClient::ReadToEnd() {
  std::string out;
  Error error;
  asio::read(socket_, asio::dynamic_buffer(out), error);
  return out;
}

void PlainClient::EndSending() {
  Error ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

TlsClient::TlsClient(int port, const std::string& authority_path,
                     const std::function<void(SSL*)>& prepare)
    : stream_((tls_.load_verify_file(authority_path), tls_.set_verify_mode(asio::ssl::verify_peer),
               context_),
              tls_) {
  if (prepare) prepare(native());
  SSL_set1_host(native(), "rdap.nic.example");
  Error error;
  socket().connect(Loopback(port), error);
  if (!error) stream_.handshake(asio::ssl::stream_base::client, error);
  is_connected_ = !error;
}

bool TlsClient::Send(absl::string_view bytes) {
  Error error;
  asio::write(stream_, asio::buffer(bytes.data(), bytes.size()), error);
  return !error;
}

HttpReply TlsClient::Read(bool is_head) {
  Error error;
  const size_t head_bytes =
      asio::read_until(stream_, asio::dynamic_buffer(received_), "\r\n\r\n", error);
  HttpReply reply;
  if (error) return reply;
  const std::string head = received_.substr(0, head_bytes);
  received_.erase(0, head_bytes);
  EXPECT_TRUE(absl::StartsWith(head, "HTTP/1.1 ")) << head;
  EXPECT_TRUE(absl::SimpleAtoi(head.substr(9, 3), &reply.status)) << head;
  reply.head = head.substr(head.find("\r\n"));
  size_t body_bytes = 0;
  const std::string length = FieldOf(reply.head, "Content-Length");
  if (is_head || length.empty()) return reply;
  EXPECT_TRUE(absl::SimpleAtoi(length, &body_bytes)) << head;
  if (received_.size() < body_bytes) {
    asio::read(stream_, asio::dynamic_buffer(received_),
               asio::transfer_exactly(body_bytes - received_.size()), error);
  }
  reply.body = received_.substr(0, body_bytes);
  received_.erase(0, body_bytes);
  return reply;
}

HttpReply TlsClient::Get(absl::string_view target) {
  Send(absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: rdap.nic.example\r\n\r\n"));
  return Read();
}

std::string TlsClient::ReadToEnd() {
  Error error;
  asio::read(stream_, asio::dynamic_buffer(received_), error);
  return std::move(received_);
}

FrontEndTest::FrontEndTest() : dir_(base::TestDir()) {}

FrontEndOptions FrontEndTest::Options() const {
  FrontEndOptions options;
  options.addresses = {"127.0.0.1"};
  options.base_url = registry_.lookup->config().base_url;
  options.certificate_path = certificate_.certificate_path;
  options.key_path = certificate_.key_path;
  options.limits = limits_;
  return options;
}

void FrontEndTest::Start() {
  ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(SmallRegistry(), config_));
  ASSERT_OK_AND_ASSIGN(certificate_,
                       KeepOwnCertificate(dir_ + "/tls", "rdap.nic.example", absl::Now()));
  rdap_.emplace(*registry_.lookup);
  whois_.emplace(*registry_.lookup);
  ASSERT_OK_AND_ASSIGN(front_, FrontEnd::Start(*rdap_, *whois_, Options()));
}

std::string FrontEndTest::AskWhois(absl::string_view bytes) {
  PlainClient client(front_->whois_port());
  client.Send(bytes);
  return client.ReadToEnd();
}

void FrontEndTest::WaitFor(const std::function<bool(const Counters&)>& is_so) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!is_so(front_->counters())) {
    ASSERT_LT(absl::Now(), deadline);
    absl::SleepFor(absl::Milliseconds(1));
  }
}

}  // namespace tidemark::failover::front
