#include "failover/probe/whois_asker.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace tidemark::failover::probe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kTextBytesMax = 64 << 10;

class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(asio::io_context& context, const WhoisAskerOptions& options, tcp::endpoint server,
               QuestionList& questions)
      : context_(context),
        options_(options),
        server_(std::move(server)),
        questions_(questions),
        pause_(context) {}

  void Next() {
    if (questions_.next == questions_.count) return;
    index_ = questions_.next++;
    times_answered_ = 0;
    Connect();
  }

 private:
  void Connect() {
    stream_.emplace(context_);
    stream_->expires_after(absl::ToChronoMilliseconds(options_.patience.answer_timeout));
    stream_->async_connect(server_, [self = shared_from_this()](error_code error) {
      if (!error) return self->Write();
      if (error == asio::error::connection_refused &&
          absl::Now() < self->options_.patience.start_until) {
        return self->ConnectAfter(kAskAgainAfter);
      }
      self->End(std::nullopt);
    });
  }

  void ConnectAfter(absl::Duration pause) {
    stream_.reset();
    pause_.expires_after(absl::ToChronoMilliseconds(pause));
    pause_.async_wait([self = shared_from_this()](error_code) { self->Connect(); });
  }

  void Write() {
    line_ = absl::StrCat(questions_.text(index_), "\r\n");
    asio::async_write(*stream_, asio::buffer(line_),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (error) return self->End(std::nullopt);
                        self->Read();
                      });
  }

  void Read() {
    text_.clear();
    asio::async_read(*stream_, asio::dynamic_buffer(text_, kTextBytesMax),
                     [self = shared_from_this()](error_code error, size_t) {
                       // Anything but its end is no whole answer.
                       if (error != asio::error::eof) return self->End(std::nullopt);
                       self->Take();
                     });
  }

  void Take() {
    ServerAnswer answer = {.status = 0, .media_type = "", .body = std::move(text_)};
    const auto pause = questions_.ask_again_after(index_, answer, ++times_answered_);
    if (pause.has_value()) return ConnectAfter(*pause);
    End(std::move(answer));
  }

  void End(std::optional<ServerAnswer> answer) {
    stream_.reset();
    questions_.on_answer(index_, std::move(answer));
    asio::post(context_, [self = shared_from_this()] { self->Next(); });
  }

  asio::io_context& context_;
  const WhoisAskerOptions& options_;
  const tcp::endpoint server_;
  QuestionList& questions_;
  asio::steady_timer pause_;
  std::optional<beast::tcp_stream> stream_;
  std::string line_;
  std::string text_;
  size_t index_ = 0;
  int times_answered_ = 0;
};

}  // namespace

absl::Status AskByWhois(asio::io_context& context, const WhoisAskerOptions& options,
                        QuestionList& questions) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat(options.address, " is no address"));
  const size_t connections =
      std::min(static_cast<size_t>(std::max(options.connections, 1)), questions.count);
  for (size_t i = 0; i < connections; ++i) {
    std::make_shared<Conversation>(context, options, tcp::endpoint(address, options.port),
                                   questions)
        ->Next();
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover::probe
