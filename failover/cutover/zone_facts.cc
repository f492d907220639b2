#include "failover/cutover/zone_facts.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/cutover/master_file.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr size_t kApexRecordsMax = 64;  // of a type

// "" if it is not a name that a zone may carry.
std::string NameOf(const ldns_rdf* rdf) { return CanonicalName(TextOf(rdf)).value_or(""); }

std::string DsText(const ldns_rr* rr) {
  return absl::AsciiStrToLower(
      absl::StrCat(TextOf(ldns_rr_rdf(rr, 0)), " ", ldns_rdf2native_int8(ldns_rr_rdf(rr, 1)), " ",
                   TextOf(ldns_rr_rdf(rr, 2)), " ", TextOf(ldns_rr_rdf(rr, 3))));
}

// Of a key-signing key that is not revoked; nothing of others.
absl::StatusOr<std::vector<std::string>> DsOf(const ldns_rr* key) {
  std::vector<std::string> records;
  const uint16_t flags = ldns_rdf2native_int16(ldns_rr_dnskey_flags(key));
  if ((flags & LDNS_KEY_SEP_KEY) == 0 || (flags & LDNS_KEY_REVOKE_KEY) != 0) return records;
  for (const ldns_hash hash : {LDNS_SHA1, LDNS_SHA256, LDNS_SHA384}) {
    const UniqueRr ds(ldns_key_rr2ds(key, hash));
    if (ds == nullptr) return absl::InvalidArgumentError("a DNSKEY that gives no DS");
    records.push_back(DsText(ds.get()));
  }
  return records;
}

// RFC 4034 section 3.1.5: the time nearest to `now` that the 32 bits can mean.
absl::Time SerialTime(uint32_t bits, absl::Time now) {
  const int64_t seconds = absl::ToUnixSeconds(now);
  return absl::FromUnixSeconds(seconds +
                               static_cast<int32_t>(bits - static_cast<uint32_t>(seconds)));
}

// Of an SOA: RFC 2308 section 5.
absl::Duration NegativeTtl(const MasterRecord& soa) {
  return std::min(soa.ttl, absl::Seconds(ldns_rdf2native_int32(ldns_rr_rdf(soa.rr, 6))));
}

class FactsReader {
 public:
  FactsReader(absl::string_view tld, absl::Time now) : tld_(tld), now_(now) {}

  // What the whole file must be read for.
  absl::Status Add(const MasterRecord& record) {
    if (record.place == Place::kOutside) return absl::OkStatus();
    facts_.ttl_max = std::max(facts_.ttl_max, record.ttl);
    const bool at_apex = record.place == Place::kApex;
    switch (ldns_rr_get_type(record.rr)) {
      case LDNS_RR_TYPE_RRSIG:
        AddSignature(record);
        return absl::OkStatus();
      case LDNS_RR_TYPE_SOA:
        if (at_apex) AddSoa(record);
        return absl::OkStatus();
      case LDNS_RR_TYPE_NS:
        return at_apex ? AddServer(record) : absl::OkStatus();
      case LDNS_RR_TYPE_DNSKEY:
        return at_apex ? AddKey(record) : absl::OkStatus();
      default:
        AddAddress(record);
        return absl::OkStatus();
    }
  }

  // A zone has far more glue than its own servers', so of a host that was not yet one of them
  // nothing is kept. False if the file must be read once more, for addresses only.
  bool has_all_glue() const { return has_all_glue_; }
  void AddAddress(const MasterRecord& record) {
    const ldns_rr_type type = ldns_rr_get_type(record.rr);
    if (type != LDNS_RR_TYPE_A && type != LDNS_RR_TYPE_AAAA) return;
    if (record.place != Place::kBelow) return;
    const std::string owner = NameOf(ldns_rr_owner(record.rr));
    if (!servers_.contains(owner)) {
      passed_over_ = true;
      return;
    }
    facts_.address_ttl = std::max(facts_.address_ttl, record.ttl);
    std::set<std::string>& addresses = addresses_[owner];
    if (addresses.size() < kApexRecordsMax) {
      addresses.insert(TextOf(ldns_rr_rdf(record.rr, 0)));
    }
  }

  absl::StatusOr<ZoneFacts> Finish() {
    if (!saw_soa_) return absl::InvalidArgumentError(absl::StrCat("no SOA of ", tld_));
    for (const std::string& name : servers_) {
      NameServer server{.name = name, .addresses = {}};
      const auto found = addresses_.find(name);
      if (found != addresses_.end()) {
        server.addresses.assign(found->second.begin(), found->second.end());
      }
      facts_.servers.push_back(std::move(server));
    }
    std::sort(facts_.dnskeys.begin(), facts_.dnskeys.end());
    std::sort(facts_.ds.begin(), facts_.ds.end());
    return std::move(facts_);
  }

 private:
  void AddSoa(const MasterRecord& record) {
    saw_soa_ = true;
    facts_.serial = ldns_rdf2native_int32(ldns_rr_rdf(record.rr, 2));
    facts_.negative_ttl = NegativeTtl(record);
  }

  absl::Status AddServer(const MasterRecord& record) {
    const std::string name = NameOf(ldns_rr_rdf(record.rr, 0));
    if (name.empty()) return absl::InvalidArgumentError("a name server of the zone has no name");
    facts_.ns_ttl = std::max(facts_.ns_ttl, record.ttl);
    if (servers_.size() == kApexRecordsMax) return TooMany("NS");
    if (servers_.insert(name).second && passed_over_ && IsBelow(name, tld_)) has_all_glue_ = false;
    return absl::OkStatus();
  }

