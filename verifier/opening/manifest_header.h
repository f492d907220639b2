// What begins a sealed manifest: the header's rules, and the gap table that it starts.
//
// Threads: one at a time. Errors: FAILED_PRECONDITION, a manifest that does not give its file back.
// Threat: the depositor chooses every byte.
#ifndef TIDEMARK_VERIFIER_OPENING_MANIFEST_HEADER_H_
#define TIDEMARK_VERIFIER_OPENING_MANIFEST_HEADER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/pack_set.h"

namespace tidemark::verifier {

// That it is this deposit's, and that its file name is the last component of one.
absl::Status CheckManifestHeader(const tidemark::v1::ManifestHeader& header,
                                 const vault::DepositId& id);

// What follows the header in format 3: how many objects the frames of older packs have. Gives them
// to `packs`, and returns the record behind them, which may be an error of its own.
using RecordBehindCounts = absl::StatusOr<std::optional<tidemark::v1::ManifestRecord>>;
absl::StatusOr<RecordBehindCounts> TakeFrameCounts(uint32_t format, ManifestReader& records,
                                                   PackSet& packs);

// What stands between objects, by number.
class GapTable final {
 public:
  absl::Status Add(const std::string& gap);
  // Valid until the next Add().
  absl::StatusOr<absl::string_view> Get(uint32_t index) const;

 private:
  std::vector<std::string> gaps_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_MANIFEST_HEADER_H_
