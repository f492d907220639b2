// Any bytes are a list or an error, and a list is one with ids in it, however the bytes are cut.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "verifier/id_list.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::verifier::IdList;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {IdList::Kind::kRepositories, IdList::Kind::kRegistrars}) {
    tidemark::base::StringSource source(text);
    const auto list = IdList::Read(source, kind);
    CHECK(!list.ok() || list->size() > 0);
    CHECK(!list.ok() || !list->Contains(""));
  }
  return 0;
}
