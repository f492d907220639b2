#include "verifier/rules/policy_path.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

struct Convention {
  absl::string_view prefix;
  absl::string_view uri;
};
constexpr Convention kConventions[] = {
    {"rde", rde::kRdeUri},
    {"rdeDomain", rde::kDomainUri},
    {"rdeHost", rde::kHostUri},
    {"rdeContact", rde::kContactUri},
    {"rdeRegistrar", rde::kRegistrarUri},
    {"rdeIDN", rde::kIdnUri},
    {"rdeNNDN", rde::kNndnUri},
    {"rdeEppParams", rde::kEppParamsUri},
    {"rdeHeader", rde::kHeaderUri},
    {"rdePolicy", rde::kPolicyUri},
};

struct ExpandedName {
  std::string uri;
  std::string local;
};

absl::StatusOr<ExpandedName> Expand(absl::string_view name, const rde::Policy& policy) {
  const size_t colon = name.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == name.size()) {
    return absl::InvalidArgumentError("a step is not PREFIX:NAME");
  }
  const absl::string_view prefix = name.substr(0, colon);
  std::string local(name.substr(colon + 1));
  for (auto it = policy.bindings.rbegin(); it != policy.bindings.rend(); ++it) {
    if (it->first == prefix) return ExpandedName{it->second, std::move(local)};
  }
  for (const Convention& convention : kConventions) {
    if (convention.prefix == prefix) {
      return ExpandedName{std::string(convention.uri), std::move(local)};
    }
  }
  return absl::InvalidArgumentError("a prefix is neither bound nor one of RFC 9022's");
}

// Splits [@attr='value'] off `text`.
absl::Status ParsePredicate(absl::string_view& text, PolicyPath& path) {
  const size_t bracket = text.find('[');
  if (bracket == absl::string_view::npos) return absl::OkStatus();
  absl::string_view predicate = text.substr(bracket);
  text = text.substr(0, bracket);
  if (!absl::ConsumePrefix(&predicate, "[@") || !absl::ConsumeSuffix(&predicate, "]")) {
    return absl::InvalidArgumentError("a predicate is not [@attribute='value']");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(predicate, absl::MaxSplits('=', 1));
  if (parts.size() != 2 || parts[0].empty() || parts[1].size() < 2 ||
      (parts[1].front() != '\'' && parts[1].front() != '"') ||
      parts[1].back() != parts[1].front()) {
    return absl::InvalidArgumentError("a predicate is not [@attribute='value']");
  }
  path.attribute = std::string(parts[0]);
  path.value = std::string(parts[1].substr(1, parts[1].size() - 2));
  return absl::OkStatus();
}

}  // namespace

std::string PolicyPath::ElementText() const {
  if (attribute.empty()) return element;
  return absl::StrCat(element, "[@", attribute, "='", value, "']");
}

absl::StatusOr<PolicyPath> ParsePolicy(const rde::Policy& policy) {
  absl::string_view scope = policy.scope;
  if (!absl::ConsumePrefix(&scope, "//")) {
    return absl::InvalidArgumentError("scope does not begin with //");
  }
  const std::vector<absl::string_view> steps = absl::StrSplit(scope, absl::MaxSplits('/', 3));
  if (steps.size() != 3) {
    return absl::InvalidArgumentError("scope is not //rde:deposit/rde:contents/P:object");
  }
  ASSIGN_OR_RETURN(const ExpandedName deposit, Expand(steps[0], policy));
  ASSIGN_OR_RETURN(const ExpandedName contents, Expand(steps[1], policy));
  ASSIGN_OR_RETURN(ExpandedName object, Expand(steps[2], policy));
  if (deposit.uri != rde::kRdeUri || deposit.local != "deposit" || contents.uri != rde::kRdeUri ||
      contents.local != "contents") {
    return absl::InvalidArgumentError("scope is not below rde:deposit/rde:contents");
  }
  PolicyPath path;
  absl::string_view text = policy.element;
  RETURN_IF_ERROR(ParsePredicate(text, path));
  ASSIGN_OR_RETURN(ExpandedName element, Expand(text, policy));
  if (element.uri != object.uri) {
    return absl::InvalidArgumentError("element and object are of different namespaces");
  }
  path.object_uri = std::move(object.uri);
  path.object = std::move(object.local);
  path.element = std::move(element.local);
  return path;
}

}  // namespace tidemark::verifier
