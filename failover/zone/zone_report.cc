#include "failover/zone/zone_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace tidemark::failover {
namespace {

// Names in a report are cut here; a hostile one may have 64 KiB.
constexpr size_t kShownBytesMax = 128;

}  // namespace

absl::string_view ZoneRemarkCode(ZoneRemarkKind kind) {
  switch (kind) {
    case ZoneRemarkKind::kInvalidName:
      return "invalid-name";
    case ZoneRemarkKind::kOutsideTld:
      return "outside-tld";
    case ZoneRemarkKind::kBelowDomain:
      return "below-domain";
    case ZoneRemarkKind::kInvalidServer:
      return "invalid-server";
    case ZoneRemarkKind::kNoUsableServer:
      return "no-usable-server";
    case ZoneRemarkKind::kInvalidDs:
      return "invalid-ds";
    case ZoneRemarkKind::kInvalidAddress:
      return "invalid-address";
    case ZoneRemarkKind::kNoAddress:
      return "no-address";
    case ZoneRemarkKind::kApexServer:
      return "apex-server";
    case ZoneRemarkKind::kApexBelowDomain:
      return "apex-below-domain";
    case ZoneRemarkKind::kOrphanGlue:
      return "orphan-glue";
    case ZoneRemarkKind::kDisputedAddress:
      return "disputed-address";
    case ZoneRemarkKind::kSeveralHosts:
      return "several-hosts";
    case ZoneRemarkKind::kMirrorOfMirror:
      return "mirror-of-mirror";
    case ZoneRemarkKind::kNoOriginal:
      return "no-original";
    case ZoneRemarkKind::kAlsoDomain:
      return "also-domain";
    case ZoneRemarkKind::kMirroredOtherwise:
      return "mirrored-otherwise";
  }
  return "";
}

bool IsLeftOut(ZoneRemarkKind kind) {
  switch (kind) {
    case ZoneRemarkKind::kNoAddress:
    case ZoneRemarkKind::kApexServer:
    case ZoneRemarkKind::kApexBelowDomain:
    case ZoneRemarkKind::kOrphanGlue:
    case ZoneRemarkKind::kDisputedAddress:
    case ZoneRemarkKind::kSeveralHosts:
    case ZoneRemarkKind::kMirroredOtherwise:
      return false;
    default:
      return true;
  }
}

void ZoneReport::Remark(ZoneRemarkKind kind, absl::string_view type, absl::string_view name,
                        std::string detail) {
  if (remark_counts[kind]++ >= kZoneRemarksMax) return;
  remarks.push_back({kind,
                     absl::StrCat(type, " ", absl::CHexEscape(name.substr(0, kShownBytesMax))),
                     std::move(detail)});
}

bool ZoneReport::whole() const {
  return std::none_of(remark_counts.begin(), remark_counts.end(),
                      [](const auto& entry) { return entry.second > 0 && IsLeftOut(entry.first); });
}

}  // namespace tidemark::failover
