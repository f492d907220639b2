// Whatever the paths of a policy say: an element of an object, or a reason why not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/records.h"
#include "verifier/rules/policy_path.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Scope and element, by the first line end.
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  tidemark::rde::Policy policy;
  policy.scope = std::string(text.substr(0, end));
  policy.element = std::string(text.substr(std::min(end + 1, text.size())));
  policy.bindings = {{"d", std::string(tidemark::rde::kDomainUri)}, {"", "urn:x"}};
  const auto path = tidemark::verifier::ParsePolicy(policy);
  if (!path.ok()) {
    CHECK(!path.status().message().empty());
    return 0;
  }
  CHECK(!path->object_uri.empty() && !path->object.empty() && !path->element.empty());
  CHECK(path->attribute.empty() || !path->ElementText().empty());
  return 0;
}
