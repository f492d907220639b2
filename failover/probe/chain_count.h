// How many objects a chain of deposits leaves, counted from the deposits as they are: a second
// opinion where the witness reads what the code that rebuilds has put together (rde/replay).
//
// Each deposit is read into it, oldest first, the FULL and what follows it. An object counts under
// its key (RFC 9022 sections 5.1 to 5.6): domains and NNDNs by name, hosts by ROID, others by id;
// a delete takes its key away, one of a host's name every host of that name.
//
// What it is not: a count of what has no key (policies, EPP parameters), or a judge of the chain.
// Memory: some 20 bytes an object, of hosts some 80. Keys are kept as 64-bit hashes: who knows how
// could make two of them one. Threads: one.
#ifndef TIDEMARK_FAILOVER_PROBE_CHAIN_COUNT_H_
#define TIDEMARK_FAILOVER_PROBE_CHAIN_COUNT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "failover/probe/deposit_witness.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::failover {

class ChainCount final : public rde::RecordSink {
 public:
  // A FULL begins anew.
  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  void OnFlaw(const rde::Flaw&) override {}

  // Of the deposit that was read last.
  const rde::DepositInfo& info() const { return info_; }
  // Replaces what it counts.
  void SetCounts(WitnessCounts& counts) const;

 private:
  using Keys = absl::flat_hash_set<uint64_t>;

  void TakeHost(const rde::Host& host);
  void RemoveHost(uint64_t roid);
  void TakeDelete(const rde::Delete& deletion);

  rde::DepositInfo info_;
  Keys domains_;
  Keys contacts_;
  Keys registrars_;
  Keys idn_tables_;
  Keys nndns_;
  absl::flat_hash_map<uint64_t, uint64_t> hosts_;               // ROID to name
  absl::flat_hash_map<uint64_t, std::vector<uint64_t>> roids_;  // by name
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_CHAIN_COUNT_H_
