// Which keys are defined twice, which are referred to and not defined, which are defined and never
// referred to: in any order of objects, without keeping objects, in bounded memory.
//
//   index.BeginObject(subject);                          // each object, in document order
//   index.Define(KeyKind::kContactId, key);              // what it defines
//   index.Refer(key, code, "registrant", "C-1");         // what it refers to
//   ...
//   status = index.ForEachRepeat(...);                   // at the end: who defined it again
//   status = index.RaiseDangling(log);                   //   references without a target
//   status = index.RaiseUnreferred(KeyKind::kContactId, code, "...", log);  // nobody's targets
//
// While reading, operations are only logged, 16 bytes a definition and 24 a reference, partitioned
// by fingerprint; references to the keys that are met again and again (registrars, popular hosts)
// are counted in a small table instead. At the end each partition is resolved alone, in a table
// that a processor's cache holds. Beyond `memory_bytes_max` the logs go to scratch, and what a
// finding would have to quote with them; results are the same for any memory.
//
// Errors: those of the scratch space. The first one latches, and then nothing that this index was
// asked is known: the caller must not judge by it. Threads: one at a time. Ownership: the space
// must outlive the index.
#ifndef TIDEMARK_VERIFIER_KEY_INDEX_H_
#define TIDEMARK_VERIFIER_KEY_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "verifier/block_pool.h"
#include "verifier/code.h"
#include "verifier/finding.h"
#include "verifier/finding_log.h"
#include "verifier/keys.h"
#include "verifier/object_journal.h"
#include "verifier/record_log.h"

namespace tidemark::verifier {

class KeyResolver;

class KeyIndex {
 public:
  KeyIndex(base::ScratchSpace& space, uint64_t memory_bytes_max);
  ~KeyIndex();
  KeyIndex(const KeyIndex&) = delete;
  KeyIndex& operator=(const KeyIndex&) = delete;

  // ---- While reading.

  // The object that the following calls are about.
  void BeginObject(const Subject& subject);
  // It has this key. `text` is what a finding about a repeated key would quote.
  void Define(KeyKind kind, Key key, absl::string_view text = {});
  // It may not be together with one that defines `key` (of any kind): of the two, the later one
  // clashes. Not a definition: references to the key still dangle.
  void Forbid(Key key);
  // It refers to `key`, whose text is `target`; a reference that stays dangling is `code`.
  // `role` is a literal for the message: what the target is to the referrer.
  void Refer(Key key, Code code, absl::string_view role, absl::string_view target) {
    const uint32_t of_code = static_cast<uint32_t>(code) * 0x9e3779b9u;
    const size_t place = (key.low ^ of_code) % kRecent;
    const uint32_t tag = static_cast<uint32_t>(key.low >> 32) ^ of_code;
    // Most targets are met once or twice: they go no further than this small table, and drive
    // nothing out of the large one.
    if (tags_[place] != tag) {
      tags_[place] = tag;
      return ReferOnce(key, code, role, target);
    }
    Recent& recent = recent_[place];
    if (recent.count == 0 || recent.count == kCountMax || !(recent.key == key) ||
        recent.code != static_cast<uint8_t>(code)) {
      return ReferAgain(recent, key, code, role, target);
    }
    ++recent.count;
  }

  // ---- At the end, when nothing is logged any more.

  // An object with keys that earlier ones had.
  class Repeat {
   public:
    bool Has(KeyKind kind) const { return (flags_ >> static_cast<int>(kind) & 1) != 0; }
    bool clashes() const { return (flags_ >> kClash & 1) != 0; }
    // Its ROID is that of an object of another type.
    bool has_roid_of_other_type() const { return (flags_ >> kOtherType & 1) != 0; }
    // The object, and the text given to Define() ("" if there was none). Costs a look into the
    // journal, so ask for the few that are reported.
    ObjectNote Note() const { return index_.NoteOf(number_); }
    static absl::string_view TextOf(const ObjectNote& note, KeyKind kind);

   private:
    friend class KeyIndex;
    Repeat(KeyIndex& index, uint64_t number) : index_(index), number_(number) {}
    KeyIndex& index_;
    uint64_t number_;
    uint16_t flags_ = 0;
  };
  // In document order; once.
  absl::Status ForEachRepeat(absl::FunctionRef<void(const Repeat&)> visit);

  // Raises a finding for each (target, code) that dangles: at its first referrer, with the count of
  // all references.
  absl::Status RaiseDangling(FindingLog& log);

  // Raises `code` for each object that was the first to define a key of `kind` to which nothing
  // refers. Of hosts' names and contacts' ids.
  absl::Status RaiseUnreferred(KeyKind kind, Code code, absl::string_view message, FindingLog& log);

  const absl::Status& status() const { return status_; }

 private:
  static constexpr int kClash = 15;  // beside the kinds
  static constexpr int kOtherType = 14;
  static constexpr size_t kRecent = 4096;
  static constexpr uint32_t kCountMax = 0xffffffff;

  // A reference that may come again before it has to be logged: one cache line holds two.
  struct alignas(32) Recent {
    Key key{};
    uint64_t object = 0;
    uint32_t count = 0;  // 0: no entry
    uint16_t text = 0;
    uint8_t code = 0;
    uint8_t role = 0;
  };

  void ReferOnce(Key key, Code code, absl::string_view role, absl::string_view target);
  // The same from now on counted in `recent`, whatever was before.
  void ReferAgain(Recent& recent, Key key, Code code, absl::string_view role,
                  absl::string_view target);
  // The number of the target's text in the current object's note.
  uint16_t NoteTarget(Key key, absl::string_view target);
  uint8_t RoleOf(absl::string_view role);
  void LogReference(const Recent& entry);
  uint64_t memory_bytes() const;
  absl::Status Spill();
  void Fail(absl::Status status);
  // Fills resolver_, once.
  absl::Status Resolve();
  ObjectNote NoteOf(uint64_t object);

  base::ScratchSpace& space_;
  const uint64_t memory_bytes_max_;
  absl::Status status_;
  std::unique_ptr<base::ScratchFile> file_;  // of everything that is spilled
  BlockPool blocks_;                         // of both logs
  RecordLog definitions_;
  RecordLog references_;
  ObjectJournal journal_;
  // By key and code: what was met last, and what was met twice in a row.
  std::vector<uint32_t> tags_;
  std::vector<Recent> recent_;
  std::vector<absl::string_view> roles_;
  // The target of which a text was noted last, and for which object: it is noted once for two
  // codes.
  Key noted_key_{};
  uint64_t noted_object_ = 0;
  uint16_t noted_text_ = 0;
  std::unique_ptr<KeyResolver> resolver_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_INDEX_H_
