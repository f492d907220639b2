// Private to vault/wal/: goes from header to header of a log file, as the library that reads it
// does, and finds where that would stop without a word.
//
// A record lies in pieces that do not cross blocks. Each has a header: masked CRC-32C of kind and
// contents, length, kind. Checksums of what is whole the library looks at itself; here they decide
// whether the piece at which it would stop is damaged.
//
// Threads: one. Threat: the bytes may be anything; nothing is allocated on their word.
#ifndef TIDEMARK_VAULT_WAL_LOG_WALK_H_
#define TIDEMARK_VAULT_WAL_LOG_WALK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "vault/wal/log_end.h"

namespace tidemark::vault {

class LogWalk final {
 public:
  static constexpr size_t kBlockBytes = 32 * 1024;
  // What a power cut keeps from the disk, it keeps in pages.
  static constexpr uint64_t kPageBytes = 4096;

  explicit LogWalk(LogFile file) : file_(file) {}

  // The file's next block; only the last may be shorter.
  void Add(absl::string_view block);
  // Of the blocks so far.
  LogEnd End() const;
  // Behind the last record that is whole, with what pads the block that it ends in.
  uint64_t whole_end() const { return whole_end_; }
  uint64_t size() const { return size_; }

 private:
  struct Piece;

  void Damaged(size_t at, std::string why);
  void MeetZeros(absl::string_view block, size_t at);
  void MeetOverlong(absl::string_view block, const Piece& piece);
  void LookForZerosIn(absl::string_view block, const Piece& piece);
  // Where behind `from` a whole record begins that goes on with the sequence of those before it.
  std::optional<size_t> FindRecord(absl::string_view block, size_t from) const;
  void Count(const Piece& piece);

  const LogFile file_;
  uint64_t whole_end_ = 0;
  uint64_t size_ = 0;
  std::optional<uint64_t> damaged_at_;
  std::string why_;
  bool is_in_record_ = false;                 // its last piece is still to come
  std::optional<uint64_t> zeros_at_;          // nothing but zeros since
  std::optional<uint64_t> torn_in_zeros_at_;  // the same, and the record before is not whole
  std::optional<uint64_t> hole_at_;
  std::optional<uint64_t> next_sequence_;  // of a write-ahead log: what the next record begins with
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_WAL_LOG_WALK_H_