  absl::Status AddKey(const MasterRecord& record) {
    if (facts_.dnskeys.size() == kApexRecordsMax) return TooMany("DNSKEY");
    facts_.dnskey_ttl = std::max(facts_.dnskey_ttl, record.ttl);
    const ldns_rr* const rr = record.rr;
    facts_.dnskeys.push_back(absl::StrCat(ldns_rdf2native_int16(ldns_rr_dnskey_flags(rr)), " ",
                                          ldns_rdf2native_int8(ldns_rr_dnskey_protocol(rr)), " ",
                                          ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(rr)), " ",
                                          TextOf(ldns_rr_dnskey_key(rr))));
    ASSIGN_OR_RETURN(const std::vector<std::string> ds, DsOf(rr));
    facts_.ds.insert(facts_.ds.end(), ds.begin(), ds.end());
    return absl::OkStatus();
  }

  void AddSignature(const MasterRecord& record) {
    facts_.signed_ttl_max = std::max(facts_.signed_ttl_max, record.ttl);
    const absl::Time ends =
        SerialTime(ldns_rdf2native_int32(ldns_rr_rrsig_expiration(record.rr)), now_);
    std::optional<absl::Time>& first = facts_.first_signature_ends;
    std::optional<absl::Time>& last = facts_.last_signature_ends;
    if (!first.has_value() || ends < *first) first = ends;
    if (!last.has_value() || ends > *last) last = ends;
  }

  absl::Status TooMany(absl::string_view type) const {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kApexRecordsMax, " ", type, " of ", tld_));
  }

  const std::string tld_;
  const absl::Time now_;
  ZoneFacts facts_;
  bool saw_soa_ = false;
  bool passed_over_ = false;  // the address of a host inside the zone
  bool has_all_glue_ = true;
  std::set<std::string> servers_;
  std::map<std::string, std::set<std::string>> addresses_;
};

// What dig printed in a comment, behind `key`; "" if it did not.
std::string DigWord(absl::string_view text, absl::string_view key) {
  const size_t at = text.find(key);
  if (at == absl::string_view::npos) return "";
  text.remove_prefix(at + key.size());
  return std::string(text.substr(0, text.find_first_of(", \t\r\n")));
}

// A file without DS says that there is none only if it is the answer to that question, given
// without an error and by the parent: its SOA is that of a zone above.
absl::Status CheckSaysNone(const std::string& path, absl::string_view tld, bool has_parent_soa) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(path));
  const auto refused = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": no DS of ", tld, ", and ", why,
                                                   "; give all that dig ", tld,
                                                   ". DS prints, or --no-old-ds if there is none"));
  };
  const std::string status = DigWord(text, "status: ");
  if (status.empty()) return refused("no status of an answer");
  if (status != "NOERROR") return refused(absl::StrCat("the status is ", status));
  bool is_asked = false;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    is_asked = is_asked || (words.size() == 3 && words[1] == "IN" && words[2] == "DS" &&
                            absl::EqualsIgnoreCase(words[0], absl::StrCat(";", tld, ".")));
  }
  if (!is_asked) return refused("the question was another");
  return has_parent_soa ? absl::OkStatus() : refused("no SOA of the parent beside it");
}

}  // namespace

absl::StatusOr<ZoneFacts> ReadZoneFacts(const std::string& path, absl::string_view tld,
                                        absl::Time now) {
  FactsReader reader(tld, now);
  RETURN_IF_ERROR(
      ForEachRecord(path, tld, [&](const MasterRecord& record) { return reader.Add(record); }));
  if (!reader.has_all_glue()) {
    RETURN_IF_ERROR(ForEachRecord(path, tld, [&](const MasterRecord& record) {
      reader.AddAddress(record);
      return absl::OkStatus();
    }));
  }
  return reader.Finish();
}

absl::StatusOr<ShownByParent> ReadDsFile(const std::string& path, absl::string_view tld) {
  ShownByParent shown;
  bool has_parent_soa = false;
  RETURN_IF_ERROR(ForEachRecord(path, tld, [&](const MasterRecord& record) {
    const ldns_rr_type type = ldns_rr_get_type(record.rr);
    if (type == LDNS_RR_TYPE_SOA) {
      has_parent_soa = record.place == Place::kOutside;
      shown.negative_ttl = NegativeTtl(record);
    }
    if (type != LDNS_RR_TYPE_DS || record.place != Place::kApex) return absl::OkStatus();
    if (shown.ds.size() == kApexRecordsMax) return absl::InvalidArgumentError("too many DS");
    shown.ds.push_back(DsText(record.rr));
    shown.ds_ttl = std::max(shown.ds_ttl, record.ttl);
    return absl::OkStatus();
  }));
  if (shown.ds.empty()) {
    RETURN_IF_ERROR(CheckSaysNone(path, tld, has_parent_soa));
  } else {
    shown.negative_ttl = absl::ZeroDuration();
  }
  return shown;
}

absl::StatusOr<std::vector<std::string>> DsOfKey(absl::string_view tld, absl::string_view dnskey) {
  ldns_rr* raw = nullptr;
  const std::string text = absl::StrCat(tld, ". 0 IN DNSKEY ", dnskey);
  const ldns_status status = ldns_rr_new_frm_str(&raw, text.c_str(), 0, nullptr, nullptr);
  const UniqueRr rr(raw);
  if (status != LDNS_STATUS_OK) return absl::InvalidArgumentError("not the data of a DNSKEY");
  return DsOf(rr.get());
}

}  // namespace tidemark::failover
