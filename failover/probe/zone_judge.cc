#include "failover/probe/zone_judge.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "failover/probe/names.h"
#include "failover/probe/record_text.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::Duration kSignatureLeft = absl::Hours(24);
constexpr absl::Duration kClockSkewMax = absl::Minutes(10);
constexpr size_t kNsec3LabelBytes = 32;  // SHA-1 in base32hex, RFC 5155 section 3.3
constexpr size_t kTypeCovered = 0;       // of an RRSIG, RFC 4034 section 3.1
constexpr size_t kExpiration = 4;
constexpr size_t kInception = 5;
constexpr size_t kSigner = 7;
constexpr size_t kIterations = 2;  // of NSEC3 and NSEC3PARAM, RFC 5155 sections 3.2 and 4.2
constexpr size_t kSalt = 3;

bool Contains(const std::vector<uint64_t>& sorted, uint64_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

std::string TypeName(ldns_rr_type type) {
  char* const raw = ldns_rr_type2str(type);
  std::string name = raw == nullptr ? "?" : raw;
  std::free(raw);
  return name;
}

// A time of a signature, within 68 years of `now` (RFC 4034 section 3.1.5).
absl::Time TimeAt(const ldns_rr& record, size_t position, absl::Time now) {
  const ldns_rdf* const rdf = ldns_rr_rdf(&record, position);
  if (rdf == nullptr || ldns_rdf_size(rdf) != sizeof(uint32_t)) return absl::InfinitePast();
  const int64_t base = absl::ToUnixSeconds(now);
  const uint32_t distance = ldns_rdf2native_int32(rdf) - static_cast<uint32_t>(base);
  return absl::FromUnixSeconds(base + static_cast<int32_t>(distance));
}

ldns_rr_type TypeCovered(const ldns_rr& signature) {
  const ldns_rdf* const rdf = ldns_rr_rdf(&signature, kTypeCovered);
  if (rdf == nullptr || ldns_rdf_size(rdf) != sizeof(uint16_t)) return LDNS_RR_TYPE_NULL;
  return static_cast<ldns_rr_type>(ldns_rdf2native_int16(rdf));
}

std::string FlawOfNsec3Parameters(const ldns_rr& record) {
  const std::string iterations = TextOf(ldns_rr_rdf(&record, kIterations));
  const ldns_rdf* const salt = ldns_rr_rdf(&record, kSalt);
  // A salt's first byte is its length.
  if (iterations == "0" && salt != nullptr && ldns_rdf_size(salt) == 1) return "";
  return "NSEC3 with iterations or a salt";
}

}  // namespace

ZoneJudge::ZoneJudge(const Testimony& testimony, absl::Time now)
    : testimony_(testimony), now_(now), seen_(testimony.zone.delegated.size()) {
  for (const OwnServer& server : testimony.policy.own_servers) {
    own_servers_[server.name].insert(server.addresses.begin(), server.addresses.end());
  }
}

bool ZoneJudge::IsDelegated(absl::string_view name) const {
  return Contains(testimony_.zone.delegated, testimony_.zone.HashOf(name));
}

bool ZoneJudge::IsAtOrBelowDelegation(absl::string_view name) const {
  for (; IsInside(name, testimony_.tld); name = ParentOf(name)) {
    if (IsDelegated(name)) return true;
  }
  return false;
}

bool ZoneJudge::IsNsec3Owner(absl::string_view owner) const {
  if (ParentOf(owner) != testimony_.tld || owner.find('.') != kNsec3LabelBytes) return false;
  return std::all_of(owner.begin(), owner.begin() + kNsec3LabelBytes,
                     [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'v'); });
}

bool ZoneJudge::MayHaveAddresses(const std::string& owner) const {
  const WantedZone& zone = testimony_.zone;
  const bool is_used = zone.servers.contains(zone.HashOf(owner));
  if (IsAtOrBelowDelegation(owner)) return is_used;
  if (own_servers_.contains(owner)) return true;
  if (!is_used || Contains(zone.withheld, zone.HashOf(owner))) return false;
  if (testimony_.policy.orphan_glue) return true;
  for (absl::string_view name = owner; IsInside(name, testimony_.tld); name = ParentOf(name)) {
    if (Contains(zone.withheld, zone.HashOf(name))) return false;
  }
  return true;
}

std::string ZoneJudge::FlawOfAddress(const std::string& owner, const std::string& address) const {
  if (!MayHaveAddresses(owner)) return "an address where the deposit wants none";
  const auto own = own_servers_.find(owner);
  const WantedZone& zone = testimony_.zone;
  const bool is_known = own == own_servers_.end()
                            ? zone.addresses.contains(zone.HashOf(owner, address))
                            : own->second.contains(address);
  return is_known ? "" : "an address that the deposit does not give this server";
}

