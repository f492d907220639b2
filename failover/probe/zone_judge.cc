#include "failover/probe/zone_judge.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "failover/probe/names.h"
#include "failover/probe/record_text.h"
#include "failover/probe/zone_ttls.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::Duration kSignatureLeft = absl::Hours(24);
constexpr absl::Duration kClockSkewMax = absl::Minutes(10);
constexpr size_t kNsec3LabelBytes = 32;  // SHA-1 in base32hex, RFC 5155 section 3.3
constexpr size_t kOriginalTtl = 3;       // of an RRSIG, RFC 4034 section 3.1
constexpr size_t kExpiration = 4;
constexpr size_t kInception = 5;
constexpr size_t kSigner = 7;
constexpr size_t kIterations = 2;  // of NSEC3 and NSEC3PARAM, RFC 5155 sections 3.2 and 4.2
constexpr size_t kSalt = 3;
constexpr size_t kMinimum = 6;  // of an SOA, RFC 1035 section 3.3.13

// What an apex has, each with a signature; and what has one elsewhere.
const std::set<ldns_rr_type> kApexTypes = {LDNS_RR_TYPE_SOA, LDNS_RR_TYPE_NS, LDNS_RR_TYPE_DNSKEY,
                                           LDNS_RR_TYPE_NSEC3PARAM};
const std::set<ldns_rr_type> kSignedBelowApex = {LDNS_RR_TYPE_DS, LDNS_RR_TYPE_A, LDNS_RR_TYPE_AAAA,
                                                 LDNS_RR_TYPE_NSEC3};

// -1: it has no number of 32 bits there.
int64_t NumberAt(const ldns_rr& record, size_t position) {
  const ldns_rdf* const rdf = ldns_rr_rdf(&record, position);
  if (rdf == nullptr || ldns_rdf_size(rdf) != sizeof(uint32_t)) return -1;
  return ldns_rdf2native_int32(rdf);
}

// A time of a signature, within 68 years of `now` (RFC 4034 section 3.1.5).
absl::Time TimeAt(const ldns_rr& record, size_t position, absl::Time now) {
  const int64_t number = NumberAt(record, position);
  if (number < 0) return absl::InfinitePast();
  const int64_t base = absl::ToUnixSeconds(now);
  const uint32_t distance = static_cast<uint32_t>(number) - static_cast<uint32_t>(base);
  return absl::FromUnixSeconds(base + static_cast<int32_t>(distance));
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
    : testimony_(testimony), now_(now), content_(testimony) {
  for (const OwnServer& server : testimony.policy.own_servers) own_servers_.insert(server.name);
}

bool ZoneJudge::IsNsec3Owner(absl::string_view owner) const {
  if (ParentOf(owner) != testimony_.tld || owner.find('.') != kNsec3LabelBytes) return false;
  return std::all_of(owner.begin(), owner.begin() + kNsec3LabelBytes,
                     [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'v'); });
}

std::string ZoneJudge::FlawOfSignature(const ldns_rr& record, const std::string& owner) {
  const ldns_rr_type covered = TypeCoveredBy(record);
  const bool is_apex = owner == testimony_.tld;
  const bool may_be = is_apex ? kApexTypes.contains(covered) : kSignedBelowApex.contains(covered);
  if (!may_be || NameText(ldns_rr_rdf(&record, kSigner)) != testimony_.tld) {
    return absl::StrCat("a signature of ", TypeName(covered), " does not belong here");
  }
  if (is_apex) {
    apex_signatures_.insert(covered);
  } else {
    content_.Take(record, owner);
  }
  if (TimeAt(record, kExpiration, now_) < now_ + kSignatureLeft) {
    return absl::StrCat("the signature of ", TypeName(covered), " ends within a day, or has ended");
  }
  if (TimeAt(record, kInception, now_) > now_ + kClockSkewMax) {
    return absl::StrCat("the signature of ", TypeName(covered), " is not valid yet");
  }
  const uint32_t ttl = is_apex ? TtlAtApex(testimony_.policy, covered)
                               : TtlBelowApex(testimony_.policy, covered,
                                              own_servers_.contains(owner) ? AddressOf::kOwnServer
                                                                           : AddressOf::kOther);
  if (ldns_rr_ttl(&record) != ttl || NumberAt(record, kOriginalTtl) != static_cast<int64_t>(ttl)) {
    return absl::StrCat("TTL of the signature of ", TypeName(covered), ": expected ", ttl, ", got ",
                        ldns_rr_ttl(&record), ", of the set ", NumberAt(record, kOriginalTtl));
  }
  return "";
}

