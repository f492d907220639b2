#include "failover/drill/report/zone_json.h"

namespace tidemark::failover {
namespace {

using Json = ReportJson;

Json TallyJson(const SetTally& tally) {
  return {{"compared", tally.compared},
          {"equal", tally.equal},
          {"different", tally.different()},
          {"missing", tally.missing},
          {"unwanted", tally.unwanted}};
}

}  // namespace

Json DifferencesJson(const std::vector<ProbeDifference>& differences) {
  Json json = Json::array();
  for (const ProbeDifference& difference : differences) {
    json.push_back({{"name", difference.name}, {"what", difference.what}});
  }
  return json;
}

Json WholeZoneJson(const std::optional<WholeZoneResult>& zone) {
  if (!zone.has_value()) return nullptr;
  return {{"records", zone->records},
          {"delegations_wanted", zone->delegations_wanted},
          {"delegations", zone->delegations},
          {"ns", TallyJson(zone->servers)},
          {"ds", TallyJson(zone->ds)},
          {"addresses", TallyJson(zone->addresses)},
          {"ttls", TallyJson(zone->ttls)},
          {"signatures", TallyJson(zone->signatures)},
          {"difference_count", zone->difference_count},
          {"differences", DifferencesJson(zone->differences)}};
}

Json ZoneVerificationJson(const std::optional<ZoneVerification>& verification) {
  if (!verification.has_value()) return nullptr;
  return {
      {"tool", OrNull(verification->tool)},        {"version", OrNull(verification->version)},
      {"valid", OrNull(verification->valid)},      {"why_not_known", OrNull(verification->why_not)},
      {"seconds", Rounded(verification->seconds)}, {"lines", verification->lines}};
}

}  // namespace tidemark::failover
