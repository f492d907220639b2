#include "failover/probe/https_asker.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace tidemark::failover::probe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr uint32_t kHeaderBytesMax = 16 << 10;
constexpr uint64_t kBodyBytesMax = 1 << 20;
constexpr int kAttemptsMax = 2;

// One connection. It lives as long as something is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& context, asio::ssl::context& tls, const HttpsAskerOptions& options,
             QuestionList& questions)
      : context_(context), tls_(tls), options_(options), questions_(questions), pause_(context) {}

  void Next() {
    if (questions_.next == questions_.count) return;  // and the last reference goes
    index_ = questions_.next++;
    attempts_ = 0;
    times_answered_ = 0;
    Try();
  }

 private:
  using Stream = beast::ssl_stream<beast::tcp_stream>;

  void Try() {
    ++attempts_;
    if (stream_ != nullptr) return Write();
    stream_ = std::make_unique<Stream>(context_, tls_);
    stream_->set_verify_callback(asio::ssl::host_name_verification(options_.url.host));
    error_code no_address;
    const auto address = asio::ip::make_address(options_.url.host, no_address);
    // RFC 6066 section 3: names only.
    if (no_address) SSL_set_tlsext_host_name(stream_->native_handle(), options_.url.host.c_str());
    Limit();
    beast::get_lowest_layer(*stream_).async_connect(
        tcp::endpoint(no_address ? asio::ip::make_address(options_.address) : address,
                      options_.url.port),
        [self = shared_from_this()](error_code error) {
          if (error) return self->Fail(/*by_refusal=*/error == asio::error::connection_refused);
          self->Handshake();
        });
  }

  void Handshake() {
    beast::get_lowest_layer(*stream_).socket().set_option(tcp::no_delay(true));
    Limit();
    stream_->async_handshake(asio::ssl::stream_base::client,
                             [self = shared_from_this()](error_code error) {
                               if (error) return self->Fail(/*by_refusal=*/false);
                               self->Write();
                             });
  }

  void Write() {
    request_ = {http::verb::get, absl::StrCat(options_.url.path, questions_.text(index_)), 11};
    request_.set(http::field::host, HostField());
    request_.set(http::field::accept, "application/rdap+json");
    request_.set(http::field::user_agent, "tidemark-probe");
    Limit();
    http::async_write(*stream_, request_, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Fail(/*by_refusal=*/false);
      self->Read();
    });
  }

  // The header by itself: in Boost 1.74 a Content-Length over the limit is forgotten if bytes of
  // the body are read along with it.
  void Read() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    parser_->body_limit(kBodyBytesMax);
    http::async_read_header(*stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, size_t) {
                              if (error) return self->Fail(/*by_refusal=*/false);
                              self->ReadBody();
                            });
  }

  void ReadBody() {
    http::async_read(*stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, size_t) {
                       if (error) return self->Fail(/*by_refusal=*/false);
                       self->Take();
                     });
  }

  void Take() {
    auto response = parser_->release();
    if (!response.keep_alive()) Drop();
    was_answered_ = true;
    const auto type = response[http::field::content_type];
    ServerAnswer answer = {.status = static_cast<int>(response.result_int()),
                           .media_type = std::string(type.data(), type.size()),
                           .body = std::move(response.body())};
    int seconds = 0;  // RFC 9110 section 10.2.3; the other form, a date, is not looked at
    const auto after = response[http::field::retry_after];
    if (absl::SimpleAtoi(absl::string_view(after.data(), after.size()), &seconds)) {
      answer.retry_after = absl::Seconds(seconds);
    }
    const auto pause = questions_.ask_again_after(index_, answer, ++times_answered_);
    if (pause.has_value()) {
      attempts_ = 0;
      return TryAfter(*pause);
    }
    questions_.on_answer(index_, std::move(answer));
    Next();
  }

  void TryAfter(absl::Duration pause) {
    pause_.expires_after(absl::ToChronoMilliseconds(pause));
    pause_.async_wait([self = shared_from_this()](error_code) { self->Try(); });
  }

  // A connection that was kept open may have been closed by the server at any time: then, and only
  // then, a question is asked once more.
  void Fail(bool by_refusal) {
    const bool was_kept = was_answered_;
    Drop();
    if (by_refusal && absl::Now() < options_.patience.start_until) {
      attempts_ = 0;
      return TryAfter(kAskAgainAfter);
    }
    if (was_kept && attempts_ < kAttemptsMax) return Try();
    questions_.on_answer(index_, std::nullopt);
    // Not from here: a server that refuses everything would be answered by a recursion.
    asio::post(context_, [self = shared_from_this()] { self->Next(); });
  }

  void Drop() {
    stream_.reset();
    buffer_.clear();
    was_answered_ = false;
  }

  void Limit() {
    beast::get_lowest_layer(*stream_).expires_after(
        absl::ToChronoMilliseconds(options_.patience.answer_timeout));
  }

  std::string HostField() const {
    const std::string host = absl::StrContains(options_.url.host, ':')
                                 ? absl::StrCat("[", options_.url.host, "]")
                                 : options_.url.host;
    return options_.url.port == 443 ? host : absl::StrCat(host, ":", options_.url.port);
  }

  asio::io_context& context_;
  asio::ssl::context& tls_;
  const HttpsAskerOptions& options_;
  QuestionList& questions_;
  asio::steady_timer pause_;
  std::unique_ptr<Stream> stream_;
  beast::flat_buffer buffer_{kHeaderBytesMax + kBodyBytesMax};
  http::request<http::empty_body> request_;
  std::optional<http::response_parser<http::string_body>> parser_;
  bool was_answered_ = false;
  size_t index_ = 0;
  int attempts_ = 0;
  int times_answered_ = 0;
};

}  // namespace

