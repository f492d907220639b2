#include "failover/front/whois_session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover::front {

WhoisSession::WhoisSession(Worker& worker, Admission admission, Socket socket)
    : Session(worker, std::move(admission)),
      socket_(std::move(socket)),
      answer_(service().outgoing) {}

std::shared_ptr<WhoisSession> WhoisSession::Self() {
  return std::static_pointer_cast<WhoisSession>(shared_from_this());
}

void WhoisSession::Start() {
  SetDeadline(service().limits.request_max);
  Read();
}

void WhoisSession::Read() {
  socket_.async_read_some(
      boost::asio::buffer(line_) + line_bytes_,
      [self = Self()](const Error& error, size_t n) { self->OnBytes(error, n); });
}

void WhoisSession::OnBytes(const Error& error, size_t n) {
  line_bytes_ += n;
  const absl::string_view line(line_.data(), line_bytes_);
  const size_t end = line.find('\n');
  if (end != absl::string_view::npos) return Answer(AnswerTo(line.substr(0, end)));
  const bool is_over = error == boost::asio::error::eof && line_bytes_ > 0;
  if (line_bytes_ == line_.size() || is_over) {
    return Answer(absl::StrCat("No query: a line of at most ", whois::kQueryBytesMax,
                               " bytes is expected, with its end.\r\n"));
  }
  if (!error) Read();
}

std::string WhoisSession::AnswerTo(absl::string_view line) {
  const absl::Duration wait = AskLimiter();
  if (wait > absl::ZeroDuration()) {
    return absl::StrCat("Too many queries from your network; try again in ",
                        absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1))), " s.\r\n");
  }
  if (is_busy()) return "This server is busy; try again in a few seconds.\r\n";
  return service().whois.Respond(line);
}

void WhoisSession::Answer(std::string answer) {
  ++service().counts.whois_answers;
  answer_.Set(std::move(answer));
  SetDeadline(service().limits.answer_max);
  boost::asio::async_write(socket_, boost::asio::buffer(answer_.bytes()),
                           [self = Self()](const Error& error, size_t) {
                             if (error) return;
                             self->BeginEnding();
                             self->Drain();
                           });
}

}  // namespace tidemark::failover::front
