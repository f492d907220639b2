// From requests to answers of HTTP (RFC 9110, RFC 7480), as the bytes to send. Private to front/;
// knows no sockets.
#ifndef TIDEMARK_FAILOVER_FRONT_HTTP_ANSWER_H_
#define TIDEMARK_FAILOVER_FRONT_HTTP_ANSWER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/front/http_request.h"
#include "failover/rdap/responder.h"

namespace tidemark::failover::front {

struct HttpAnswer {
  int status = 0;
  std::string bytes;
};

enum class Connection { kKeepAlive, kClose };

struct AnswerContext {
  const rdap::Responder& responder;
  absl::string_view base_path;  // begins and ends with '/'
  absl::Time now;               // for Date
  Connection connection;
};

// The answer to `request`, which may be one that is refused.
HttpAnswer AnswerTo(const Request& request, const AnswerContext& context);

// 429, with how long to wait, rounded up to seconds.
HttpAnswer AnswerTooMany(const Request& request, absl::Duration wait, const AnswerContext& context);

// 503: nothing is computed now, but soon again.
HttpAnswer AnswerBusy(const Request& request, const AnswerContext& context);

// RFC 9110 section 13.1.2: whether `if_none_match` has `etag`, which is strong.
bool IsNoneMatch(absl::string_view if_none_match, absl::string_view etag);

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_HTTP_ANSWER_H_
