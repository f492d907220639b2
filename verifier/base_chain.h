// A DIFF or INCR judged on its bases: the repository that they give together (rde/replay) is what
// the rules see, and the chain itself is judged.
//
// A chain that is broken is a finding, and then nothing is judged against a repository: the deposit
// is read alone, as without bases. What was read of a base is judged as its own: a flaw in its file
// is a finding, under the number of that file.
//
// Threads: one. Memory: `resources.memory_bytes_max`; content on scratch is sealed.
#ifndef TIDEMARK_VERIFIER_BASE_CHAIN_H_
#define TIDEMARK_VERIFIER_BASE_CHAIN_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/bytes.h"
#include "rde/records.h"
#include "verifier/check.h"

namespace tidemark::verifier {

struct ChainDeposit {
  std::string name;       // of its file, last component, for findings
  rde::DepositInfo info;  // its deposit element, as read or told before
  // At most once. The source is read to its end and closed: only then is what it gave authentic.
  std::function<absl::StatusOr<std::unique_ptr<base::ByteSource>>()> open;
};

// Whether two deposit elements agree in identity, kind, watermark (to the second) and prevId.
bool SameLabel(const rde::DepositInfo& a, const rde::DepositInfo& b);

struct ChainOptions {
  Resources resources;
  // Whether bases that are not needed are findings: of files that a person named they are, of all
  // that lies in custody they are not.
  enum class Unused { kNamed, kIgnored } unused = Unused::kNamed;
};

struct ChainReading {
  // Of the first deposit that could not be read, or of scratch. The checker was told what was found
  // up to there, not that it could not be read.
  absl::Status status;
  bool base_failed = false;  // it was a base
  // The bases that `last` is judged on, oldest first, as numbers of `bases`; without any, it was
  // read alone.
  std::vector<size_t> used;
};

// What `last` needs of `bases`, which may come in any order: their numbers, oldest first. A FULL
// needs none.
std::vector<size_t> BasesNeeded(const ChainDeposit& last, absl::Span<const ChainDeposit> bases);

// Reads the bases that are needed into `checker`, in that order and one after the other, then
// `last`. FAILED_PRECONDITION for a base that is not what its `info` says: a wrong label would put
// it into another place of the chain. UNIMPLEMENTED where one of several has CSV files.
ChainReading ReadOnBases(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                         const ChainOptions& options, DepositChecker& checker);

// The same for files, in the XML model. `source` is the last one's, and is closed; the bases are
// opened here, twice each. A base that is no deposit is a finding.
absl::Status ReadFileOnBases(base::ByteSource& source, const std::string& name,
                             absl::Span<const std::string> base_paths, const Resources& resources,
                             DepositChecker& checker);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_BASE_CHAIN_H_
