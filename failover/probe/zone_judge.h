// Every record of a zone against what the deposit wants of it: whole_zone.h has the rules.
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/content_judge.h"
#include "failover/probe/expectations.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whole_zone.h"

using ldns_rr = struct ldns_struct_rr;  // libldns's

namespace tidemark::failover::probe {

class ZoneJudge {
 public:
  // `testimony` must outlive it, and has what is wanted of the whole zone.
  ZoneJudge(const Testimony& testimony, absl::Time now);

  void Take(const ldns_rr& record);
  // After the last record. Errors: those of sorting what was taken.
  absl::StatusOr<WholeZoneResult> Finish();

 private:
  // "" if it belongs there, as far as one record shows.
  std::string FlawOf(const ldns_rr& record, const std::string& owner);
  std::string FlawAtApex(const ldns_rr& record);
  std::string FlawOfSignature(const ldns_rr& record, const std::string& owner);
  bool IsNsec3Owner(absl::string_view owner) const;
  void FinishApex();
  void Differ(const std::string& name, std::string what);

  const Testimony& testimony_;
  const absl::Time now_;
  ContentJudge content_;
  TextSet own_servers_;
  TextSet apex_servers_;
  std::map<int, std::set<uint32_t>> apex_ttls_;  // by type
  std::set<int> apex_signatures_;                // types
  WholeZoneResult result_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_JUDGE_H_
