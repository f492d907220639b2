// Whatever a server sends as a zone: the messages of a transfer, each behind its length, to the end
// of the zone or to an error; and every record of it is counted, judged and named in lower case.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/scratch.h"
#include "base/status.h"
#include "failover/probe/testimony.h"
#include "failover/probe/zone_judge.h"
#include "failover/probe/zone_stream.h"

namespace tidemark::failover::probe {
namespace {

Testimony SmallTestimony() {
  Testimony testimony;
  testimony.tld = "example";
  testimony.policy.own_servers = {{"ns1.nic.example", {"127.0.0.1"}}};
  testimony.zone.delegated = {testimony.zone.HashOf("a.example")};
  testimony.zone.withheld = {testimony.zone.HashOf("held.example")};
  testimony.scratch = base::NewUnavailableScratchSpace(absl::InternalError("it all fits"));
  testimony.content.emplace(*testimony.scratch);
  for (const OwnerContent& content :
       {OwnerContent{.owner = "a.example", .servers = {"ns1.a.example"}},
        OwnerContent{.owner = "ns1.a.example", .addresses = {"192.0.2.1"}},
        OwnerContent{.owner = "ns1.nic.example", .addresses = {"127.0.0.1"}}}) {
    CHECK(testimony.content->Add(content).ok());
  }
  return testimony;
}

void CheckZone(absl::string_view bytes) {
  const Testimony testimony = SmallTestimony();
  ZoneJudge judge(testimony, absl::FromUnixSeconds(1'800'000'000));
  uint64_t records = 0;
  ZoneStream zone(testimony.tld, [&](const ldns_rr& record) {
    ++records;
    judge.Take(record);
  });
  while (bytes.size() > 2 && !zone.ended()) {
    const size_t size =
        static_cast<size_t>(static_cast<uint8_t>(bytes[0])) << 8 | static_cast<uint8_t>(bytes[1]);
    const absl::string_view wire = bytes.substr(2, size);
    bytes.remove_prefix(2 + wire.size());
    const Message message = ParseMessage(wire);
    if (message == nullptr || !zone.Take(*message).ok()) break;
  }
  const absl::StatusOr<WholeZoneResult> result = judge.Finish();
  CHECK(result.ok());
  CHECK(result->records == records);
  CHECK(result->delegations_wanted == 1 && result->delegations <= 1);
  for (const SetTally& tally : {result->servers, result->ds, result->addresses}) {
    CHECK(tally.equal + tally.missing + tally.unwanted <= tally.compared);
    CHECK(tally.different() <= result->difference_count);
  }
  CHECK(result->differences.size() <= kDifferencesMax);
  for (const ProbeDifference& difference : result->differences) {
    CHECK(absl::AsciiStrToLower(difference.name) == difference.name && !difference.what.empty());
  }
}

}  // namespace
}  // namespace tidemark::failover::probe

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tidemark::failover::probe::CheckZone(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
