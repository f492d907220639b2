// Whatever stands in a request line: a request whose name is canonical or whose handle has no
// control character, the same again from what is made of it, and an echo that is part of a URL.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/lookup/query_name.h"
#include "failover/lookup/text.h"
#include "failover/rdap/request.h"

namespace tidemark::failover::rdap {
namespace {

void CheckRequest(absl::string_view target) {
  const Request request = ParseRequest(target);
  switch (request.kind) {
    case RequestKind::kDomain:
    case RequestKind::kNameserver: {
      CHECK(QueryName(request.object) == request.object);
      const Request again = ParseRequest(absl::StrCat("/domain/", request.object));
      CHECK(again.kind == RequestKind::kDomain && again.object == request.object);
      break;
    }
    case RequestKind::kEntity: {
      CHECK(!request.object.empty() && request.object.size() <= kHandleBytesMax);
      for (absl::string_view left = request.object; !left.empty();) {
        CHECK(!IsControl(TakeCharacter(left)));
      }
      break;
    }
    case RequestKind::kHelp:
    case RequestKind::kUnsupported:
    case RequestKind::kMalformed:
      CHECK(request.object.empty());
      break;
  }
}

}  // namespace
}  // namespace tidemark::failover::rdap

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::failover::rdap::CheckRequest(bytes);
  return 0;
}
