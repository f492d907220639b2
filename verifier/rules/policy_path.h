// The paths of a policy object: RFC 9022 section 5.8, as real deposits write them.
//
// Grammar: scope `//rde:deposit/rde:contents/P:object`; element `P:name` or
// `P:name[@attr='value']`. Prefixes that the document binds win; others have their conventional
// meaning of RFC 9022.
#ifndef TIDEMARK_VERIFIER_RULES_POLICY_PATH_H_
#define TIDEMARK_VERIFIER_RULES_POLICY_PATH_H_

#include <string>

#include "absl/status/statusor.h"
#include "rde/records.h"

namespace tidemark::verifier {

struct PolicyPath {
  std::string object_uri;
  std::string object;     // local name
  std::string element;    // local name; its namespace is the object's
  std::string attribute;  // "" without a predicate
  std::string value;

  size_t bytes() const {
    return object_uri.size() + object.size() + element.size() + attribute.size() + value.size();
  }
  // As a person would say it: "contact[@type='admin']".
  std::string ElementText() const;
};

// INVALID_ARGUMENT says what does not follow the grammar.
absl::StatusOr<PolicyPath> ParsePolicy(const rde::Policy& policy);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_POLICY_PATH_H_
