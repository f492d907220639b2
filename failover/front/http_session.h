// A connection of HTTPS: one request after the other, each answered before the next is read.
// Private to front/. The threats are front_end.h's.
#ifndef TIDEMARK_FAILOVER_FRONT_HTTP_SESSION_H_
#define TIDEMARK_FAILOVER_FRONT_HTTP_SESSION_H_

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <memory>

#include "failover/front/http_request.h"
#include "failover/front/session.h"

namespace tidemark::failover::front {

class HttpSession final : public Session {
 public:
  HttpSession(Worker& worker, Admission admission, Socket socket);

  void Start() override;
  bool IsIdle() const override { return is_idle_; }

 private:
  Socket& socket() override { return stream_.next_layer(); }
  std::shared_ptr<HttpSession> Self();

  void AwaitRequest();
  void Read();
  void OnBytes(size_t n);
  void Answer();
  void End();

  const std::shared_ptr<TlsContext::Native> tls_;
  boost::asio::ssl::stream<Socket> stream_;
  RequestReader reader_;
  std::array<char, 4096> received_;
  Outgoing answer_;
  bool keep_alive_ = true;
  bool is_idle_ = false;
  int requests_ = 0;
  int too_many_ = 0;  // of them that had to wait
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_HTTP_SESSION_H_