absl::StatusOr<HttpsUrl> ParseHttpsUrl(absl::string_view url) {
  const absl::Status bad =
      absl::InvalidArgumentError(absl::StrCat(url, " is not https://HOST[:PORT]/[PATH/]"));
  const size_t slash = absl::ConsumePrefix(&url, "https://") ? url.find('/') : url.npos;
  if (slash == url.npos || !absl::EndsWith(url, "/")) return bad;
  HttpsUrl out{.host = "", .port = 443, .path = std::string(url.substr(slash))};
  absl::string_view authority = url.substr(0, slash);
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon != url.npos && (bracket == url.npos || colon > bracket)) {
    uint32_t port = 0;
    if (!absl::SimpleAtoi(authority.substr(colon + 1), &port) || port == 0 || port > 65535) {
      return bad;
    }
    out.port = static_cast<uint16_t>(port);
    authority = authority.substr(0, colon);
  }
  if (absl::ConsumePrefix(&authority, "[") && !absl::ConsumeSuffix(&authority, "]")) return bad;
  if (authority.empty()) return bad;
  out.host = std::string(authority);
  return out;
}

HttpsAsker::HttpsAsker(HttpsAskerOptions options)
    : options_(std::move(options)), tls_(asio::ssl::context::tls_client) {}

absl::StatusOr<std::unique_ptr<HttpsAsker>> HttpsAsker::Create(HttpsAskerOptions options) {
  error_code error;
  asio::ip::make_address(options.url.host, error);
  if (error) asio::ip::make_address(options.address, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.url.host, " and \"", options.address, "\" are no addresses"));
  }
  auto asker = absl::WrapUnique(new HttpsAsker(std::move(options)));
  asker->tls_.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  asker->tls_.set_verify_mode(asio::ssl::verify_peer);
  asker->tls_.load_verify_file(asker->options_.certificate_path, error);
  if (error) {
    return absl::NotFoundError(
        absl::StrCat(asker->options_.certificate_path, ": no certificate: ", error.message()));
  }
  return asker;
}

void HttpsAsker::Ask(asio::io_context& context, QuestionList& questions) {
  const size_t connections =
      std::min(static_cast<size_t>(std::max(options_.connections, 1)), questions.count);
  for (size_t i = 0; i < connections; ++i) {
    std::make_shared<Connection>(context, tls_, options_, questions)->Next();
  }
}

}  // namespace tidemark::failover::probe
