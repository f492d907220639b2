// Sorts more records than memory holds: runs sorted in memory, spilled to scratch, merged on the
// way out. Nothing is written while everything fits.
//
//   ExternalSorter sorter({.space = &space, .memory_bytes_max = 32 << 20});
//   RETURN_IF_ERROR(sorter.Add(key, value));            // any number of times
//   RETURN_IF_ERROR(sorter.Sort());                     // once, after the last
//   while (true) {
//     ASSIGN_OR_RETURN(const bool more, sorter.Next());
//     if (!more) break;
//     ... sorter.key(), sorter.value() ...              // valid until the next call
//   }
//
// Order: keys as bytes (memcmp, a prefix before what it begins); equal keys come out as they went
// in.
//
// Memory: `memory_bytes_max` while adding and while merging (runs are merged in several passes
// where there are too many for one), beyond which only scratch grows. Errors: those of
// ScratchSpace; INVALID_ARGUMENT for a key or value over its limit; FAILED_PRECONDITION for calls
// out of order; an error latches. Pages that records have not reached yet are reserved, not used.
// Threads: one at a time. Ownership: the space must outlive the sorter.
#ifndef TIDEMARK_BASE_EXTERNAL_SORT_H_
#define TIDEMARK_BASE_EXTERNAL_SORT_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"

namespace tidemark::base {

inline constexpr size_t kSortKeyBytesMax = 4096;
// An object of a deposit (limits.h) with room for its encoding.
inline constexpr size_t kSortValueBytesMax = 2 << 20;
// Room for a few of the largest records.
inline constexpr uint64_t kSortMemoryBytesMin = 8ull << 20;

struct SortOptions {
  ScratchSpace* space = nullptr;            // required
  uint64_t memory_bytes_max = 32ull << 20;  // at least kSortMemoryBytesMin, or that is taken
};

class ExternalSorter {
 public:
  explicit ExternalSorter(const SortOptions& options);
  ~ExternalSorter();
  ExternalSorter(const ExternalSorter&) = delete;
  ExternalSorter& operator=(const ExternalSorter&) = delete;

  absl::Status Add(absl::string_view key, absl::string_view value);
  absl::Status Sort();
  // Goes to the next record; false after the last.
  absl::StatusOr<bool> Next();
  absl::string_view key() const;
  absl::string_view value() const;

  // Whether anything had to be written.
  bool spilled() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_EXTERNAL_SORT_H_
