// For the vault's own packages: stored messages, read back.
#ifndef TIDEMARK_VAULT_STORED_ROW_H_
#define TIDEMARK_VAULT_STORED_ROW_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::vault {

// The message that was stored as `what`. DATA_LOSS if it does not parse: whoever wrote it wrote a
// message, so it was altered.
template <typename Message>
absl::StatusOr<Message> ParseRow(absl::string_view value, absl::string_view what) {
  Message message;
  if (message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return message;
  return absl::DataLossError(absl::StrCat("stored ", what, " is not one"));
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_STORED_ROW_H_
