#include "tools/generator/zone.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "tools/generator/addresses.h"

namespace tidemark::generator {
namespace {

class ZoneText {
 public:
  ZoneText(const Model& model, base::ByteSink& sink) : model_(model), names_(model), sink_(sink) {}

  void Apex();
  absl::Status Delegation(const DomainPlan& plan);
  absl::Status Mirrors(const DomainPlan& plan);
  absl::Status Glue(uint64_t in_zone_host);
  absl::Status Flush();

 private:
  absl::Status FlushIfLarge() {
    return text_.size() < base::kCopyBufferBytes ? absl::OkStatus() : Flush();
  }

  void Servers(const DomainPlan& plan);

  const Model& model_;
  Names names_;
  base::ByteSink& sink_;
  std::string text_;
  std::string name_;
  std::string host_;
  Addresses addresses_;
  std::vector<DsFields> ds_;
};

void ZoneText::Apex() {
  const std::string& tld = model_.options().tld;
  absl::StrAppend(&text_, tld, ". 86400 IN SOA ns1.nic.", tld, ". hostmaster.nic.", tld, ". ",
                  FormatCompactDate(model_.watermark()), "00 1800 900 604800 3600\n");
  for (const char* host : {"ns1.nic.", "ns2.nic."}) {
    absl::StrAppend(&text_, tld, ". 86400 IN NS ", host, tld, ".\n");
  }
  for (const char* host : {"ns1.nic.", "ns2.nic."}) {
    absl::StrAppend(&text_, host, tld, ". 86400 IN A 127.0.0.1\n");
    absl::StrAppend(&text_, host, tld, ". 86400 IN AAAA ::1\n");
  }
}

// Of `name_`.
void ZoneText::Servers(const DomainPlan& plan) {
  for (int i = 0; i < plan.host_count; ++i) {
    names_.HostName(plan.hosts[static_cast<size_t>(i)], host_);
    absl::StrAppend(&text_, name_, ". 3600 IN NS ", host_, ".\n");
  }
}

absl::Status ZoneText::Delegation(const DomainPlan& plan) {
  names_.DomainName(plan, name_);
  Servers(plan);
  names_.DsOf(plan, ds_);
  for (const DsFields& ds : ds_) {
    absl::StrAppend(&text_, name_, ". 3600 IN DS ", ds.key_tag, " ", ds.algorithm, " ");
    absl::StrAppend(&text_, ds.digest_type, " ", ds.digest, "\n");
  }
  return FlushIfLarge();
}

// The variants of its label that are delegated as it is; a DS would be of another name.
absl::Status ZoneText::Mirrors(const DomainPlan& plan) {
  if (plan.script != Script::kChinese || plan.variant != 0) return absl::OkStatus();
  DomainPlan mirror = plan;
  for (mirror.variant = 1; mirror.variant <= 3; ++mirror.variant) {
    if (model_.VariantIsDomain(plan.number, mirror.variant) ||
        model_.StateOfVariant(plan.number, mirror.variant) != VariantState::kMirroredByServers) {
      continue;
    }
    names_.DomainName(mirror, name_);
    Servers(plan);
  }
  return FlushIfLarge();
}

absl::Status ZoneText::Glue(uint64_t in_zone_host) {
  names_.HostName({true, in_zone_host}, host_);
  names_.HostAddresses(in_zone_host, addresses_);
  absl::StrAppend(&text_, host_, ". 3600 IN A ", addresses_.v4, "\n");
  if (!addresses_.v6.empty()) {
    absl::StrAppend(&text_, host_, ". 3600 IN AAAA ", addresses_.v6, "\n");
  }
  return FlushIfLarge();
}

absl::Status ZoneText::Flush() {
  const absl::Status status = sink_.Write(text_);
  text_.clear();
  return status;
}

}  // namespace

absl::Status WriteZone(const Model& model, const Census& census, base::ByteSink& sink) {
  ZoneText zone(model, sink);
  zone.Apex();
  for (uint64_t number = 0; number < model.domain_numbers(); ++number) {
    if (!model.Exists(number)) continue;
    const DomainPlan plan = model.PlanDomain(number);
    if (!plan.published()) continue;
    RETURN_IF_ERROR(zone.Delegation(plan));
    RETURN_IF_ERROR(zone.Mirrors(plan));
  }
  for (uint64_t host = 0; host < model.in_zone_host_numbers(); ++host) {
    if (census.in_zone_host_published[host]) RETURN_IF_ERROR(zone.Glue(host));
  }
  return zone.Flush();
}

}  // namespace tidemark::generator
