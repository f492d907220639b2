#include "failover/cutover/zone_facts.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr size_t kApexRecordsMax = 64;  // of a type

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct RecordFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};

// $ORIGIN, the last owner and the default TTL of a master file while it is read.
struct ReadingState {
  ~ReadingState() {
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
  }
  uint32_t ttl = 0;
  ldns_rdf* origin = nullptr;
  ldns_rdf* previous = nullptr;
  int line = 0;
};

std::string TextOf(const ldns_rdf* rdf) {
  char* const text = ldns_rdf2str(rdf);
  if (text == nullptr) return "";
  std::string out = text;
  std::free(text);
  return out;
}

// "" if it is not a name that a zone may carry.
std::string NameOf(const ldns_rdf* rdf) { return CanonicalName(TextOf(rdf)).value_or(""); }

std::string DsText(const ldns_rr* rr) {
  return absl::AsciiStrToLower(
      absl::StrCat(TextOf(ldns_rr_rdf(rr, 0)), " ", ldns_rdf2native_int8(ldns_rr_rdf(rr, 1)), " ",
                   TextOf(ldns_rr_rdf(rr, 2)), " ", TextOf(ldns_rr_rdf(rr, 3))));
}

absl::Status ForEachRecord(const std::string& path,
                           const std::function<absl::Status(const ldns_rr*)>& visit) {
  const std::unique_ptr<std::FILE, FileClose> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return base::ErrnoStatus(errno, path);
  ReadingState state;
  while (std::feof(file.get()) == 0) {
    ldns_rr* raw = nullptr;
    const ldns_status status = ldns_rr_new_frm_fp_l(&raw, file.get(), &state.ttl, &state.origin,
                                                    &state.previous, &state.line);
    const std::unique_ptr<ldns_rr, RecordFree> rr(raw);
    if (status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
        status == LDNS_STATUS_SYNTAX_ORIGIN) {
      continue;
    }
    if (status != LDNS_STATUS_OK) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", state.line, ": ", ldns_get_errorstr_by_id(status)));
    }
    RETURN_IF_ERROR(visit(rr.get()));
  }
  return absl::OkStatus();
}

class FactsReader {
 public:
  explicit FactsReader(absl::string_view tld) : tld_(tld) {}

