// Private to vault/fsck/: where the whole records of a log file end (write-ahead log, MANIFEST).
//
// The library that reads one takes a record whose length points behind the file's end for one that
// a crash cut off, and passes over it and everything behind it in silence. Checksums of what is
// whole it looks at itself; here it is lengths only.
//
// Threads: one. Threat: the bytes may be anything; nothing is allocated on their word.
#ifndef TIDEMARK_VAULT_FSCK_LOG_WALK_H_
#define TIDEMARK_VAULT_FSCK_LOG_WALK_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::vault {

class LogWalk final {
 public:
  // Records do not cross blocks.
  static constexpr size_t kBlockBytes = 32 * 1024;

  // The file's next block; only the last may be shorter.
  void Add(absl::string_view block);
  // Behind the last record that is whole, with what pads the block that it ends in.
  uint64_t whole_end() const { return whole_end_; }
  uint64_t size() const { return size_; }

 private:
  bool is_broken_ = false;
  uint64_t whole_end_ = 0;
  uint64_t size_ = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_LOG_WALK_H_
