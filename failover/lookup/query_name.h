// Names between people and the store: A-labels inside, U-labels at the edge (RFC 5890, RFC 9082
// section 3.1.3). Pure functions.
#ifndef TIDEMARK_FAILOVER_LOOKUP_QUERY_NAME_H_
#define TIDEMARK_FAILOVER_LOOKUP_QUERY_NAME_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::failover {

// Longer questions are no names: 253 characters of a name in U-labels take at most so many bytes.
inline constexpr size_t kQueryNameBytesMax = 1024;

// The name that somebody asks about, as the store has names (zone/dns_name.h): `text` in A-labels,
// U-labels (UTF-8, any normal form) or both, in any case, with or without a final dot. Nothing if
// it is no name.
std::optional<std::string> QueryName(absl::string_view text);

// `name`, canonical, with its A-labels in U-label form; "" if it has none, or one that does not
// decode to what it is the A-label of.
std::string UnicodeNameOf(absl::string_view name);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_QUERY_NAME_H_
