// Elements that a policy object can require, one table an object type: RFC 9022 section 5.
#ifndef TIDEMARK_VERIFIER_RULES_POLICY_ELEMENTS_H_
#define TIDEMARK_VERIFIER_RULES_POLICY_ELEMENTS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/records.h"

namespace tidemark::verifier {

template <typename Object>
struct PolicyElement {
  absl::string_view name;
  absl::string_view attribute;  // of the predicate; "" for none
  absl::string_view value;
  // Null: the schema demands the element already.
  bool (*has)(const Object&) = nullptr;
};

// A bit for each element of the object's table that it does not have and could have.
uint32_t AbsentIn(const rde::Domain& domain);
uint32_t AbsentIn(const rde::Host& host);
uint32_t AbsentIn(const rde::Contact& contact);
uint32_t AbsentIn(const rde::Registrar& registrar);
uint32_t AbsentIn(const rde::Nndn& nndn);

absl::Span<const PolicyElement<rde::Domain>> DomainElements();
absl::Span<const PolicyElement<rde::Host>> HostElements();
absl::Span<const PolicyElement<rde::Contact>> ContactElements();
absl::Span<const PolicyElement<rde::Registrar>> RegistrarElements();
absl::Span<const PolicyElement<rde::Nndn>> NndnElements();
absl::Span<const PolicyElement<rde::IdnTableRef>> IdnTableElements();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_POLICY_ELEMENTS_H_
