// Private to vault/: retention over a vault's store and books; see retention.h.
#ifndef TIDEMARK_VAULT_RETENTION_RETENTION_IMPL_H_
#define TIDEMARK_VAULT_RETENTION_RETENTION_IMPL_H_

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "vault/retention/custody_books.h"
#include "vault/retention/retention.h"
#include "vault/retention/rows.h"

namespace tidemark::vault::retention {

class RetentionImpl final : public Retention {
 public:
  // Borrowed objects must outlive it.
  RetentionImpl(const Policy& policy, RocksStore& store, CustodyBooks& books,
                const base::Clock& clock)
      : policy_(policy), store_(store), books_(books), clock_(clock) {}

  absl::StatusOr<uint64_t> PlaceHold(const HoldOrder& order) override;
  absl::StatusOr<uint64_t> LiftHold(const HoldOrder& order) override;
  absl::StatusOr<std::vector<PlanEntry>> Plan(absl::string_view tld) const override;
  absl::StatusOr<RunSummary> Run(RunMode mode, std::atomic<bool>& stop) override;

 private:
  // A shredded deposit whose erasure nobody confirmed yet.
  struct Unconfirmed {
    DepositId deposit;
    crypto::PackId pack;
    uint64_t shredded_log_index;
  };

  absl::StatusOr<WitnessedTime> ReadTime() const;
  // Why the clock is not believed; empty: it is.
  std::string ClockObjection(const WitnessedTime& time) const;
  absl::StatusOr<std::vector<Unconfirmed>> ReadUnconfirmed() const;
  absl::Status RunTld(const std::string& tld, bool is_unfinished, RunMode mode, bool may_shred,
                      const WitnessedTime& time, const std::atomic<bool>& stop, RunSummary& summary,
                      std::set<std::string>& deferred);
  // Deletes what is marked as removed, and confirms what is gone, but of no TLD in `deferred`.
  absl::Status Erase(const std::set<std::string>& deferred, std::atomic<bool>& stop,
                     RunSummary& summary);
  absl::Status DeleteMarked(std::vector<RocksStore::Deleted>& deleted,
                            std::vector<crypto::PackId>& packs);
  absl::Status Confirm(const Unconfirmed& shredded);

  const Policy policy_;
  RocksStore& store_;
  CustodyBooks& books_;
  const base::Clock& clock_;
  absl::Mutex run_mutex_;  // held by the one run; taken before the vault's lock
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_RETENTION_IMPL_H_
