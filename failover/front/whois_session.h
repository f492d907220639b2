// A connection of WHOIS: a line, its answer, the end (RFC 3912). Private to front/. The threats are
// front_end.h's.
#ifndef TIDEMARK_FAILOVER_FRONT_WHOIS_SESSION_H_
#define TIDEMARK_FAILOVER_FRONT_WHOIS_SESSION_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "failover/front/session.h"
#include "failover/whois/responder.h"

namespace tidemark::failover::front {

class WhoisSession final : public Session {
 public:
  WhoisSession(Worker& worker, Admission admission, Socket socket);

  void Start() override;
  bool IsIdle() const override { return line_bytes_ == 0; }

 private:
  Socket& socket() override { return socket_; }
  std::shared_ptr<WhoisSession> Self();

  void Read();
  void OnBytes(const Error& error, size_t n);
  std::string AnswerTo(absl::string_view line);
  void Answer(std::string answer);

  Socket socket_;
  std::array<char, whois::kQueryBytesMax + 2> line_;  // with its CRLF
  size_t line_bytes_ = 0;
  Outgoing answer_;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_WHOIS_SESSION_H_
