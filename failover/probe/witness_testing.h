// For tests only: a small deposit, as records, that has one of each case.
#ifndef TIDEMARK_FAILOVER_PROBE_WITNESS_TESTING_H_
#define TIDEMARK_FAILOVER_PROBE_WITNESS_TESTING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "failover/probe/deposit_witness.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

inline constexpr char kTestDs[] =
    "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79";

struct TestDeposit {
  std::vector<rde::Record> records;

  // Reads it, as often as it is asked for.
  ReadWitnessed Reader() const;
};

// rde::DateTime of "2020-05-07T04:53:49Z".
rde::DateTime DateOf(const std::string& text);
rde::Domain DomainOf(const std::string& name, const std::vector<std::string>& statuses,
                     const std::vector<std::string>& servers);

rde::Host HostOf(const std::string& name, const std::vector<std::string>& addresses);
rde::Nndn NndnOf(const std::string& name, const std::string& state, const std::string& original);

// Below "example": a (everything: DS, contacts, servers inside and outside), held, deleted,
// created, inactive, redeemed, keys (key data), old.a (below a delegation); NNDNs mirror, of a, and
// blocked.
TestDeposit SmallDeposit();

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_WITNESS_TESTING_H_
