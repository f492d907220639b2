// Deletes of hosts by name. A host is known by its ROID, so what a name means depends on what each
// host was called when the delete came.
//
// Every version of a host (one object of one deposit) lives from its deposit up to the next event
// of its ROID, and under one name. A delete by name in deposit d ends each version of that name
// that began before d and had not ended before d.
#ifndef TIDEMARK_RDE_REPLAY_HOST_NAMES_H_
#define TIDEMARK_RDE_REPLAY_HOST_NAMES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/external_sort.h"
#include "rde/records.h"
#include "rde/replay/flaw_tally.h"
#include "rde/replay/key.h"

namespace tidemark::rde {

// Deposits by number; an end that is not known.
inline constexpr uint16_t kNoDeposit = 0xffff;

// A version of a host. Numbers are of deposits.
struct HostVersion {
  uint64_t ordinal = 0;
  uint16_t begin = 0;
  uint16_t end = kNoDeposit;     // the next event of its ROID
  bool remains = false;          // as far as its ROID decides
  bool ended_by_delete = false;  // the next event is a delete by ROID, which stands at
  Position delete_at = {};
};

class HostNames {
 public:
  HostNames(base::ScratchSpace& space, uint64_t memory_bytes_max)
      : sorter_({.space = &space, .memory_bytes_max = memory_bytes_max}) {}

  absl::Status AddDelete(const ObjectKey& name, uint16_t deposit, const Position& at);
  // `roid` is for flaws.
  absl::Status AddVersion(const ObjectKey& name, const HostVersion& version,
                          const std::string& roid);

  // Once, after all. `counts` says of each deposit whether it does; `gone` is told the ordinal of
  // every version that remained but for its name.
  absl::Status Settle(const std::vector<bool>& counts,
                      const std::function<absl::Status(uint64_t ordinal)>& gone, FlawTally& flaws);

 private:
  struct NameDelete {
    uint16_t deposit;
    Position at;
    bool found;
  };

  void CloseName(const ObjectKey& name, FlawTally& flaws);

  base::ExternalSorter sorter_;
  std::vector<NameDelete> deletes_;  // of one name, one a deposit, oldest first
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_HOST_NAMES_H_
