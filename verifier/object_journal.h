// Private to key_index: what a finding would have to say of each object (place, kind, name, and a
// few texts), written as they come and read again only for those that a finding is about.
//
// Kept in blocks of whole objects, in memory or, once spilled, in a scratch file; a sparse index
// finds an object's block. About 20 bytes an object and its texts, written where they stay.
#ifndef TIDEMARK_VERIFIER_OBJECT_JOURNAL_H_
#define TIDEMARK_VERIFIER_OBJECT_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "rde/records.h"
#include "verifier/finding.h"

namespace tidemark::verifier {

// An object as the journal gives it back.
struct ObjectNote {
  std::string kind;
  std::string key;
  rde::Position at;
  struct Text {
    uint8_t label;
    std::string text;
  };
  std::vector<Text> texts;

  Subject subject() const { return {kind, key, at}; }
};

class ObjectJournal {
 public:
  explicit ObjectJournal(size_t block_bytes) : block_bytes_(block_bytes) {}

  // The next object, whose number is one more than the last one's; the first is 1. Its kind must
  // be a literal.
  void Begin(const Subject& subject);
  // A text of the current object, and what it is. Returns its number among them. One that is the
  // object's key itself, the same bytes in memory, takes no room.
  uint16_t AddText(uint8_t label, absl::string_view text);
  // Of the current object; 0 before the first.
  uint64_t number() const { return number_; }
  // The current object has all its texts. Before Spill() and Read().
  void End();

  uint64_t memory_bytes() const { return memory_bytes_; }
  // Appends everything in memory to `file`, always the same.
  absl::Status Spill(base::ScratchFile& file);
  void Release();

  // The object of this number. `file` is where blocks were spilled; null if never.
  absl::StatusOr<ObjectNote> Read(uint64_t number, base::ScratchFile* file) const;

 private:
  struct Block {
    uint64_t first;  // number of its first object
    uint64_t offset;
    size_t bytes;                  // of whole objects
    size_t bytes_max;              // that there is room for
    std::unique_ptr<char[]> data;  // null once it is in the file, at `offset`
  };

  // Room for so many bytes more of the current object, and for the end of it.
  void MakeRoom(size_t bytes) {
    if (static_cast<size_t>(end_ - next_) <= bytes) MoveToNewBlock(bytes);
  }
  void MoveToNewBlock(size_t bytes);
  uint8_t KindOf(absl::string_view kind);

  const size_t block_bytes_;
  uint64_t memory_bytes_ = 0;
  std::vector<Block> blocks_;
  std::vector<absl::string_view> kinds_;
  uint64_t number_ = 0;

  // The current object, in the last block: what comes after its place begins at `body_`, which is
  // null between objects, and the next byte goes to `next_`.
  char* body_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;  // of the block
  uint16_t texts_ = 0;
  absl::string_view key_;
  rde::Position at_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OBJECT_JOURNAL_H_
