// Whatever stands in a query line: a canonical name, or text without control characters.
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/lookup/query_name.h"
#include "failover/lookup/text.h"
#include "failover/whois/query.h"
#include "failover/whois/responder.h"

namespace tidemark::failover::whois {
namespace {

void CheckQuery(absl::string_view line) {
  const Query query = ParseQuery(line);
  switch (query.kind) {
    case QueryKind::kDomain:
    case QueryKind::kNameserver: {
      CHECK(QueryName(query.object) == query.object);
      const Query again = ParseQuery(absl::StrCat("domain ", query.object, "\r\n"));
      CHECK(again.kind == QueryKind::kDomain && again.object == query.object);
      break;
    }
    case QueryKind::kRegistrar:
      CHECK(!query.object.empty() && query.object.size() < kQueryBytesMax);
      for (absl::string_view left = query.object; !left.empty();) {
        CHECK(!IsControl(TakeCharacter(left)));
      }
      break;
    case QueryKind::kNameserverByAddress:
    case QueryKind::kMalformed:
      CHECK(query.object.empty());
      break;
  }
}

}  // namespace
}  // namespace tidemark::failover::whois

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tidemark::failover::whois::CheckQuery({reinterpret_cast<const char*>(data), size});
  return 0;
}
