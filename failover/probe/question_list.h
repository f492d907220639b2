// Questions that several connections take turns in asking, and where their answers go.
#ifndef TIDEMARK_FAILOVER_PROBE_QUESTION_LIST_H_
#define TIDEMARK_FAILOVER_PROBE_QUESTION_LIST_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace tidemark::failover::probe {

// `status`: of HTTP, 0 in WHOIS.
struct ServerAnswer {
  int status = 0;
  std::string media_type;
  std::string body;
  absl::Duration retry_after = absl::ZeroDuration();  // as the header says, if it does
};

// One thread. What is not answered by an end of the event loop never comes.
struct QuestionList {
  size_t count = 0;
  std::function<std::string(size_t index)> text;
  // If it is to be asked again, after which pause: a server has had too many questions.
  std::function<std::optional<absl::Duration>(size_t index, const ServerAnswer& answer,
                                              int times_asked)>
      ask_again_after;
  // Once a question, in the order of the answers; with nothing if none came.
  std::function<void(size_t index, std::optional<ServerAnswer>)> on_answer;
  size_t next = 0;
};

// When to give up.
struct Patience {
  absl::Duration answer_timeout;  // for each step: to connect, to ask and be answered
  absl::Time start_until;         // until then one that refuses connections is asked again
};
inline constexpr absl::Duration kAskAgainAfter = absl::Milliseconds(50);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_QUESTION_LIST_H_
