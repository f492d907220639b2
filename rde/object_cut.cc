#include "rde/object_cut.h"

#include <algorithm>

#include "rde/structure.h"

namespace tidemark::rde {
namespace {

constexpr size_t kNotFound = absl::string_view::npos;

bool IsObjectName(absl::string_view qualified_name) {
  const absl::string_view local = qualified_name.substr(qualified_name.find(':') + 1);
  const absl::Span<const ObjectElement> objects = ContentElements();
  return std::any_of(objects.begin(), objects.end(),
                     [local](const ObjectElement& object) { return object.name == local; });
}

// A child of an object may have an object's name (rdeDomain:contact), but then it holds text.
bool EndsWithTag(absl::string_view bytes) {
  while (!bytes.empty() && IsXmlSpace(bytes.back())) bytes.remove_suffix(1);
  return !bytes.empty() && bytes.back() == '>';
}

}  // namespace

size_t FindObjectCut(absl::string_view bytes) {
  const size_t first = bytes.size() - std::min(bytes.size(), kCutSearchBytes);
  for (size_t at = bytes.rfind("</"); at != kNotFound && at >= first && at > 0;
       at = bytes.rfind("</", at - 1)) {
    const absl::string_view tag = bytes.substr(at + 2, 64);
    const size_t end = tag.find('>');
    if (end == kNotFound || !IsObjectName(tag.substr(0, end))) continue;
    if (EndsWithTag(bytes.substr(0, at))) return at + 2 + end + 1;
  }
  return 0;
}

}  // namespace tidemark::rde
