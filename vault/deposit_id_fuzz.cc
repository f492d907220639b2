// Whatever the text: an identity that is written as that very text, or INVALID_ARGUMENT.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "vault/deposit_id.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::vault::DepositId;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<DepositId> id = DepositId::Parse(text);
  if (!id.ok()) {
    CHECK(absl::IsInvalidArgument(id.status()));
    return 0;
  }
  CHECK(id->ToString() == text);
  CHECK(DepositId::Create(id->tld(), id->id(), id->resend()).value() == *id);
  return 0;
}
