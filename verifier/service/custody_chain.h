// Opening deposits in custody: the one that is judged, and those that it builds on.
#ifndef TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_
#define TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "vault/deposit_id.h"
#include "verifier/base_chain.h"
#include "verifier/opening/opening.h"
#include "verifier/service/judge.h"
#include "verifier/verdict.h"

namespace tidemark::verifier {

struct Opened {
  absl::Status status;
  std::unique_ptr<OpenedDeposit> deposit;
};
Opened Open(const JudgePeers& peers, const SealedDeposit& sealed);

// Counts what was read of one deposit, and ends it when nobody wants it any more.
class Watch {
 public:
  // `options` must outlive it.
  explicit Watch(const JudgeOptions& options) : options_(options) {}
  // CANCELLED: stop.
  absl::Status Advance(size_t bytes);

 private:
  const JudgeOptions& options_;
  uint64_t bytes_read_ = 0;
};

// Both must outlive it.
class WatchedSource final : public base::ByteSource {
 public:
  WatchedSource(base::ByteSource& source, Watch& watch) : source_(source), watch_(watch) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
  Watch& watch_;
};

// Every deposit of the TLD but `id` itself, from the vault's list; each is fetched and opened when
// it is read, and then noted in `read`. Peers, options and `read` must outlive the result. Reading
// one fails with FAILED_PRECONDITION where the depositor's seal or label does not hold, with
// DATA_LOSS where the vault's list does not.
absl::StatusOr<std::vector<ChainDeposit>> BasesInCustody(const JudgePeers& peers,
                                                         const vault::DepositId& id,
                                                         const JudgeOptions& options,
                                                         std::vector<VerdictBinding::Base>& read);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_
