// Lines about names of a zone, by name: as many as there are, in the memory of a sort.
#ifndef TIDEMARK_FAILOVER_PROBE_OWNER_LINES_H_
#define TIDEMARK_FAILOVER_PROBE_OWNER_LINES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/external_sort.h"
#include "base/scratch.h"

namespace tidemark::failover::probe {

class OwnerLines {
 public:
  // `space` must outlive it.
  explicit OwnerLines(base::ScratchSpace& space);

  // The first error latches; Sort() tells it. `owner` has no zero byte. Of data that are longer
  // than any that a zone of a registry has, the beginning and the length are kept.
  void Add(absl::string_view owner, char kind, absl::string_view data,
           absl::string_view value = "");
  // After the last. Errors: base/external_sort.h's.
  absl::Status Sort();
  // Goes to the next line, by owner, kind and data; false after the last.
  absl::StatusOr<bool> Next();

  // Of that line, until the next call.
  absl::string_view owner() const { return owner_; }
  char kind() const { return kind_; }
  absl::string_view data() const { return data_; }
  absl::string_view value() const { return sorter_.value(); }

 private:
  base::ExternalSorter sorter_;
  absl::Status status_;
  absl::string_view owner_;
  char kind_ = 0;
  absl::string_view data_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_OWNER_LINES_H_
