// What of a contact strangers may see.
//
// ICANN's Registration Data Policy (sections 9 and 10) has a registry withhold nearly everything of
// a contact unless the person agreed; RFC 5733 section 2.9 (`disclose`) is how a registry knows
// that. A refusal in the deposit always counts, also against a policy that would show the value: in
// doubt nothing leaks. What a field holds must not be told from how it is withheld, so a field is
// hidden whether or not the contact has it.
//
// Of a contact with an `int` and a `loc` form a field is shown only if both may be.
// Threads: values and pure functions.
#ifndef TIDEMARK_FAILOVER_LOOKUP_REDACTION_H_
#define TIDEMARK_FAILOVER_LOOKUP_REDACTION_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rde/records.h"

namespace tidemark::failover {

enum class ContactField {
  kId,  // and the ROID
  kName,
  kOrganization,
  kStreet,
  kCity,
  kState,
  kPostalCode,
  kCountry,
  kPhone,  // with its extension
  kFax,    // with its extension
  kEmail,
};
inline constexpr size_t kContactFields = 11;

enum class Exposure {
  kNever,
  kConsent,     // if the contact's `disclose` says that it may be shown
  kRegistrant,  // of a domain's registrant as kAlways, of everybody else as kConsent
  kAlways,      // unless the contact's `disclose` says that it may not
};

template <typename T>
struct PerContactField {
  std::array<T, kContactFields> values{};
  T& operator[](ContactField field) { return values[static_cast<size_t>(field)]; }
  const T& operator[](ContactField field) const { return values[static_cast<size_t>(field)]; }
  bool operator==(const PerContactField&) const = default;
};

// Roles of a domain's contacts, as RFC 9022 has them.
enum class ContactRole { kRegistrant, kAdmin, kTech, kBilling };
inline constexpr size_t kContactRoles = 4;

struct RedactionPolicy {
  // By default what ICANN's policy publishes without consent: the registrant's state and country.
  // Of technical contacts it knows no address at all.
  PerContactField<Exposure> fields = DefaultFields();
  // Contacts in other roles are left out whole.
  std::array<bool, kContactRoles> roles = {true, false, true, false};
  bool domain_id = true;  // the domain's ROID

  bool ShowsRole(ContactRole role) const { return roles[static_cast<size_t>(role)]; }
  static PerContactField<Exposure> DefaultFields();
};

// A contact as it may leave the registry. What is hidden is empty.
struct DisclosedContact {
  std::string id;
  std::string roid;
  // At most one `int` and one `loc`, `int` first; one alone if both show the same.
  std::vector<rde::PostalInfo> postal_infos;
  rde::Phone voice;
  rde::Phone fax;
  std::string email;
  PerContactField<bool> hidden;
  // What RDAP and WHOIS call it: the ROID, which ICANN's profile wants (section 2.7.3), or its id
  // if the ROID has not the form that RFC 5730 gives it. "" if that is hidden.
  const std::string& handle() const;
  // Forms of addresses, and lines of streets that may be shown, beyond those of RFC 5733.
  size_t lines_left_out = 0;
};

// As a domain's contact in `role`; asked for by itself a contact is nobody's registrant.
DisclosedContact Disclose(const rde::Contact& contact, const RedactionPolicy& policy,
                          std::optional<ContactRole> role);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_REDACTION_H_
