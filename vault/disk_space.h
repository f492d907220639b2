// Private to vault/: how much room the disk has, and how much a directory takes.
#ifndef TIDEMARK_VAULT_DISK_SPACE_H_
#define TIDEMARK_VAULT_DISK_SPACE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tidemark::vault {

// UNAVAILABLE, with both numbers, if fewer than `bytes_min` are free for us below `dir`.
absl::Status CheckFreeSpace(const std::string& dir, uint64_t bytes_min);

// Bytes on disk of the files directly in `dir`.
absl::StatusOr<uint64_t> DirectoryBytes(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DISK_SPACE_H_
