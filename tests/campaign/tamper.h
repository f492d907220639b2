// The tamper campaign: a small store, one thing done to it at a time, and whether fsck names it.
//
// A fault is detected (fsck names damage), or harmless (fsck names none, and every row of the store
// reads back as before), or missed. fsck has what an auditor has: the agent's public keys, the last
// tree head, and the receipts. Each case runs in a child, for the database's library may end its
// process; faults are undone afterwards, so that cases do not add up.
//
// Threads: one, in a process that has opened no database (vault/fsck/guarded_run.h).
#ifndef TIDEMARK_TESTS_CAMPAIGN_TAMPER_H_
#define TIDEMARK_TESTS_CAMPAIGN_TAMPER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace tidemark::tests {

struct TamperOptions {
  std::string dir;  // a fresh one
  uint64_t seed = 1;
  // Bytes of which a bit is flipped, spread over all files; 0: every byte of every file, but of
  // OPTIONS files one in 50.
  uint64_t flips = 0;
  // This process takes the cases that are `part` modulo `parts`.
  uint64_t part = 0;
  uint64_t parts = 1;
};

struct TamperCounts {
  uint64_t cases = 0;
  uint64_t named = 0;       // by what is in the store
  uint64_t by_witness = 0;  // only by a kept tree head or receipt
  uint64_t ended = 0;       // the library ended the child, which fsck reports as damage
  uint64_t harmless = 0;
  uint64_t missed = 0;
};

struct TamperResult {
  // By fault and kind of file.
  std::map<std::pair<std::string, std::string>, TamperCounts> table;
  std::vector<std::string> missed;  // in words, the first of them
};

absl::StatusOr<TamperResult> RunTamperCampaign(const TamperOptions& options);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_CAMPAIGN_TAMPER_H_
