// Questions to one name server: many at once over UDP, one at a time over TCP.
#ifndef TIDEMARK_FAILOVER_PROBE_ASKER_H_
#define TIDEMARK_FAILOVER_PROBE_ASKER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/question.h"

namespace tidemark::failover::probe {

struct AskerOptions {
  std::string address;
  int port;
  int outstanding_max;
  int attempts_max;
  absl::Duration answer_timeout;
  std::function<bool()> should_stop = {};
};

// A connected socket of SOCK_DGRAM or SOCK_STREAM, each wait bounded by `answer_timeout`.
absl::StatusOr<int> Connect(const AskerOptions& options, int type);

// A message over TCP (RFC 1035 section 4.2.2). UNAVAILABLE: it does not get through; of one that
// comes, not all of it by the deadline.
absl::Status SendMessage(int fd, absl::string_view message);
absl::StatusOr<std::string> ReceiveMessage(int fd, absl::Time deadline);

// Asks for such records of every name, in order, with at most `outstanding_max` questions under
// way. `on_answer` is called once a name: with nothing if no answer came after all attempts.
// CANCELLED: should_stop said so.
absl::Status AskAll(const AskerOptions& options, const std::vector<std::string>& names,
                    Wanted wanted,
                    const std::function<void(size_t index, std::optional<Answer>)>& on_answer);

// Nothing if there is no answer.
std::optional<Answer> AskByTcp(const AskerOptions& options, const std::string& name, Wanted wanted);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ASKER_H_
