#include "failover/zone/zone.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "failover/zone/dns_name.h"
#include "failover/zone/ds.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {
namespace {

// Names in a report are cut here; a hostile one may have 64 KiB.
constexpr size_t kShownBytesMax = 128;
// Look hosts up one by one if fewer than one in so many is needed; else read them all in order.
constexpr uint64_t kLookUpRatio = 16;

std::string Shown(absl::string_view kind, absl::string_view name) {
  return absl::StrCat(kind, " ", absl::CHexEscape(name.substr(0, kShownBytesMax)));
}

class ZoneBuilder {
 public:
  ZoneBuilder(const RegistryStore& store, std::string tld, const ZoneConfig& config,
              base::ByteSink& sink)
      : store_(store), tld_(std::move(tld)), config_(config), sink_(sink) {}

  absl::StatusOr<ZoneReport> Build() {
    report_.serial = *config_.serial;
    WriteApex();
    RETURN_IF_ERROR(
        store_.ForEachDomain([this](const rde::Domain& domain) { return AddDomain(domain); }));
    RETURN_IF_ERROR(CollectHostObjects());
    RETURN_IF_ERROR(WriteGlue());
    RETURN_IF_ERROR(Flush(0));
    report_.sha256_hex = digest_.Finish().ToHex();
    return std::move(report_);
  }

 private:
  struct InZoneHost {
    bool named = false;           // by a published domain
    bool has_object_ref = false;  // as a host object
    std::vector<Address> addresses;
  };

  void Remark(ZoneRemarkKind kind, std::string object, std::string detail) {
    if (report_.remark_counts[kind]++ >= kZoneRemarksMax) return;
    report_.remarks.push_back({kind, std::move(object), std::move(detail)});
  }

  void Line(absl::string_view owner, uint32_t ttl, absl::string_view type, absl::string_view data) {
    absl::StrAppend(&buffer_, owner, ". ", ttl, " IN ", type, " ", data, "\n");
  }

  absl::Status Flush(size_t bytes_min) {
    if (buffer_.size() < bytes_min || buffer_.empty()) return absl::OkStatus();
    digest_.Update(buffer_);
    report_.bytes += buffer_.size();
    RETURN_IF_ERROR(sink_.Write(buffer_));
    buffer_.clear();
    return absl::OkStatus();
  }

  void WriteApex() {
    Line(tld_, config_.apex_ttl_seconds, "SOA",
         absl::StrCat(config_.mname, ". ", config_.rname, ". ", *config_.serial, " ",
                      config_.refresh_seconds, " ", config_.retry_seconds, " ",
                      config_.expire_seconds, " ", config_.minimum_seconds));
    for (const ApexServer& server : config_.servers) {
      Line(tld_, config_.apex_ttl_seconds, "NS", server.name + ".");
    }
    for (const ApexServer& server : config_.servers) {
      if (!IsBelow(server.name, tld_)) continue;
      for (const Address& address : server.addresses) {
        WriteAddress(server.name, config_.apex_ttl_seconds, address);
      }
    }
  }

  void WriteAddress(absl::string_view owner, uint32_t ttl, const Address& address) {
    Line(owner, ttl, address.family == AddressFamily::kIpv4 ? "A" : "AAAA", address.text);
  }

  absl::Status AddDomain(const rde::Domain& domain) {
    CollectHostAttributes(domain);
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
        ++report_.inactive;
        return absl::OkStatus();
      case Publication::kPublished:
        break;
    }
    const std::optional<std::string> name = CanonicalName(domain.name);
    if (!name.has_value()) {
      Remark(ZoneRemarkKind::kInvalidName, Shown("domain", domain.name),
             absl::StrCat(domain.name.size(), " bytes"));
      return absl::OkStatus();
    }
    if (!IsBelow(*name, tld_)) {
      Remark(ZoneRemarkKind::kOutsideTld, Shown("domain", *name), absl::StrCat("not below ", tld_));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const bool hidden, IsHidden(store_, *name, tld_, config_));
    if (hidden) {
      Remark(ZoneRemarkKind::kBelowDomain, Shown("domain", *name),
             "a domain above it is delegated");
      return absl::OkStatus();
    }
    Delegate(*name, domain);
    return Flush(base::kCopyBufferBytes);
  }

  void Delegate(const std::string& name, const rde::Domain& domain) {
    std::vector<std::string> servers;
    const auto add = [&](const std::string& text) -> InZoneHost* {
      std::optional<std::string> server = CanonicalName(text);
      if (!server.has_value()) {
        Remark(ZoneRemarkKind::kInvalidServer, Shown("domain", name),
               absl::StrCat("a name server's name of ", text.size(), " bytes"));
        return nullptr;
      }
      if (std::find(servers.begin(), servers.end(), *server) == servers.end()) {
        servers.push_back(*server);
      }
      if (!IsBelow(*server, tld_)) return nullptr;
      InZoneHost& host = hosts_[*server];
      host.named = true;
      return &host;
    };
    for (const std::string& server : domain.host_objects) {
      if (InZoneHost* const host = add(server)) host->has_object_ref = true;
    }
    for (const rde::HostAttribute& attribute : domain.host_attributes) add(attribute.name);
    if (servers.empty()) {
      Remark(ZoneRemarkKind::kNoUsableServer, Shown("domain", name), "not delegated");
      return;
    }
    ++report_.delegations;
    std::sort(servers.begin(), servers.end());
    for (const std::string& server : servers) {
      Line(name, config_.delegation_ttl_seconds, "NS", server + ".");
      ++report_.ns_records;
    }
    WriteDs(name, domain);
  }

