// Questions to one WHOIS server (RFC 3912): a connection each, a line, and text until the server
// closes. Threat: the server is a stranger; an answer has at most 64 KiB, and a deadline.
#ifndef TIDEMARK_FAILOVER_PROBE_WHOIS_ASKER_H_
#define TIDEMARK_FAILOVER_PROBE_WHOIS_ASKER_H_

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "failover/probe/question_list.h"

namespace tidemark::failover::probe {

struct WhoisAskerOptions {
  std::string address;
  uint16_t port = 43;
  int connections = 1;  // side by side
  Patience patience;
};

// Asks while `context` runs; `options` and `questions` must outlive the run. INVALID_ARGUMENT: no
// address.
absl::Status AskByWhois(boost::asio::io_context& context, const WhoisAskerOptions& options,
                        QuestionList& questions);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_WHOIS_ASKER_H_
