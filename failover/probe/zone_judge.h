// Every record of a zone against what the deposit wants of it: whole_zone.h has the rules.
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/expectations.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whole_zone.h"

using ldns_rr = struct ldns_struct_rr;  // libldns's

namespace tidemark::failover::probe {

class ZoneJudge {
 public:
  // `testimony` must outlive it.
  ZoneJudge(const Testimony& testimony, absl::Time now);

  void Take(const ldns_rr& record);
  // After the last record.
  WholeZoneResult Finish();

 private:
  // "" if it belongs there.
  std::string FlawOf(const ldns_rr& record, const std::string& owner);
  std::string FlawAtApex(const ldns_rr& record);
  std::string FlawOfDelegation(const std::string& owner);
  std::string FlawOfAddress(const std::string& owner, const std::string& address) const;
  std::string FlawOfSignature(const ldns_rr& record, const std::string& owner) const;
  std::string FlawOfNsec3(const ldns_rr& record, const std::string& owner) const;
  bool IsDelegated(absl::string_view name) const;
  bool IsAtOrBelowDelegation(absl::string_view name) const;
  bool MayHaveAddresses(const std::string& owner) const;
  bool IsNsec3Owner(absl::string_view owner) const;
  void Differ(const std::string& name, std::string what);

  const Testimony& testimony_;
  const absl::Time now_;
  absl::flat_hash_map<std::string, TextSet> own_servers_;
  TextSet apex_servers_;
  std::string delegated_;   // the last one
  std::vector<bool> seen_;  // of testimony_.zone.delegated
  WholeZoneResult result_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_
