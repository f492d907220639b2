// The next generation of the index while it is written: a file beside the one that counts, of which
// it takes the place whole and durable, or not at all.
//
// What a crash leaves of it is overwritten by the next one and removed by whoever opens the index.
// Threads: one at a time. Errors: RESOURCE_EXHAUSTED for a full disk, others as the system's.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_ASIDE_FILE_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_ASIDE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::escrow_agent {

class AsideFile final {
 public:
  // Empty, 0600, in `dir`, which nobody else writes to.
  static absl::StatusOr<std::unique_ptr<AsideFile>> Create(const std::string& dir);
  // Removes it, unless it was installed.
  ~AsideFile();
  AsideFile(const AsideFile&) = delete;
  AsideFile& operator=(const AsideFile&) = delete;

  absl::Status WriteAt(uint64_t offset, absl::string_view bytes);
  // Its first `size` bytes, while this object lives. REQUIRES: they were written; called once.
  absl::StatusOr<absl::string_view> Map(uint64_t size);
  // Gives back the memory of a part of them; the next look fetches it from the system's cache.
  void Release(absl::string_view part) const;
  // Makes it durable and puts it in the place of the index. REQUIRES: the last call.
  absl::Status Install();

  static std::string PathOfIndex(const std::string& dir);
  static std::string PathAside(const std::string& dir);

 private:
  AsideFile(int fd, std::string dir) : fd_(fd), dir_(std::move(dir)) {}

  const int fd_;
  const std::string dir_;
  absl::string_view mapped_;
  uint64_t unsynced_begin_ = 0;
  bool is_installed_ = false;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_ASIDE_FILE_H_
