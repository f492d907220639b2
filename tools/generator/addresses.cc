#include "tools/generator/addresses.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tidemark::generator {
namespace {

// Fields of a host's dice.
enum HostField : uint32_t { kFieldV4, kFieldV6, kFieldHasV6 };
// Fields of a domain's dice for DS data, apart from those that plan it. A digest takes six.
constexpr uint32_t kFieldDsBase = 100;
constexpr uint32_t kFieldDsStride = 16;
constexpr uint32_t kFieldSuffix = 0;

constexpr int kAspectAddress = 0;
constexpr int kAspectDs = 1;

constexpr uint64_t kDomainSalt = 1;
constexpr uint64_t kProviderSalt = 2;

void AppendHex(uint64_t value, std::string& out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kDigits[value >> shift & 0xF]);
}

}  // namespace

Names::Names(const Model& model)
    : model_(model),
      domain_labels_(model.options().seed, kDomainSalt),
      provider_labels_(model.options().seed, kProviderSalt) {
  // Providers live elsewhere, whatever our own TLD is.
  const std::string below = absl::StrCat(".", model.options().tld);
  for (const char* suffix : {".net", ".com", ".org", ".info", ".eu", ".dev", ".cloud"}) {
    if (below == suffix || absl::EndsWith(below, suffix)) continue;
    provider_suffixes_.push_back(suffix);
  }
}

void Names::LabelOf(const DomainPlan& plan, Label& out) const {
  domain_labels_.Make(plan.original, plan.script, plan.variant, out);
}

void Names::DomainName(const DomainPlan& plan, std::string& out) {
  LabelOf(plan, label_);
  out.assign(label_.ascii);
  out.push_back('.');
  out.append(model_.options().tld);
}

void Names::HostName(const HostKey& host, std::string& out) {
  const uint64_t per_owner = host.in_zone ? kOwnedHosts : kProviderHosts;
  const uint64_t owner = host.number / per_owner;
  out.assign("ns");
  out.push_back(static_cast<char>('1' + host.number % per_owner));
  out.push_back('.');
  if (!host.in_zone) {
    const Dice dice = model_.DiceOf(Stream::kProvider, owner);
    provider_labels_.AppendAscii(owner, out);
    out.append(provider_suffixes_[dice.Below(provider_suffixes_.size(), kFieldSuffix)]);
    return;
  }
  LabelOf(model_.PlanDomain(owner), label_);
  out.append(label_.ascii);
  out.push_back('.');
  out.append(model_.options().tld);
}

void Names::HostAddresses(uint64_t in_zone_host, Addresses& out) const {
  const int born = model_.BornOfDomain(in_zone_host / kOwnedHosts);
  const uint32_t version =
      model_.ChangesOf(Stream::kInZoneHost, in_zone_host, born).aspects[kAspectAddress];
  const Dice dice = model_.DiceOf(Stream::kInZoneHost, in_zone_host);
  // RFC 2544's and RFC 3849's networks: no host of the Internet is named by accident.
  const uint64_t v4 = dice.Below(1 << 17, kFieldV4, version);
  out.v4.clear();
  absl::StrAppend(&out.v4, "198.", 18 + (v4 >> 16), ".", v4 >> 8 & 0xFF, ".", v4 & 0xFF);
  out.v6.clear();
  if (dice.Below(5, kFieldHasV6) == 0) return;
  // No group is zero but those that "::" stands for: the only spelling of RFC 5952.
  const uint64_t v6 = dice.Roll(kFieldV6, version);
  absl::StrAppend(&out.v6, "2001:db8:", absl::Hex(1 + v6 % 0xFFFF), ":",
                  absl::Hex(1 + (v6 >> 20) % 0xFFFF), "::", absl::Hex(1 + (v6 >> 40) % 0xFFFF));
}

void Names::DsOf(const DomainPlan& plan, std::vector<DsFields>& out) const {
  out.resize(static_cast<size_t>(plan.ds_count));
  const Dice dice = model_.DiceOf(Stream::kDomain, plan.number);
  const uint32_t version = plan.changes.aspects[kAspectDs];
  for (int i = 0; i < plan.ds_count; ++i) {
    DsFields& ds = out[static_cast<size_t>(i)];
    const uint32_t field = kFieldDsBase + kFieldDsStride * static_cast<uint32_t>(i);
    ds.key_tag = static_cast<uint16_t>(dice.Below(65535, field, version) + 1);
    ds.algorithm = dice.Below(4, field + 1, version) == 0 ? 8 : 13;
    ds.digest_type = dice.Below(10, field + 2, version) == 0 ? 4 : 2;
    const uint32_t words = ds.digest_type == 4 ? 6 : 4;  // SHA-384, SHA-256
    ds.digest.clear();
    for (uint32_t word = 0; word < words; ++word) {
      AppendHex(dice.Roll(field + 3 + word, version), ds.digest);
    }
  }
}

}  // namespace tidemark::generator
