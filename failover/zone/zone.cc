#include "failover/zone/zone.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/zone/delegation.h"
#include "failover/zone/dns_name.h"
#include "failover/zone/ds.h"
#include "failover/zone/glue.h"
#include "failover/zone/master_file.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {
namespace {

constexpr absl::string_view kDomain = "domain";
constexpr absl::string_view kNndn = "NNDN";

class ZoneBuilder {
 public:
  ZoneBuilder(const RegistryStore& store, std::string tld, const ZoneConfig& config,
              base::ByteSink& sink)
      : store_(store),
        tld_(std::move(tld)),
        config_(config),
        file_(sink),
        delegations_(store_, tld_, config_),
        glue_(store_, delegations_, tld_, config_, report_) {}

  absl::StatusOr<ZoneReport> Build() {
    report_.serial = *config_.serial;
    WriteApex();
    RETURN_IF_ERROR(
        store_.ForEachDomain([this](const rde::Domain& domain) { return AddDomain(domain); }));
    RETURN_IF_ERROR(store_.ForEachNndn([this](const rde::Nndn& nndn) { return AddNndn(nndn); }));
    RETURN_IF_ERROR(glue_.Write(file_));
    RETURN_IF_ERROR(file_.Finish());
    report_.bytes = file_.bytes();
    report_.sha256_hex = file_.Sha256Hex();
    return std::move(report_);
  }

 private:
  void WriteApex() {
    file_.Add(tld_, config_.apex_ttl_seconds, "SOA",
              absl::StrCat(config_.mname, ". ", config_.rname, ". ", *config_.serial, " ",
                           config_.refresh_seconds, " ", config_.retry_seconds, " ",
                           config_.expire_seconds, " ", config_.minimum_seconds));
    for (const ApexServer& server : config_.servers) {
      file_.Add(tld_, config_.apex_ttl_seconds, "NS", server.name + ".");
    }
    for (const ApexServer& server : config_.servers) {
      if (!IsBelow(server.name, tld_)) continue;
      for (const Address& address : server.addresses) {
        file_.AddAddress(server.name, config_.apex_ttl_seconds, address);
      }
    }
  }

  absl::Status AddDomain(const rde::Domain& domain) {
    glue_.CollectOwn(domain);
    const bool is_mirrored = IsMirrored(domain);
    switch (PublicationOf(domain, config_)) {
      case Publication::kPendingCreate:
        ++report_.pending_create;
        return absl::OkStatus();
      case Publication::kPendingDelete:
        ++report_.pending_delete;
        return absl::OkStatus();
      case Publication::kHeld:
        ++report_.held;
        return absl::OkStatus();
      case Publication::kInactive:
        if (is_mirrored) break;
        ++report_.inactive;
        return absl::OkStatus();
      case Publication::kPublished:
        break;
    }
    ASSIGN_OR_RETURN(const std::optional<std::string> name, PlaceFor(kDomain, domain.name));
    if (!name.has_value()) return absl::OkStatus();
    if (is_mirrored) {
      ASSIGN_OR_RETURN(const bool delegated, Mirror(kDomain, *name, domain.original_name));
      if (delegated) WriteDs(*name, domain);
    } else {
      Delegate(*name, domain);
    }
    return file_.Flush();
  }

  // RFC 9022 section 5.6.1.1: a mirrored NNDN is delegated with the NS records of its original.
  // A DS it has none: it digests the owner's name (RFC 4034 section 5.1.4), so the original's would
  // make the variant unreachable.
  absl::Status AddNndn(const rde::Nndn& nndn) {
    if (nndn.name_state != "mirrored") return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::optional<std::string> name, PlaceFor(kNndn, nndn.a_name));
    if (!name.has_value()) return absl::OkStatus();
    if (!IsMirrored(nndn)) {
      report_.Remark(ZoneRemarkKind::kMirroredOtherwise, kNndn, *name,
                     "mirroringNS is false; the deposit does not say how it was mirrored");
      return absl::OkStatus();
    }
    const absl::Status domain = store_.FindDomain(*name).status();
    if (domain.ok()) {
      report_.Remark(ZoneRemarkKind::kAlsoDomain, kNndn, *name, "the domain object decides");
      return absl::OkStatus();
    }
    if (!absl::IsNotFound(domain)) return domain;
    RETURN_IF_ERROR(Mirror(kNndn, *name, nndn.original_name).status());
    return file_.Flush();
  }

