// What a chain of deposits calls its hosts and registrars, for rows that name a host by its ROID or
// a registrar by its IANA id: those may stand in another deposit than the row, and a host may get
// another name later, of which the row knows nothing.
//
// Learnt from all deposits of the chain, oldest first, before the first of them is read for good:
// of one ROID or IANA id the newest counts.
//
// Memory: names of hosts go to scratch beyond a buffer; registrars are bounded by base/limits.h.
// Threads: one at a time. Errors: those of scratch, latched.
#ifndef TIDEMARK_RDE_CSV_CHAIN_NAMES_H_
#define TIDEMARK_RDE_CSV_CHAIN_NAMES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

class ChainNames {
 public:
  // `space` must outlive it.
  explicit ChainNames(base::ScratchSpace& space) : space_(space) {}

  // Of a host or a registrar; other records are nothing to it.
  absl::Status Learn(const Record& record);

  // Every host, in the order learnt; those of one ROID with the last one's name at last.
  using TakeHost = std::function<absl::Status(absl::string_view roid, absl::string_view name)>;
  absl::Status ForEachHost(const TakeHost& take);
  // "" for none.
  absl::string_view RegistrarOf(absl::string_view gurid) const;

 private:
  absl::Status Spill();

  base::ScratchSpace& space_;
  std::unique_ptr<base::ScratchFile> file_;  // null while the buffer holds all
  std::string buffer_;
  absl::flat_hash_map<std::string, std::string> registrars_;
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_CHAIN_NAMES_H_
