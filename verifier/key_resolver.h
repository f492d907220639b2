// Private to key_index: what the logged operations come to, found partition by partition.
#ifndef TIDEMARK_VERIFIER_KEY_RESOLVER_H_
#define TIDEMARK_VERIFIER_KEY_RESOLVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/external_sort.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "verifier/code.h"
#include "verifier/key_records.h"
#include "verifier/key_table.h"
#include "verifier/record_log.h"

namespace tidemark::verifier {

// One flaw, by the object (and its text) at which it is reported.
struct KeyFlaw {
  uint64_t object;
  uint16_t text;
  uint8_t role;
  int64_t count;  // references
};

// How many flaws of a sort there are, and the first of them in the document.
class FirstFlaws {
 public:
  void Add(const KeyFlaw& flaw);
  int64_t count() const { return count_; }
  // In document order.
  std::vector<KeyFlaw> Sorted() const;

 private:
  int64_t count_ = 0;
  std::vector<KeyFlaw> heap_;  // the last on top
};

class KeyResolver {
 public:
  // All must outlive the resolver. `file` is where the logs were spilled; null if never.
  KeyResolver(const RecordLog& definitions, const RecordLog& references, base::ScratchFile* file,
              base::ScratchSpace& space, uint64_t memory_bytes_max);

  absl::Status Run();

  // Sorted: keys as RepeatKey() has them, no values. To be read once.
  base::ExternalSorter& repeats() { return repeats_; }
  const FirstFlaws& dangling(size_t code) const { return dangling_[code]; }
  const FirstFlaws& unreferred(size_t kind) const { return unreferred_[kind]; }

 private:
  // The keys of a partition are dealt with in slices, so that the table of one fits.
  struct Slice {
    size_t partition;
    uint64_t number;
    uint64_t of;
    bool Has(uint64_t high) const { return of == 1 || (KeyBitsOf(high) * of >> 24) == number; }
  };

  absl::Status ResolveDefinitions(const Slice& slice);
  absl::Status ResolveReferences(const Slice& slice);
  void FindUnreferred();
  absl::Status Define(const DefinitionRecord& record);
  absl::Status AddRepeat(uint64_t object, uint64_t kind);
  absl::Status AddLoose(size_t partition, const ReferenceRecord& record);
  absl::Status GroupLoose();

  const RecordLog& definitions_;
  const RecordLog& references_;
  base::ScratchFile* const file_;
  const uint64_t table_bytes_max_;
  KeyTable table_;
  base::ExternalSorter repeats_;
  // References without a target, by target, code and place. In a good deposit there are none.
  base::ExternalSorter loose_;
  std::array<FirstFlaws, kCodeCount> dangling_;
  std::array<FirstFlaws, 16> unreferred_;
};

// A repeated key: its object's number, and the kind; ordered as numbers are.
struct RepeatKey {
  uint64_t object;
  uint64_t kind;
};
RepeatKey ParseRepeatKey(absl::string_view key);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_RESOLVER_H_
