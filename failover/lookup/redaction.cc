#include "failover/lookup/redaction.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/text.h"

namespace tidemark::failover {
namespace {

enum class Wish { kNone, kShow, kHide };

constexpr const char* kForms[] = {"int", "loc"};

// The first postal address of a form; nullptr if there is none.
const rde::PostalInfo* FormOf(const rde::Contact& contact, absl::string_view form) {
  const auto found =
      std::find_if(contact.postal_infos.begin(), contact.postal_infos.end(),
                   [form](const rde::PostalInfo& info) { return info.type == form; });
  return found == contact.postal_infos.end() ? nullptr : &*found;
}

// Whether `disclose` lists an element of every form of address that the contact has, or of any.
bool ListsAll(const std::vector<std::string>& types, const rde::Contact& contact) {
  return std::all_of(std::begin(kForms), std::end(kForms), [&](const char* form) {
    return FormOf(contact, form) == nullptr ||
           std::find(types.begin(), types.end(), form) != types.end();
  });
}

bool ShowTheSame(const rde::PostalInfo& a, const rde::PostalInfo& b) {
  return a.name == b.name && a.org == b.org && a.address.streets == b.address.streets &&
         a.address.city == b.address.city && a.address.sp == b.address.sp &&
         a.address.pc == b.address.pc && a.address.cc == b.address.cc;
}

Wish WishOfTypes(const std::vector<std::string>& types, const rde::Contact& contact) {
  if (!contact.disclose->flag) return types.empty() ? Wish::kNone : Wish::kHide;
  return !types.empty() && ListsAll(types, contact) ? Wish::kShow : Wish::kNone;
}

Wish WishOf(bool listed, const rde::Contact& contact) {
  if (!listed) return Wish::kNone;
  return contact.disclose->flag ? Wish::kShow : Wish::kHide;
}

Wish WishAbout(ContactField field, const rde::Contact& contact) {
  if (!contact.disclose.has_value()) return Wish::kNone;
  const rde::Disclose& disclose = *contact.disclose;
  switch (field) {
    case ContactField::kId:
      return Wish::kNone;  // no element of RFC 5733 speaks of it
    case ContactField::kName:
      return WishOfTypes(disclose.name_types, contact);
    case ContactField::kOrganization:
      return WishOfTypes(disclose.org_types, contact);
    case ContactField::kStreet:
    case ContactField::kCity:
    case ContactField::kState:
    case ContactField::kPostalCode:
    case ContactField::kCountry:
      return WishOfTypes(disclose.addr_types, contact);
    case ContactField::kPhone:
      return WishOf(disclose.voice, contact);
    case ContactField::kFax:
      return WishOf(disclose.fax, contact);
    case ContactField::kEmail:
      return WishOf(disclose.email, contact);
  }
  return Wish::kHide;
}

bool IsHidden(Exposure exposure, Wish wish, bool is_registrant) {
  switch (exposure) {
    case Exposure::kNever:
      return true;
    case Exposure::kConsent:
      return wish != Wish::kShow;
    case Exposure::kRegistrant:
      return is_registrant ? wish == Wish::kHide : wish != Wish::kShow;
    case Exposure::kAlways:
      return wish == Wish::kHide;
  }
  return true;
}

}  // namespace

PerContactField<Exposure> RedactionPolicy::DefaultFields() {
  PerContactField<Exposure> fields;
  fields.values.fill(Exposure::kConsent);
  fields[ContactField::kId] = Exposure::kNever;
  fields[ContactField::kState] = Exposure::kRegistrant;
  fields[ContactField::kCountry] = Exposure::kRegistrant;
  return fields;
}

const std::string& DisclosedContact::handle() const { return IsRoid(roid) ? roid : id; }

DisclosedContact Disclose(const rde::Contact& contact, const RedactionPolicy& policy,
                          std::optional<ContactRole> role) {
  const bool is_registrant = role == ContactRole::kRegistrant;
  DisclosedContact out;
  for (size_t i = 0; i < kContactFields; ++i) {
    const auto field = static_cast<ContactField>(i);
    out.hidden[field] = IsHidden(policy.fields[field], WishAbout(field, contact), is_registrant);
  }
  // Only what is shown is copied: a value that is not here cannot be printed by mistake.
  const auto copy = [&out](ContactField field, const auto& from, auto& to) {
    if (!out.hidden[field]) to = from;
  };
  copy(ContactField::kId, contact.id, out.id);
  copy(ContactField::kId, contact.roid, out.roid);
  copy(ContactField::kPhone, contact.voice, out.voice);
  copy(ContactField::kFax, contact.fax, out.fax);
  copy(ContactField::kEmail, contact.email, out.email);
  for (const char* form : kForms) {
    const rde::PostalInfo* const from = FormOf(contact, form);
    if (from == nullptr) continue;
    rde::PostalInfo& to = out.postal_infos.emplace_back();
    to.type = from->type;
    copy(ContactField::kName, from->name, to.name);
    copy(ContactField::kOrganization, from->org, to.org);
    copy(ContactField::kCity, from->address.city, to.address.city);
    copy(ContactField::kState, from->address.sp, to.address.sp);
    copy(ContactField::kPostalCode, from->address.pc, to.address.pc);
    copy(ContactField::kCountry, from->address.cc, to.address.cc);
    if (out.hidden[ContactField::kStreet]) continue;
    const std::vector<std::string>& streets = from->address.streets;
    const size_t told = std::min(streets.size(), kStreetsMax);
    to.address.streets.assign(streets.begin(), streets.begin() + told);
    out.lines_left_out += streets.size() - told;
  }
  out.lines_left_out += contact.postal_infos.size() - out.postal_infos.size();
  // That there is a name in another script is not to be told from two forms that say the same.
  if (out.postal_infos.size() == 2 && ShowTheSame(out.postal_infos[0], out.postal_infos[1])) {
    out.postal_infos.pop_back();
  }
  return out;
}

}  // namespace tidemark::failover
