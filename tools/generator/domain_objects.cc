#include "tools/generator/fields.h"
#include "tools/generator/objects.h"

namespace tidemark::generator {
namespace {

constexpr int kAspectLocks = 2;
// RFC 3915's redemption follows an auto-renew grace period.
constexpr UnixSeconds kPastExpiryMin = 31 * kDay;
constexpr UnixSeconds kPastExpiryMax = 75 * kDay;
// A transfer acts by itself after five days.
constexpr UnixSeconds kTransferWait = 5 * kDay;
constexpr int kOldestYears = 14;

bool IsPendingDelete(Kind kind) {
  return kind == Kind::kRedemption || kind == Kind::kPendingRestore || kind == Kind::kPendingDelete;
}

}  // namespace

UnixSeconds Objects::PastExpiry(const Dice& dice) const {
  return Between(model_.WatermarkOf(0) - kPastExpiryMax, model_.WatermarkOf(0) - kPastExpiryMin,
                 dice.Roll(kFieldExpired));
}

UnixSeconds Objects::CreatedAt(const DomainPlan& plan) const {
  const Dice dice = model_.DiceOf(Stream::kDomain, plan.number);
  const UnixSeconds first = model_.WatermarkOf(0);
  if (plan.born > 0) return model_.MomentOfNight(plan.born, dice.Roll(kFieldNightMoment));
  if (IsPendingDelete(plan.kind)) {
    return AddYears(PastExpiry(dice), -1 - static_cast<int>(dice.Below(8, kFieldYears)));
  }
  if (plan.kind == Kind::kPendingCreate) {
    return Between(first - 4 * kDay, first - 3600, dice.Roll(kFieldCreated));
  }
  return Between(AddYears(first, -kOldestYears), first - 30 * kDay, dice.Roll(kFieldCreated));
}

void Objects::SetDomainStatuses(const DomainPlan& plan, const Dice& dice, rde::Domain& out) const {
  auto add = [&](const char* status) { out.statuses.push_back({status, "", ""}); };
  out.statuses.clear();
  out.rgp_statuses.clear();
  switch (plan.kind) {
    case Kind::kClientHold:
      add("clientHold");
      add("clientTransferProhibited");
      break;
    case Kind::kServerHold:
      add("serverHold");
      break;
    case Kind::kInactive:
      add("inactive");
      break;
    case Kind::kRedemption:
      add("pendingDelete");
      out.rgp_statuses.push_back({"redemptionPeriod", "", ""});
      break;
    case Kind::kPendingRestore:
      add("pendingDelete");
      out.rgp_statuses.push_back({"pendingRestore", "", ""});
      break;
    case Kind::kPendingDelete:
      add("pendingDelete");
      out.rgp_statuses.push_back({"pendingDelete", "", ""});
      break;
    case Kind::kPendingCreate:
      add("pendingCreate");
      break;
    case Kind::kPendingTransfer:
      add("pendingTransfer");
      break;
    case Kind::kPlain: {
      // The registrar switches its lock on and off.
      const uint64_t draw = dice.Below(20, kFieldStatus) + 10 * plan.changes.aspects[kAspectLocks];
      const uint64_t locks = draw % 20;
      if (locks < 7) {
        add("ok");
      } else if (locks < 16) {
        add("clientTransferProhibited");
      } else if (locks < 19) {
        add("clientDeleteProhibited");
        add("clientTransferProhibited");
        add("clientUpdateProhibited");
      } else {
        add("serverDeleteProhibited");
        add("serverTransferProhibited");
        add("serverUpdateProhibited");
      }
      break;
    }
  }
}

void Objects::SetDomainTransfer(const DomainPlan& plan, const Dice& dice, UnixSeconds created,
                                rde::Domain& out) const {
  out.tr_date = {};
  out.transfer.reset();
  const UnixSeconds first = model_.WatermarkOf(0);
  if (plan.kind == Kind::kPendingTransfer) {
    const uint32_t gaining = (plan.registrar + 1) % model_.registrars();
    const UnixSeconds asked =
        plan.born > 0 ? created
                      : Between(first - 4 * kDay, first - 3600, dice.Roll(kFieldTransferAt));
    rde::TransferData& transfer = out.transfer.emplace();
    transfer.status = "pending";
    RegistrarId(gaining, transfer.requested_by.id);
    SetDate(asked, transfer.requested_at);
    RegistrarId(plan.registrar, transfer.acting.id);
    SetDate(asked + kTransferWait, transfer.acting_at);
    return;
  }
  if (!plan.transferred) return;
  const UnixSeconds asked = Between(created, first - kTransferWait, dice.Roll(kFieldTransferAt));
  const UnixSeconds acted =
      asked + 60 + static_cast<UnixSeconds>(dice.Below(kTransferWait - 60, kFieldTransferDays));
  SetDate(acted, out.tr_date);
  rde::TransferData& transfer = out.transfer.emplace();
  transfer.status = dice.Below(3, kFieldTransferStatus) == 0 ? "serverApproved" : "clientApproved";
  RegistrarId(plan.registrar, transfer.requested_by.id);
  SetDate(asked, transfer.requested_at);
  RegistrarId(plan.former_registrar, transfer.acting.id);
  SetDate(acted, transfer.acting_at);
}

void Objects::SetDomainDates(const DomainPlan& plan, const Dice& dice, rde::Domain& out) const {
  const UnixSeconds created = CreatedAt(plan);
  const UnixSeconds first = model_.WatermarkOf(0);
  SetDate(created, out.cr_date);
  SetDomainTransfer(plan, dice, created, out);
  if (IsPendingDelete(plan.kind) && plan.born == 0) {
    const UnixSeconds expired = PastExpiry(dice);
    SetDate(expired, out.ex_date);
    // Deleting was the last change.
    SetDate(Between(expired, first - 1, dice.Roll(kFieldModifiedAt)), out.up_date);
    RegistrarId(plan.registrar, out.up_rr.id);
    if (plan.changes.last_night == 0) return;
  } else {
    // Far enough that no night of ours sees it pass: what nobody changes keeps its bytes.
    int years = 1 + static_cast<int>(dice.Below(2, kFieldYears));
    while (AddYears(created, years) < first + (kNightMax + 1) * kDay) ++years;
    SetDate(AddYears(created, years), out.ex_date);
  }
  const UnixSeconds since =
      out.tr_date.present() ? absl::ToUnixSeconds(*out.tr_date.time) : created;
  SetUpdate(dice, plan.changes, since, plan.registrar, out.up_rr, out.up_date);
  if (out.tr_date.present() && !out.up_date.present()) {
    RegistrarId(plan.registrar, out.up_rr.id);
    out.up_date = out.tr_date;
  }
}

void Objects::SetDomainHosts(const DomainPlan& plan, rde::Domain& out) {
  out.host_objects.clear();
  out.host_attributes.clear();
  for (int i = 0; i < plan.host_count; ++i) {
    const HostKey& key = plan.hosts[static_cast<size_t>(i)];
    names_.HostName(key, host_name_);
    if (model_.options().host_model == HostModel::kObjects) {
      out.host_objects.push_back(host_name_);
      continue;
    }
    rde::HostAttribute& host = out.host_attributes.emplace_back();
    host.name = host_name_;
    if (!key.in_zone) continue;
    names_.HostAddresses(key.number, addresses_);
    host.addresses.push_back({"v4", addresses_.v4});
    if (!addresses_.v6.empty()) host.addresses.push_back({"v6", addresses_.v6});
  }
}

void Objects::SetDomainDs(const DomainPlan& plan, rde::Domain& out) {
  out.sec_dns.reset();
  if (plan.ds_count == 0) return;
  rde::SecDns& sec_dns = out.sec_dns.emplace();
  const Dice dice = model_.DiceOf(Stream::kDomain, plan.number);
  if (dice.Below(4, kFieldSigLife) == 0) sec_dns.max_sig_life = 604800;
  names_.DsOf(plan, ds_);
  for (const DsFields& ds : ds_) {
    sec_dns.ds.push_back({ds.key_tag, ds.algorithm, ds.digest_type, ds.digest, std::nullopt});
  }
}

void Objects::MakeDomain(const DomainPlan& plan, rde::Domain& out) {
  const Dice dice = model_.DiceOf(Stream::kDomain, plan.number);
  names_.LabelOf(plan, label_);
  FullName(label_, out.name);
  Roid('D', plan.number + 1, out.roid);
  out.u_name.clear();
  out.original_name.clear();
  const absl::string_view table = IdnTableId(plan.script);
  out.idn_table_id.assign(table.data(), table.size());
  if (!label_.unicode.empty()) out.u_name = label_.unicode + "." + model_.options().tld;
  if (plan.variant != 0) {
    DomainPlan original = plan;
    original.variant = 0;
    names_.LabelOf(original, original_label_);
    FullName(original_label_, out.original_name);
  }
  SetDomainStatuses(plan, dice, out);
  out.registrant.clear();
  out.contacts.clear();
  if (model_.options().data_model == DataModel::kMaximum) {
    ContactId(plan.registrant, out.registrant);
    auto add = [&](const char* type, uint64_t number) {
      out.contacts.push_back({type, ""});
      ContactId(number, out.contacts.back().id);
    };
    add("admin", plan.admin);
    add("tech", plan.tech);
    if (plan.has_billing) add("billing", plan.billing);
  }
  SetDomainHosts(plan, out);
  RegistrarId(plan.registrar, out.cl_id);
  RegistrarId(plan.former_registrar, out.cr_rr.id);
  out.cr_rr.client.clear();
  if (dice.Below(8, kFieldClient) == 0) out.cr_rr.client = "epp-desk";
  SetDomainDates(plan, dice, out);
  SetDomainDs(plan, out);
}

void Objects::MakeSecondDomain(const DomainPlan& plan, rde::Domain& out) {
  MakeDomain(plan, out);
  Roid('D', model_.domain_numbers() + 1, out.roid);
}

}  // namespace tidemark::generator
