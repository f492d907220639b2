#include "failover/serve/dns_watch.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(5);  // between two questions at one address
constexpr absl::Duration kQuestionTimeout = absl::Seconds(1);
constexpr int kMissesMax = 6;

}  // namespace

DnsWatch::DnsWatch(std::string zone, uint32_t serial, const std::vector<ServerPlaces>& servers)
    : zone_(std::move(zone)), serial_(serial) {
  for (const ServerPlaces& server : servers) {
    places_.push_back({.program = server.program, .address = server.own, .is_own = true});
    for (const ServerAddress& address : server.open) {
      places_.push_back({.program = server.program, .address = address, .is_own = false});
    }
  }
}

void DnsWatch::Warn(const Place& place, absl::string_view warning) {
  base::Log(base::LogLevel::kWarning, "serve",
            {{"server", place.program},
             {"address", place.address.address},
             {"port", place.address.port},
             {"warning", warning}});
}

absl::Status DnsWatch::Look(absl::Time now) {
  if (now < next_look_ || places_.empty()) return absl::OkStatus();
  next_look_ = now + kInterval / places_.size();
  Place& place = places_[next_place_++ % places_.size()];
  const absl::StatusOr<SignatureTimes> signature =
      CheckSignedSoa(place.address, zone_, serial_, Transport::kUdp, kQuestionTimeout);
  place.misses = signature.ok() ? 0 : place.misses + 1;
  if (!signature.ok()) {
    const absl::string_view why = signature.status().message();
    if (place.misses < kMissesMax) return absl::OkStatus();
    if (place.is_own) {
      return absl::UnavailableError(
          absl::StrCat(place.program, " does not answer any more: ", why));
    }
    if (place.misses == kMissesMax) Warn(place, why);
    return absl::OkStatus();
  }
  place.signature = *signature;
  if (place.is_own) return absl::OkStatus();
  const absl::Status over_tcp =
      CheckSignedSoa(place.address, zone_, serial_, Transport::kTcp, kQuestionTimeout).status();
  place.tcp_misses = over_tcp.ok() ? 0 : place.tcp_misses + 1;
  if (place.tcp_misses == kMissesMax) Warn(place, over_tcp.message());
  return absl::OkStatus();
}

absl::Status DnsWatch::CheckSignatures(absl::Time now, absl::Time end) const {
  for (const Place& place : places_) {
    if (!place.is_own) continue;
    if (const absl::Status begun = CheckBegun(place.signature, now); !begun.ok()) {
      return absl::UnavailableError(absl::StrCat(place.program, ": ", begun.message()));
    }
    if (place.signature.end >= end) continue;
    return absl::UnavailableError(absl::StrCat(
        "signatures are not renewed: ", place.program, "'s end at ",
        absl::FormatTime(absl::RFC3339_sec, place.signature.end, absl::UTCTimeZone())));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
