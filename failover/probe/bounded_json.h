// JSON from a stranger.
#ifndef TIDEMARK_FAILOVER_PROBE_BOUNDED_JSON_H_
#define TIDEMARK_FAILOVER_PROBE_BOUNDED_JSON_H_

#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"

namespace tidemark::failover::probe {

inline constexpr int kJsonDepthMax = 32;

struct BoundedJson {
  nlohmann::json value;              // null if it is not JSON, or deeper than kJsonDepthMax
  bool has_repeated_member = false;  // somewhere; readers differ in which they take (RFC 8259
                                     // section 4), `value` has the last
};

// Memory: some times the text's size, which the caller bounds.
BoundedJson ParseBounded(absl::string_view body);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_BOUNDED_JSON_H_
