#include "failover/front/http_session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/time/clock.h"
#include "failover/front/http_answer.h"

namespace tidemark::failover::front {
namespace {

// Answers that say "too many": who goes on all the same has to connect again, which has a rate,
// too.
constexpr int kTooManyMax = 10;

}  // namespace

HttpSession::HttpSession(Worker& worker, Admission admission, Socket socket)
    : Session(worker, std::move(admission)),
      tls_(service().tls.Get()),
      stream_(std::move(socket), *tls_),
      reader_(service().limits.header_bytes_max),
      answer_(service().outgoing) {}

std::shared_ptr<HttpSession> HttpSession::Self() {
  return std::static_pointer_cast<HttpSession>(shared_from_this());
}

void HttpSession::Start() {
  SetDeadline(service().limits.handshake_max);
  stream_.async_handshake(boost::asio::ssl::stream_base::server,
                          [self = Self()](const Error& error) {
                            if (!error) return self->AwaitRequest();
                            if (error == boost::asio::error::operation_aborted) return;
                            ++self->service().counts.handshakes_failed;
                          });
}

void HttpSession::AwaitRequest() {
  is_idle_ = !reader_.has_begun();
  if (is_idle_ && is_stopping()) return End();
  SetDeadline(is_idle_ ? service().limits.idle_max : service().limits.request_max);
  Read();
}

void HttpSession::Read() {
  stream_.async_read_some(boost::asio::buffer(received_),
                          [self = Self()](const Error& error, size_t n) {
                            if (!error) self->OnBytes(n);
                          });
}

void HttpSession::OnBytes(size_t n) {
  reader_.Feed({received_.data(), n});
  if (reader_.state() == RequestReader::State::kRequest) return Answer();
  if (is_idle_ && reader_.has_begun()) {
    is_idle_ = false;
    SetDeadline(service().limits.request_max);
  }
  Read();
}

void HttpSession::Answer() {
  is_idle_ = false;
  const Request& request = reader_.request();
  ++requests_;
  const absl::Duration wait = AskLimiter();
  if (wait > absl::ZeroDuration()) ++too_many_;
  keep_alive_ = request.keep_alive && request.refusal == 0 && !is_stopping() && !is_old() &&
                too_many_ < kTooManyMax && requests_ < service().limits.requests_per_connection_max;
  const AnswerContext context = {
      .responder = service().rdap,
      .base_path = service().base_path,
      .now = absl::Now(),
      .connection = keep_alive_ ? Connection::kKeepAlive : Connection::kClose};
  HttpAnswer answer = wait > absl::ZeroDuration() ? AnswerTooMany(request, wait, context)
                      : is_busy()                 ? AnswerBusy(request, context)
                                                  : AnswerTo(request, context);
  ++service().counts.rdap_answers[static_cast<size_t>(answer.status)];
  answer_.Set(std::move(answer.bytes));
  SetDeadline(service().limits.answer_max);
  boost::asio::async_write(stream_, boost::asio::buffer(answer_.bytes()),
                           [self = Self()](const Error& error, size_t) {
                             if (error) return;
                             self->answer_.Clear();
                             if (!self->keep_alive_) return self->End();
                             self->reader_.Next();
                             if (self->reader_.state() == RequestReader::State::kRequest) {
                               return self->Answer();
                             }
                             self->AwaitRequest();
                           });
}

// RFC 8446 section 6.1: our side ends with close_notify. The client's is not waited for beyond the
// deadline of ending.
void HttpSession::End() {
  BeginEnding();
  stream_.async_shutdown([self = Self()](const Error&) { self->Drain(); });
}

}  // namespace tidemark::failover::front
