// Private to vault/: how much room the disk has, and how much a directory takes.
#ifndef TIDEMARK_VAULT_DISK_SPACE_H_
#define TIDEMARK_VAULT_DISK_SPACE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::vault {

// Bytes that are free for us below `dir`.
absl::StatusOr<uint64_t> FreeBytes(const std::string& dir);

// Bytes on disk of the files directly in `dir`.
absl::StatusOr<uint64_t> DirectoryBytes(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DISK_SPACE_H_
