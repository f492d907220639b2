#include "failover/probe/content_judge.h"

#include <ldns/ldns.h>

#include <cstring>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "failover/probe/names.h"
#include "failover/probe/record_text.h"
#include "failover/probe/zone_ttls.h"

namespace tidemark::failover::probe {
namespace {

constexpr char kSet = 'R';        // data: type and text; value: TTL
constexpr char kSignature = 'S';  // data: the type that it covers
// Of the smallest records about as many have room in the largest message, 65,535 bytes.
constexpr size_t kRecordsMax = 5000;
constexpr size_t kShownMax = 13;  // of a set; a registry lets nobody have more name servers

// Types as two bytes, so that lines of one type lie together.
std::string TypeBytes(ldns_rr_type type) {
  return {static_cast<char>(static_cast<unsigned>(type) >> 8), static_cast<char>(type)};
}
ldns_rr_type TypeIn(absl::string_view data) {
  return static_cast<ldns_rr_type>(static_cast<uint8_t>(data[0]) << 8 |
                                   static_cast<uint8_t>(data[1]));
}

std::string DataOf(const ldns_rr& record) {
  switch (ldns_rr_get_type(&record)) {
    case LDNS_RR_TYPE_NS:
      return NameText(ldns_rr_rdf(&record, 0));
    case LDNS_RR_TYPE_DS:
      return DsTextOf(&record);
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      return TextOf(ldns_rr_rdf(&record, 0));
    default:
      return "";
  }
}

std::string Shown(const TextSet& set) {
  std::vector<absl::string_view> texts(set.begin(), set.end());
  const size_t left_out = texts.size() > kShownMax ? texts.size() - kShownMax : 0;
  texts.resize(texts.size() - left_out);
  return absl::StrCat("[", absl::StrJoin(texts, ", "),
                      left_out == 0 ? "" : absl::StrCat(" and ", left_out, " more"), "]");
}

std::string Unequal(absl::string_view what, const TextSet& wanted, const TextSet& seen) {
  return absl::StrCat(what, ": expected ", Shown(wanted), ", got ", Shown(seen));
}

// Whether they are equal; an empty set is none.
bool Tally(const TextSet& wanted, const TextSet& seen, SetTally& tally) {
  if (wanted.empty() && seen.empty()) return true;
  ++tally.compared;
  if (wanted == seen) {
    ++tally.equal;
  } else if (seen.empty()) {
    ++tally.missing;
  } else if (wanted.empty()) {
    ++tally.unwanted;
  }
  return wanted == seen;
}

}  // namespace

// What the zone has at one name.
struct ContentJudge::Seen {
  std::string owner;
  size_t records = 0;
  TextSet servers;
  TextSet ds;
  TextSet addresses;
  std::map<ldns_rr_type, std::set<uint32_t>> ttls;  // of each type that is there
  std::set<ldns_rr_type> signatures;
};

ContentJudge::ContentJudge(const Testimony& testimony)
    : testimony_(testimony), lines_(*testimony.scratch) {
  for (const OwnServer& server : testimony.policy.own_servers) own_servers_.insert(server.name);
}

void ContentJudge::Take(const ldns_rr& record, const std::string& owner) {
  const ldns_rr_type type = ldns_rr_get_type(&record);
  if (type == LDNS_RR_TYPE_RRSIG) {
    return lines_.Add(owner, kSignature, TypeBytes(TypeCoveredBy(record)));
  }
  const uint32_t ttl = ldns_rr_ttl(&record);
  char bytes[sizeof(ttl)];
  std::memcpy(bytes, &ttl, sizeof(ttl));
  lines_.Add(owner, kSet, absl::StrCat(TypeBytes(type), DataOf(record)),
             absl::string_view(bytes, sizeof(bytes)));
}

// All lines of the next name.
absl::StatusOr<bool> ContentJudge::NextSeen(Seen& seen) {
  seen = Seen();
  while (true) {
    if (!has_line_) {
      ASSIGN_OR_RETURN(has_line_, lines_.Next());
      if (!has_line_) return !seen.owner.empty();
    }
    if (seen.owner.empty()) seen.owner = std::string(lines_.owner());
    if (seen.owner != lines_.owner()) return true;
    has_line_ = false;
    if (++seen.records > kRecordsMax) continue;
    const ldns_rr_type type = TypeIn(lines_.data());
    if (lines_.kind() == kSignature) {
      seen.signatures.insert(type);
      continue;
    }
    uint32_t ttl = 0;
    std::memcpy(&ttl, lines_.value().data(), sizeof(ttl));
    seen.ttls[type].insert(ttl);
    if (type == LDNS_RR_TYPE_NSEC3) continue;
    TextSet& texts = type == LDNS_RR_TYPE_NS   ? seen.servers
                     : type == LDNS_RR_TYPE_DS ? seen.ds
                                               : seen.addresses;
    texts.emplace(lines_.data().substr(sizeof(uint16_t)));
  }
}

bool ContentJudge::IsAtOrBelowDelegation(absl::string_view name) const {
  for (; IsInside(name, testimony_.tld); name = ParentOf(name)) {
    if (testimony_.zone.IsDelegated(name)) return true;
  }
  return false;
}

void ContentJudge::CompareTtls(const Seen& seen) {
  const AddressOf addresses =
      own_servers_.contains(seen.owner) ? AddressOf::kOwnServer : AddressOf::kOther;
  for (const auto& [type, ttls] : seen.ttls) {
    const uint32_t wanted = TtlBelowApex(testimony_.policy, type, addresses);
    ++result_->ttls.compared;
    if (ttls == std::set<uint32_t>{wanted}) {
      ++result_->ttls.equal;
      continue;
    }
    DifferAt(seen.owner, absl::StrCat("TTL of ", TypeName(type), ": expected ", wanted, ", got [",
                                      absl::StrJoin(ttls, ", "), "]"));
  }
}

void ContentJudge::CompareSignatures(const Seen& seen) {
  const bool is_delegated = IsAtOrBelowDelegation(seen.owner);
  const auto is_authoritative = [is_delegated](ldns_rr_type type) {
    return type == LDNS_RR_TYPE_DS || type == LDNS_RR_TYPE_NSEC3 ||
           (type != LDNS_RR_TYPE_NS && !is_delegated);
  };
  for (const auto& [type, ttls] : seen.ttls) {
    if (!is_authoritative(type)) continue;
    ++result_->signatures.compared;
    if (seen.signatures.contains(type)) {
      ++result_->signatures.equal;
    } else {
      ++result_->signatures.missing;
      DifferAt(seen.owner, absl::StrCat("no signature of ", TypeName(type)));
    }
  }
  for (const ldns_rr_type type : seen.signatures) {
    if (is_authoritative(type) && seen.ttls.contains(type)) continue;
    ++result_->signatures.compared;
    ++result_->signatures.unwanted;
    DifferAt(seen.owner, absl::StrCat("a signature of ", TypeName(type), " does not belong here"));
  }
}

void ContentJudge::Compare(const OwnerContent& wanted, const Seen& seen) {
  const std::string& owner = wanted.owner;
  if (seen.records > kRecordsMax) DifferAt(owner, "more records than an answer has room for");
  result_->delegations_wanted += wanted.servers.empty() ? 0 : 1;
  result_->delegations += wanted.servers.empty() || seen.servers.empty() ? 0 : 1;
  if (!Tally(wanted.servers, seen.servers, result_->servers)) {
    DifferAt(owner, wanted.servers.empty() ? "delegated, and the deposit does not want it"
                                           : Unequal("NS", wanted.servers, seen.servers));
  }
  if (!Tally(wanted.ds, seen.ds, result_->ds)) {
    DifferAt(owner, wanted.servers.empty() ? "DS where the deposit wants no delegation"
                                           : Unequal("DS", wanted.ds, seen.ds));
  }
  if (!Tally(wanted.addresses, seen.addresses, result_->addresses)) {
    DifferAt(owner, wanted.addresses.empty()
                        ? "an address where the deposit wants none"
                        : Unequal("addresses", wanted.addresses, seen.addresses));
  }
  CompareTtls(seen);
  CompareSignatures(seen);
}

absl::Status ContentJudge::Finish(const Differ& differ, WholeZoneResult& result) {
  differ_ = &differ;
  result_ = &result;
  RETURN_IF_ERROR(lines_.Sort());
  WantedContent::Reader reader(*testimony_.content);
  OwnerContent wanted;
  Seen seen;
  ASSIGN_OR_RETURN(bool has_wanted, reader.Next(wanted));
  ASSIGN_OR_RETURN(bool has_seen, NextSeen(seen));
  while (has_wanted || has_seen) {
    const int order = !has_wanted ? 1 : !has_seen ? -1 : wanted.owner.compare(seen.owner);
    Compare(order <= 0 ? wanted : OwnerContent{.owner = seen.owner}, order >= 0 ? seen : Seen());
    if (order <= 0) {
      ASSIGN_OR_RETURN(has_wanted, reader.Next(wanted));
    }
    if (order >= 0) {
      ASSIGN_OR_RETURN(has_seen, NextSeen(seen));
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover::probe
