// What a server lists, read to its end and bounded.
#ifndef TIDEMARK_VAULT_REMOTE_LISTING_H_
#define TIDEMARK_VAULT_REMOTE_LISTING_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/remote/channel.h"

namespace tidemark::vault {

// One entry a deposit. `context` is the call's, `address` the server's, for errors.
// RESOURCE_EXHAUSTED, and the call is given up, where there are more than kListEntriesMax.
template <typename Entry>
absl::StatusOr<std::vector<Entry>> ReadListing(
    grpc::ClientContext& context, const std::unique_ptr<grpc::ClientReader<Entry>>& reader,
    const std::string& address) {
  std::vector<Entry> entries;
  Entry entry;
  while (reader->Read(&entry)) {
    if (entries.size() == base::kListEntriesMax) {
      context.TryCancel();
      reader->Finish();
      return absl::ResourceExhaustedError(
          absl::StrCat("the server lists more than ", base::kListEntriesMax, " deposits"));
    }
    entries.push_back(std::move(entry));
  }
  RETURN_IF_ERROR(StatusFrom(address, reader->Finish()));
  return entries;
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_LISTING_H_