  // The name as the zone has it; nothing, and a remark, if it has no place there.
  absl::StatusOr<std::optional<std::string>> PlaceFor(absl::string_view type,
                                                      absl::string_view text) {
    std::optional<std::string> name = CanonicalName(text);
    if (!name.has_value()) {
      report_.Remark(ZoneRemarkKind::kInvalidName, type, text, absl::StrCat(text.size(), " bytes"));
      return std::nullopt;
    }
    if (!IsHostname(*name)) {
      report_.Remark(ZoneRemarkKind::kInvalidName, type, *name, "not a host name (RFC 1123)");
      return std::nullopt;
    }
    if (!IsBelow(*name, tld_)) {
      report_.Remark(ZoneRemarkKind::kOutsideTld, type, *name, absl::StrCat("not below ", tld_));
      return std::nullopt;
    }
    ASSIGN_OR_RETURN(const bool hidden, delegations_.IsBelowDelegated(*name));
    if (hidden) {
      report_.Remark(ZoneRemarkKind::kBelowDomain, type, *name, "a name above it is delegated");
      return std::nullopt;
    }
    return name;
  }

  // False if the original is not delegated either. Glue is the original's, which needs it, too.
  absl::StatusOr<bool> Mirror(absl::string_view type, const std::string& name,
                              const std::string& original_name) {
    ASSIGN_OR_RETURN(const Delegations::Original original,
                     delegations_.FindOriginal(original_name));
    if (!original.domain.has_value()) {
      report_.Remark(ZoneRemarkKind::kNoOriginal, type, name,
                     original_name.empty() ? "names no original" : "its original is no domain");
      return false;
    }
    if (IsMirrored(*original.domain) &&
        PublicationOf(*original.domain, config_) == Publication::kInactive) {
      report_.Remark(ZoneRemarkKind::kMirrorOfMirror, type, name,
                     "its original has no servers of its own to be mirrored");
      return false;
    }
    if (original.servers.empty()) {
      ++report_.original_unpublished;
      return false;
    }
    ++report_.mirrored;
    WriteServers(name, original.servers);
    return true;
  }

  void Delegate(const std::string& name, const rde::Domain& domain) {
    const std::vector<std::string> servers = ServersOf(domain, [&](absl::string_view text) {
      report_.Remark(ZoneRemarkKind::kInvalidServer, kDomain, name,
                     absl::StrCat("a name server's name of ", text.size(), " bytes"));
    });
    if (servers.empty()) {
      report_.Remark(ZoneRemarkKind::kNoUsableServer, kDomain, name, "not delegated");
      return;
    }
    glue_.Need(name, domain);
    WriteServers(name, servers);
    WriteDs(name, domain);
  }

  void WriteServers(const std::string& name, const std::vector<std::string>& servers) {
    ++report_.delegations;
    report_.ns_records += servers.size();
    for (const std::string& server : servers) {
      file_.Add(name, config_.delegation_ttl_seconds, "NS", server + ".");
    }
  }

  void WriteDs(const std::string& name, const rde::Domain& domain) {
    if (!domain.sec_dns.has_value()) return;
    std::vector<std::string> records;
    const auto add = [&](absl::StatusOr<std::string> text) {
      if (!text.ok()) {
        report_.Remark(ZoneRemarkKind::kInvalidDs, kDomain, name,
                       std::string(text.status().message()));
      } else if (std::find(records.begin(), records.end(), *text) == records.end()) {
        records.push_back(*std::move(text));
      }
    };
    for (const rde::DsData& ds : domain.sec_dns->ds) add(DsText(ds));
    for (const rde::KeyData& key : domain.sec_dns->keys) add(DsTextOfKey(name, key));
    for (const std::string& record : records) file_.Add(name, config_.ds_ttl_seconds, "DS", record);
    report_.ds_records += records.size();
    report_.signed_delegations += records.empty() ? 0 : 1;
  }

  const RegistryStore& store_;
  const std::string tld_;
  const ZoneConfig& config_;
  ZoneReport report_;
  MasterFile file_;
  const Delegations delegations_;
  Glue glue_;
};

}  // namespace

absl::StatusOr<ZoneReport> WriteZone(const RegistryStore& store, absl::string_view tld,
                                     absl::Time watermark, const ZoneConfig& config,
                                     base::ByteSink& sink) {
  std::optional<std::string> name = CanonicalName(tld);
  if (!name.has_value()) return absl::InvalidArgumentError("the TLD is not a domain name");
  ASSIGN_OR_RETURN(const ZoneConfig complete, CompleteZoneConfig(config, *name, watermark));
  return ZoneBuilder(store, *std::move(name), complete, sink).Build();
}

}  // namespace tidemark::failover