  void WriteDs(const std::string& name, const rde::Domain& domain) {
    if (!domain.sec_dns.has_value()) return;
    std::vector<std::string> records;
    const auto add = [&](absl::StatusOr<std::string> text) {
      if (!text.ok()) {
        Remark(ZoneRemarkKind::kInvalidDs, Shown("domain", name),
               std::string(text.status().message()));
      } else if (std::find(records.begin(), records.end(), *text) == records.end()) {
        records.push_back(*std::move(text));
      }
    };
    for (const rde::DsData& ds : domain.sec_dns->ds) add(DsText(ds));
    for (const rde::KeyData& key : domain.sec_dns->keys) add(DsTextOfKey(name, key));
    for (const std::string& record : records) Line(name, config_.ds_ttl_seconds, "DS", record);
    report_.ds_records += records.size();
    report_.signed_delegations += records.empty() ? 0 : 1;
  }

  void AddAddresses(const std::string& name, const std::vector<rde::HostAddress>& addresses) {
    InZoneHost& host = hosts_[name];
    for (const rde::HostAddress& text : addresses) {
      std::optional<Address> address = CanonicalAddress(text.address);
      if (!address.has_value()) {
        Remark(ZoneRemarkKind::kInvalidAddress, Shown("host", name),
               absl::StrCat("not an IP address, ", text.address.size(), " bytes"));
      } else if (std::find(host.addresses.begin(), host.addresses.end(), *address) ==
                 host.addresses.end()) {
        host.addresses.push_back(*std::move(address));
      }
    }
  }

  // Addresses are facts about the host, so any domain's word counts; whether the host is published
  // is another question.
  void CollectHostAttributes(const rde::Domain& domain) {
    for (const rde::HostAttribute& attribute : domain.host_attributes) {
      if (attribute.addresses.empty()) continue;
      const std::optional<std::string> name = CanonicalName(attribute.name);
      if (name.has_value() && IsBelow(*name, tld_)) AddAddresses(*name, attribute.addresses);
    }
  }

  absl::Status CollectHostObjects() {
    std::vector<std::string> wanted;
    for (const auto& [name, host] : hosts_) {
      if (host.named && host.has_object_ref) wanted.push_back(name);
    }
    if (wanted.size() * kLookUpRatio < CountOf(store_.counts(), ObjectType::kHost)) {
      for (const std::string& name : wanted) {
        ASSIGN_OR_RETURN(const std::vector<rde::Host> hosts, store_.FindHostsByName(name));
        for (const rde::Host& host : hosts) AddAddresses(name, host.addresses);
      }
      return absl::OkStatus();
    }
    return store_.ForEachHost([this](const rde::Host& host) {
      const std::optional<std::string> name = CanonicalName(host.name);
      if (!name.has_value()) return absl::OkStatus();
      const auto found = hosts_.find(*name);
      if (found != hosts_.end() && found->second.named && found->second.has_object_ref) {
        AddAddresses(*name, host.addresses);
      }
      return absl::OkStatus();
    });
  }

  absl::Status WriteGlue() {
    std::vector<std::string> names;
    for (const auto& [name, host] : hosts_) {
      if (host.named) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      InZoneHost& host = hosts_[name];
      if (IsApexServer(name)) {
        Remark(ZoneRemarkKind::kApexServer, Shown("host", name),
               "published with the configured addresses");
        continue;
      }
      if (host.addresses.empty()) {
        Remark(ZoneRemarkKind::kNoAddress, Shown("host", name), "named, but has no address");
        continue;
      }
      std::sort(host.addresses.begin(), host.addresses.end());
      ++report_.glue_hosts;
      report_.glue_records += host.addresses.size();
      for (const Address& address : host.addresses) {
        WriteAddress(name, config_.delegation_ttl_seconds, address);
      }
      RETURN_IF_ERROR(Flush(base::kCopyBufferBytes));
    }
    return absl::OkStatus();
  }

  bool IsApexServer(absl::string_view name) const {
    return std::any_of(config_.servers.begin(), config_.servers.end(),
                       [&](const ApexServer& server) { return server.name == name; });
  }

  const RegistryStore& store_;
  const std::string tld_;
  const ZoneConfig& config_;
  base::ByteSink& sink_;
  std::string buffer_;
  crypto::Sha256Stream digest_;
  ZoneReport report_;
  absl::flat_hash_map<std::string, InZoneHost> hosts_;
};

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
  }
  return "";
}

bool IsLeftOut(ZoneRemarkKind kind) {
  return kind != ZoneRemarkKind::kNoAddress && kind != ZoneRemarkKind::kApexServer;
}

bool ZoneReport::whole() const {
  return std::none_of(remark_counts.begin(), remark_counts.end(),
                      [](const auto& entry) { return entry.second > 0 && IsLeftOut(entry.first); });
}

absl::StatusOr<ZoneReport> WriteZone(const RegistryStore& store, absl::string_view tld,
                                     absl::Time watermark, const ZoneConfig& config,
                                     base::ByteSink& sink) {
  std::optional<std::string> name = CanonicalName(tld);
  if (!name.has_value()) return absl::InvalidArgumentError("the TLD is not a domain name");
  ASSIGN_OR_RETURN(const ZoneConfig complete, CompleteZoneConfig(config, *name, watermark));
  return ZoneBuilder(store, *std::move(name), complete, sink).Build();
}

}  // namespace tidemark::failover
