#include "vault/replica/closed_copy.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"

namespace tidemark::vault {

absl::StatusOr<std::unique_ptr<RocksStore>> OpenClosedCopy(const std::string& dir) {
  struct stat info;
  // Opening would make a directory that is not there.
  if (stat(absl::StrCat(dir, "/CURRENT").c_str(), &info) != 0) {
    return absl::NotFoundError(absl::StrCat(dir, " holds no vault"));
  }
  absl::StatusOr<std::unique_ptr<RocksStore>> store = RocksStore::Open(dir);
  // Nothing was found out about the copy.
  if (absl::IsFailedPrecondition(store.status())) {
    return absl::UnavailableError(store.status().message());
  }
  return store;
}

}  // namespace tidemark::vault