std::string ZoneJudge::FlawOfDelegation(const std::string& owner) {
  if (owner == delegated_) return "";  // one more server of it
  delegated_ = owner;
  const std::vector<uint64_t>& wanted = testimony_.zone.delegated;
  const uint64_t hash = testimony_.zone.HashOf(owner);
  const auto found = std::lower_bound(wanted.begin(), wanted.end(), hash);
  if (found == wanted.end() || *found != hash) return "delegated, and the deposit does not want it";
  const auto number = static_cast<size_t>(found - wanted.begin());
  if (seen_[number]) return "delegated a second time, or in another's place";
  seen_[number] = true;
  ++result_.delegations;
  return "";
}

std::string ZoneJudge::FlawOfNsec3(const ldns_rr& record, const std::string& owner) const {
  return IsNsec3Owner(owner) ? FlawOfNsec3Parameters(record) : "NSEC3 does not belong here";
}

std::string ZoneJudge::FlawOfSignature(const ldns_rr& record, const std::string& owner) const {
  const ldns_rr_type covered = TypeCovered(record);
  bool belongs = false;
  switch (covered) {
    case LDNS_RR_TYPE_SOA:
    case LDNS_RR_TYPE_NS:
    case LDNS_RR_TYPE_DNSKEY:
    case LDNS_RR_TYPE_NSEC3PARAM:
      belongs = owner == testimony_.tld;
      break;
    case LDNS_RR_TYPE_DS:
      belongs = IsDelegated(owner);
      break;
    case LDNS_RR_TYPE_NSEC3:
      belongs = IsNsec3Owner(owner);
      break;
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      belongs = MayHaveAddresses(owner) && !IsAtOrBelowDelegation(owner);
      break;
    default:
      break;
  }
  if (!belongs || NameText(ldns_rr_rdf(&record, kSigner)) != testimony_.tld) {
    return absl::StrCat("a signature of ", TypeName(covered), " does not belong here");
  }
  if (TimeAt(record, kExpiration, now_) < now_ + kSignatureLeft) {
    return absl::StrCat("the signature of ", TypeName(covered), " ends within a day, or has ended");
  }
  if (TimeAt(record, kInception, now_) > now_ + kClockSkewMax) {
    return absl::StrCat("the signature of ", TypeName(covered), " is not valid yet");
  }
  return "";
}

std::string ZoneJudge::FlawAtApex(const ldns_rr& record) {
  switch (ldns_rr_get_type(&record)) {
    case LDNS_RR_TYPE_NS:
      apex_servers_.insert(NameText(ldns_rr_rdf(&record, 0)));
      return "";
    case LDNS_RR_TYPE_SOA:
    case LDNS_RR_TYPE_DNSKEY:
      return "";
    case LDNS_RR_TYPE_NSEC3PARAM:
      return FlawOfNsec3Parameters(record);
    default:
      return absl::StrCat(TypeName(ldns_rr_get_type(&record)), " does not belong here");
  }
}

std::string ZoneJudge::FlawOf(const ldns_rr& record, const std::string& owner) {
  const ldns_rr_type type = ldns_rr_get_type(&record);
  if (ldns_rr_get_class(&record) != LDNS_RR_CLASS_IN) return "a record of another class";
  if (type == LDNS_RR_TYPE_RRSIG) return FlawOfSignature(record, owner);
  if (owner == testimony_.tld) return FlawAtApex(record);
  switch (type) {
    case LDNS_RR_TYPE_NS:
      return FlawOfDelegation(owner);
    case LDNS_RR_TYPE_DS:
      return IsDelegated(owner) ? "" : "DS where the deposit wants no delegation";
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      return FlawOfAddress(owner, TextOf(ldns_rr_rdf(&record, 0)));
    case LDNS_RR_TYPE_NSEC3:
      return FlawOfNsec3(record, owner);
    default:
      return absl::StrCat(TypeName(type), " does not belong here");
  }
}

void ZoneJudge::Differ(const std::string& name, std::string what) {
  if (result_.difference_count++ >= kDifferencesMax) return;
  result_.differences.push_back({name, std::move(what)});
}

void ZoneJudge::Take(const ldns_rr& record) {
  ++result_.records;
  const std::string owner = OwnerOf(&record);
  std::string flaw = FlawOf(record, owner);
  if (!flaw.empty()) Differ(owner, std::move(flaw));
}

WholeZoneResult ZoneJudge::Finish() {
  result_.delegations_wanted = seen_.size();
  const uint64_t missing = seen_.size() - result_.delegations;
  if (missing > 0) {
    Differ(testimony_.tld,
           absl::StrCat(missing, " delegations that the deposit wants are not in the zone"));
  }
  TextSet wanted;
  for (const auto& [name, addresses] : own_servers_) wanted.insert(name);
  if (apex_servers_ != wanted) {
    Differ(testimony_.tld, absl::StrCat("NS: expected [", absl::StrJoin(wanted, ", "), "], got [",
                                        absl::StrJoin(apex_servers_, ", "), "]"));
  }
  return std::move(result_);
}

}  // namespace tidemark::failover::probe
