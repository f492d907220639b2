// A DIFF or INCR judged on its bases: the repository that they give together (rde/replay) is what
// the rules see, and the chain itself is judged.
//
// Deposits may be in either model, and a chain in both: a DIFF replaces and deletes objects
// whatever files they stand in. Objects are replaced as a whole, in the CSV model with all rows of
// their child tables (RFC 9022 section 4.6.2.1). The repository counts as being in the model of the
// last deposit.
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

// A stream of what DepositInput reads, at most once. It is read to its end and closed: only then is
// what it gave authentic.
using OpenStream = std::function<absl::StatusOr<std::unique_ptr<base::ByteSource>>()>;

struct ChainDeposit {
  std::string name;       // of its file, last component, for findings
  rde::DepositInfo info;  // its deposit element, as read or told before
  // Where it comes from, for verifier/streamed_chain.h, which makes `read` of it.
  OpenStream open = nullptr;
  // Reads all of it, its CSV files included. At most once. Required for what reads a chain here.
  std::function<absl::Status(rde::RecordSink& sink)> read = nullptr;
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

// The repository that `last` gives on its bases, as records into `sink`: for a FULL what it holds.
// `used` is as in ChainReading. FAILED_PRECONDITION where there is none: a chain that is broken,
// which the message names, a deposit that ends early or is not what its `info` says; NOT_FOUND for
// CSV files that are not at hand; the deposits' own errors. Flaws of the chain itself go nowhere.
absl::Status ReadRepository(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                            const Resources& resources, rde::RecordSink& sink,
                            std::vector<size_t>& used);

// Reads the bases that are needed into `checker`, in that order and one after the other, then
// `last`. FAILED_PRECONDITION for a base that is not what its `info` says: a wrong label would put
// it into another place of the chain. NOT_FOUND where one of several has CSV files that are not at
// hand: what they hold would be missing from the repository.
ChainReading ReadOnBases(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                         const ChainOptions& options, DepositChecker& checker);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_BASE_CHAIN_H_
