// What a line asks. Pure function. Private to whois/.
#ifndef TIDEMARK_FAILOVER_WHOIS_QUERY_H_
#define TIDEMARK_FAILOVER_WHOIS_QUERY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::failover::whois {

enum class QueryKind {
  kDomain,
  kNameserver,
  kNameserverByAddress,  // of specification 4, which is not answered
  kRegistrar,
  kMalformed,
};

struct Query {
  QueryKind kind = QueryKind::kMalformed;
  std::string object;  // canonical name; of a registrar, text without control characters
};

Query ParseQuery(absl::string_view line);

}  // namespace tidemark::failover::whois

#endif  // TIDEMARK_FAILOVER_WHOIS_QUERY_H_
