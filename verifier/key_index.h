// Which keys are defined and which are only referred to: references in either order, without
// keeping objects.
//
// One slot of 16 bytes a key. A reference to a key that is not defined yet is remembered (who,
// where, how often, by which rule) and forgotten when the key gets defined; what remains at the end
// dangles. Memory: about 22 bytes a defined key; a reference that runs ahead of its target costs
// about 60 more until the target comes, once a target and rule, plus its referrer's name once.
//
// Bounded by `bytes_max`: beyond it nothing more is taken in and full() is true; the caller then
// must not judge by this index.
#ifndef TIDEMARK_VERIFIER_KEY_INDEX_H_
#define TIDEMARK_VERIFIER_KEY_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "verifier/code.h"
#include "verifier/finding.h"
#include "verifier/finding_log.h"
#include "verifier/keys.h"

namespace tidemark::verifier {

class KeyIndex {
 public:
  static constexpr uint64_t kDefaultBytesMax = 16ull << 30;

  explicit KeyIndex(uint64_t bytes_max = kDefaultBytesMax);

  // True if the key was not defined before.
  bool Define(const Key& key);
  bool IsDefined(const Key& key) const;

  // The object that the following references are of; borrowed until the last of them.
  void BeginReferrer(const Subject& subject);
  // It refers to `key`, whose text is `target`; a reference that stays dangling is `code`.
  // `role` is a literal for the message: what the target is to the referrer.
  void Refer(const Key& key, Code code, absl::string_view role, absl::string_view target);

  // Raises a finding for each (target, code) that dangles: at its first referrer, with the count of
  // all references.
  void RaiseDangling(FindingLog& log) const;

  bool full() const { return full_; }
  uint64_t bytes_used() const { return bytes_used_; }

 private:
  static constexpr uint32_t kNone = 0xffffffff;
  static constexpr uint32_t kDefined = 0xfffffffe;
  static constexpr size_t kPartitions = 256;

  struct Slot {
    Key key;
    uint32_t info;  // kNone: empty; kDefined; else index of the first pending reference
  };
  struct Partition {
    std::vector<Slot> slots;
    size_t used = 0;
  };
  struct Pending {
    uint32_t next;
    uint32_t referrer;
    uint32_t target;  // text
    uint32_t count;
    uint16_t role;
    uint8_t code;
    uint8_t ordinal;  // among the referrer's references: makes order total
  };
  struct Referrer {
    int64_t line;
    int64_t offset;
    uint32_t name;  // text
    uint16_t file;
    uint8_t kind;  // index into kinds_
  };

  static size_t PartitionOf(const Key& key) { return key.words[2] % kPartitions; }
  Slot* Find(const Key& key);
  Slot* FindOrAdd(const Key& key);
  bool Grow(Partition& partition);
  uint32_t AddText(absl::string_view text);
  absl::string_view TextAt(uint32_t at) const;
  uint32_t AddReferrer();
  bool Charge(uint64_t bytes);
  uint16_t Literal(std::vector<absl::string_view>& list, absl::string_view literal);

  const uint64_t bytes_max_;
  uint64_t bytes_used_ = 0;
  bool full_ = false;
  std::array<Partition, kPartitions> partitions_;
  std::deque<Pending> pending_;
  uint32_t free_pending_ = kNone;
  std::deque<Referrer> referrers_;
  std::vector<std::unique_ptr<char[]>> text_blocks_;
  size_t text_used_ = 0;  // in the last block
  std::vector<absl::string_view> roles_;
  std::vector<absl::string_view> kinds_;

  Subject subject_;
  uint32_t current_referrer_ = kNone;
  uint8_t ordinal_ = 0;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_INDEX_H_
