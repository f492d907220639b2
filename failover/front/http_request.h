// From bytes to requests of HTTP/1.1 (RFC 9112), one after the other. Private to front/; knows no
// sockets.
//
//     reader.Feed(bytes);                    // whatever came
//     while (reader.state() == State::kRequest) {
//       ... reader.request() ...
//       reader.Next();                       // what was pipelined behind it
//     }
//
// Threat: the bytes are anybody's. A header of more than header_bytes_max is refused when it has
// got so long; whoever feeds stops feeding while there is a request, so no more than that and one
// piece is ever kept. A request with a body is refused unread, and so is one whose end two parsers
// could see in two places (RFC 9112 section 11.2). After a refusal the connection has to end: where
// the next request begins is not known.
//
// Threads: one at a time.
#ifndef TIDEMARK_FAILOVER_FRONT_HTTP_REQUEST_H_
#define TIDEMARK_FAILOVER_FRONT_HTTP_REQUEST_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::failover::front {

// Of a request's target, query string and all; the longest name in percent-encoded UTF-8 has some
// 3,100 bytes.
inline constexpr size_t kTargetBytesMax = 4096;

enum class Method { kGet, kHead, kOptions };

struct Request {
  // 0: it can be answered. Otherwise the HTTP status that refuses it: 400, 405, 413, 414, 431, 501
  // or 505.
  int refusal = 0;
  Method method = Method::kGet;  // of one that can be answered
  bool is_head = false;          // also of one that is refused: its answer has no body
  std::string target;            // path and query; "*" only of OPTIONS
  std::string if_match;          // all of these fields, with commas between
  std::string if_none_match;     // all of these fields, with commas between
  bool keep_alive = false;
};

class RequestReader {
 public:
  enum class State { kNeedMore, kRequest };

  explicit RequestReader(size_t header_bytes_max);

  void Feed(absl::string_view bytes);
  void Next();

  State state() const { return state_; }
  const Request& request() const { return request_; }  // while the state is kRequest
  // Whether a request has begun, of which the rest is to come.
  bool has_begun() const { return !buffer_.empty(); }

 private:
  void Parse();
  void Refuse(int status);

  const size_t header_bytes_max_;
  std::string buffer_;
  size_t looked_at_ = 0;  // bytes of buffer_ in which no header ends
  State state_ = State::kNeedMore;
  Request request_;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_HTTP_REQUEST_H_
