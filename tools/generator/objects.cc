#include "tools/generator/objects.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tools/generator/fields.h"

namespace tidemark::generator {
namespace {

constexpr uint64_t kMailSalt = 3;

// Of what changes about a host: it is made anew, under another ROID.
constexpr int kAspectAnew = 2;

}  // namespace

Objects::Objects(const Model& model, const Census& census)
    : model_(model),
      census_(census),
      names_(model),
      mail_labels_(model.options().seed, kMailSalt) {}

void Objects::Roid(char letter, uint64_t number, std::string& out) const {
  out.clear();
  absl::StrAppend(&out, absl::string_view(&letter, 1), number, "-", model_.options().repository);
}

void Objects::RegistrarId(uint32_t number, std::string& out) {
  out.clear();
  absl::StrAppend(&out, "rar-", kFirstGurid + number);
}

void Objects::SetDate(UnixSeconds time, rde::DateTime& out) {
  FormatDateTime(time, out.text);
  out.time = absl::FromUnixSeconds(time);
}

UnixSeconds Objects::Between(UnixSeconds from, UnixSeconds to, uint64_t roll) {
  return from + static_cast<UnixSeconds>((roll >> 32) * static_cast<uint64_t>(to - from) >> 32);
}

void Objects::FullName(const Label& label, std::string& out) const {
  out.assign(label.ascii);
  out.push_back('.');
  out.append(model_.options().tld);
}

void Objects::SetUpdate(const Dice& dice, const Changes& changes, UnixSeconds created,
                        uint32_t registrar, rde::RegistrarRef& rr, rde::DateTime& date) const {
  UnixSeconds at = 0;
  if (changes.last_night > 0) {
    at = model_.MomentOfNight(
        changes.last_night,
        dice.Roll(kFieldNightMoment, static_cast<uint32_t>(changes.last_night)));
  } else if (created < model_.WatermarkOf(0) && dice.Below(10, kFieldModified) < 7) {
    at = Between(created, model_.WatermarkOf(0) - 1, dice.Roll(kFieldModifiedAt));
  } else {
    rr = {};
    date = {};
    return;
  }
  RegistrarId(registrar, rr.id);
  rr.client.clear();
  SetDate(at, date);
}

void Objects::MakeHost(const HostKey& key, rde::Host& out) {
  const Stream stream = key.in_zone ? Stream::kInZoneHost : Stream::kExternalHost;
  const Dice dice = model_.DiceOf(stream, key.number);
  Changes changes;
  uint32_t registrar = 0;
  UnixSeconds created = 0;
  names_.HostName(key, out.name);
  out.addresses.clear();
  if (key.in_zone) {
    const DomainPlan owner = model_.PlanDomain(key.number / kOwnedHosts);
    changes = model_.ChangesOf(stream, key.number, owner.born);
    registrar = owner.registrar;
    created = CreatedAt(owner);
    Roid('H', model_.external_host_numbers() + key.number + 1, out.roid);
    names_.HostAddresses(key.number, addresses_);
    out.addresses.push_back({"v4", addresses_.v4});
    if (!addresses_.v6.empty()) out.addresses.push_back({"v6", addresses_.v6});
  } else {
    changes = model_.ChangesOf(stream, key.number, 0);
    registrar = static_cast<uint32_t>(dice.Below(model_.registrars(), kFieldSponsor));
    created = Between(model_.WatermarkOf(0) - 12 * 365 * kDay, model_.WatermarkOf(0) - kDay,
                      dice.Roll(kFieldCreated));
    Roid('H', key.number + 1, out.roid);
  }
  if (const uint32_t anew = changes.aspects[kAspectAnew]; anew > 0) {
    out.roid.insert(out.roid.find('-'), absl::StrCat("R", anew));
  }
  const bool is_linked = key.in_zone ? census_.in_zone_host_linked[key.number]
                                     : census_.external_host_linked[key.number];
  // An external host has nothing but its lock to change.
  const uint64_t locks = dice.Below(10, kFieldStatus) + (key.in_zone ? 0 : changes.aspects[0] * 8);
  out.statuses.clear();
  if (is_linked) out.statuses.push_back({"linked", "", ""});
  if (locks % 10 >= 8) {
    out.statuses.push_back({"clientUpdateProhibited", "", ""});
  } else if (!is_linked) {
    out.statuses.push_back({"ok", "", ""});
  }
  RegistrarId(registrar, out.cl_id);
  out.cr_rr.id = out.cl_id;
  out.cr_rr.client.clear();
  SetDate(created, out.cr_date);
  SetUpdate(dice, changes, created, registrar, out.up_rr, out.up_date);
  out.tr_date = {};
}

}  // namespace tidemark::generator