  // What the whole file must be read for.
  absl::Status Add(const ldns_rr* rr) {
    const absl::Duration ttl = absl::Seconds(ldns_rr_ttl(rr));
    facts_.ttl_max = std::max(facts_.ttl_max, ttl);
    const ldns_rr_type type = ldns_rr_get_type(rr);
    if (type == LDNS_RR_TYPE_RRSIG) AddSignature(rr);
    if (type != LDNS_RR_TYPE_SOA && type != LDNS_RR_TYPE_NS && type != LDNS_RR_TYPE_DNSKEY &&
        type != LDNS_RR_TYPE_A && type != LDNS_RR_TYPE_AAAA) {
      return absl::OkStatus();
    }
    const std::string owner = NameOf(ldns_rr_owner(rr));
    if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA) {
      AddAddress(owner, rr);
      return absl::OkStatus();
    }
    if (owner != tld_) return absl::OkStatus();
    if (type == LDNS_RR_TYPE_SOA) {
      AddSoa(rr, ttl);
      return absl::OkStatus();
    }
    if (type == LDNS_RR_TYPE_NS) return AddServer(rr, ttl);
    return AddKey(rr, ttl);
  }

  // A zone has far more glue than its own servers', so of a host that was not yet one of them
  // nothing is kept. False if the file must be read once more, for addresses only.
  bool has_all_glue() const { return has_all_glue_; }
  void AddAddress(const ldns_rr* rr) {
    const ldns_rr_type type = ldns_rr_get_type(rr);
    if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA) {
      AddAddress(NameOf(ldns_rr_owner(rr)), rr);
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
  void AddAddress(const std::string& owner, const ldns_rr* rr) {
    if (!IsBelow(owner, tld_)) return;
    if (!servers_.contains(owner)) {
      passed_over_ = true;
      return;
    }
    std::set<std::string>& addresses = addresses_[owner];
    if (addresses.size() < kApexRecordsMax) addresses.insert(TextOf(ldns_rr_rdf(rr, 0)));
  }

  void AddSoa(const ldns_rr* rr, absl::Duration ttl) {
    saw_soa_ = true;
    facts_.serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
    facts_.negative_ttl = std::min(ttl, absl::Seconds(ldns_rdf2native_int32(ldns_rr_rdf(rr, 6))));
  }

  absl::Status AddServer(const ldns_rr* rr, absl::Duration ttl) {
    const std::string name = NameOf(ldns_rr_rdf(rr, 0));
    if (name.empty()) return absl::InvalidArgumentError("a name server of the zone has no name");
    facts_.ns_ttl = std::max(facts_.ns_ttl, ttl);
    if (servers_.size() == kApexRecordsMax) return TooMany("NS");
    if (servers_.insert(name).second && passed_over_ && IsBelow(name, tld_)) has_all_glue_ = false;
    return absl::OkStatus();
  }

  absl::Status AddKey(const ldns_rr* rr, absl::Duration ttl) {
    if (facts_.dnskeys.size() == kApexRecordsMax) return TooMany("DNSKEY");
    facts_.dnskey_ttl = std::max(facts_.dnskey_ttl, ttl);
    const uint16_t flags = ldns_rdf2native_int16(ldns_rr_dnskey_flags(rr));
    facts_.dnskeys.push_back(absl::StrCat(
        flags, " ", ldns_rdf2native_int8(ldns_rr_dnskey_protocol(rr)), " ",
        ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(rr)), " ", TextOf(ldns_rr_dnskey_key(rr))));
    if ((flags & LDNS_KEY_SEP_KEY) == 0 || (flags & LDNS_KEY_REVOKE_KEY) != 0) {
      return absl::OkStatus();
    }
    for (const ldns_hash hash : {LDNS_SHA256, LDNS_SHA384}) {
      const std::unique_ptr<ldns_rr, RecordFree> ds(ldns_key_rr2ds(rr, hash));
      if (ds == nullptr) return absl::InvalidArgumentError("a DNSKEY that gives no DS");
      facts_.ds.push_back(DsText(ds.get()));
    }
    return absl::OkStatus();
  }

  void AddSignature(const ldns_rr* rr) {
    const absl::Time ends =
        absl::FromUnixSeconds(ldns_rdf2native_int32(ldns_rr_rrsig_expiration(rr)));
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
  ZoneFacts facts_;
  bool saw_soa_ = false;
  bool passed_over_ = false;  // the address of a host inside the zone
  bool has_all_glue_ = true;
  std::set<std::string> servers_;
  std::map<std::string, std::set<std::string>> addresses_;
};

}  // namespace

absl::StatusOr<ZoneFacts> ReadZoneFacts(const std::string& path, absl::string_view tld) {
  FactsReader reader(tld);
  RETURN_IF_ERROR(ForEachRecord(path, [&](const ldns_rr* rr) { return reader.Add(rr); }));
  if (!reader.has_all_glue()) {
    RETURN_IF_ERROR(ForEachRecord(path, [&](const ldns_rr* rr) {
      reader.AddAddress(rr);
      return absl::OkStatus();
    }));
  }
  return reader.Finish();
}

absl::StatusOr<std::vector<std::string>> ReadDsFile(const std::string& path,
                                                    absl::string_view tld) {
  std::vector<std::string> records;
  RETURN_IF_ERROR(ForEachRecord(path, [&](const ldns_rr* rr) {
    if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_DS || NameOf(ldns_rr_owner(rr)) != tld) {
      return absl::OkStatus();
    }
    if (records.size() == kApexRecordsMax) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": too many DS"));
    }
    records.push_back(DsText(rr));
    return absl::OkStatus();
  }));
  if (records.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": no DS of ", tld));
  }
  return records;
}

}  // namespace tidemark::failover