std::string ZoneJudge::FlawAtApex(const ldns_rr& record) {
  const ldns_rr_type type = ldns_rr_get_type(&record);
  if (!kApexTypes.contains(type)) return absl::StrCat(TypeName(type), " does not belong here");
  apex_ttls_[type].insert(ldns_rr_ttl(&record));
  if (type == LDNS_RR_TYPE_NS) apex_servers_.insert(NameText(ldns_rr_rdf(&record, 0)));
  if (type == LDNS_RR_TYPE_NSEC3PARAM) return FlawOfNsec3Parameters(record);
  if (type != LDNS_RR_TYPE_SOA) return "";
  const int64_t minimum = NumberAt(record, kMinimum);
  if (minimum == static_cast<int64_t>(testimony_.policy.minimum_seconds)) return "";
  return absl::StrCat("SOA: expected a minimum of ", testimony_.policy.minimum_seconds, ", got ",
                      minimum);
}

std::string ZoneJudge::FlawOf(const ldns_rr& record, const std::string& owner) {
  const ldns_rr_type type = ldns_rr_get_type(&record);
  if (ldns_rr_get_class(&record) != LDNS_RR_CLASS_IN) return "a record of another class";
  if (type == LDNS_RR_TYPE_RRSIG) return FlawOfSignature(record, owner);
  if (owner == testimony_.tld) return FlawAtApex(record);
  switch (type) {
    case LDNS_RR_TYPE_NSEC3:
      if (!IsNsec3Owner(owner)) return "NSEC3 does not belong here";
      content_.Take(record, owner);
      return FlawOfNsec3Parameters(record);
    case LDNS_RR_TYPE_NS:
    case LDNS_RR_TYPE_DS:
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      content_.Take(record, owner);
      return "";
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

void ZoneJudge::FinishApex() {
  const std::string& tld = testimony_.tld;
  if (apex_servers_ != own_servers_) {
    Differ(tld, absl::StrCat("NS: expected [", absl::StrJoin(own_servers_, ", "), "], got [",
                             absl::StrJoin(apex_servers_, ", "), "]"));
  }
  for (const ldns_rr_type type : kApexTypes) {
    const std::set<uint32_t>& ttls = apex_ttls_[type];
    if (ttls.empty()) {
      Differ(tld, absl::StrCat("no ", TypeName(type)));
      continue;
    }
    const uint32_t wanted = TtlAtApex(testimony_.policy, type);
    ++result_.ttls.compared;
    if (ttls == std::set<uint32_t>{wanted}) {
      ++result_.ttls.equal;
    } else {
      Differ(tld, absl::StrCat("TTL of ", TypeName(type), ": expected ", wanted, ", got [",
                               absl::StrJoin(ttls, ", "), "]"));
    }
    ++result_.signatures.compared;
    if (apex_signatures_.contains(type)) {
      ++result_.signatures.equal;
    } else {
      ++result_.signatures.missing;
      Differ(tld, absl::StrCat("no signature of ", TypeName(type)));
    }
  }
}

absl::StatusOr<WholeZoneResult> ZoneJudge::Finish() {
  FinishApex();
  RETURN_IF_ERROR(content_.Finish(
      [this](const std::string& name, std::string what) { Differ(name, std::move(what)); },
      result_));
  return std::move(result_);
}

}  // namespace tidemark::failover::probe
