#include "rde/xml/element_resolver.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace tidemark::rde::xml {
namespace {

constexpr absl::string_view kTwice = "an attribute that stands twice";
constexpr absl::string_view kUnbound = "a prefix that is not bound";

}  // namespace

bool ElementResolver::Refuse(absl::string_view detail) {
  error_kind_ = ErrorKind::kNotWellFormed;
  error_detail_ = std::string(detail);
  return false;
}

bool ElementResolver::Exceed(size_t limit, absl::string_view what) {
  error_kind_ = ErrorKind::kLimitExceeded;
  error_detail_ = absl::StrCat("over ", limit, " ", what);
  return false;
}

bool ElementResolver::Enter(const StartTag& tag, StartElement& element) {
  bindings_.clear();
  attributes_.clear();
  if (!tag.attributes().empty() && (!Declare(tag) || !ResolveAttributes(tag))) return false;
  element.attributes = attributes_;
  element.bindings = bindings_;
  if (tag.prefix() == "xmlns" || !stack_.Resolve(tag.prefix(), element.name)) {
    return Refuse(kUnbound);
  }
  element.name.local = tag.local();
  return true;
}

// The namespace declarations among the attributes.
bool ElementResolver::Declare(const StartTag& tag) {
  const size_t outside = stack_.size();
  for (const RawAttribute& attribute : tag.attributes()) {
    if (!attribute.IsDeclaration()) continue;
    const absl::string_view prefix =
        attribute.prefix.empty() ? absl::string_view() : attribute.local;
    for (size_t i = outside; i < stack_.size(); ++i) {
      if (stack_.binding(i).prefix == prefix) return Refuse(kTwice);
    }
    if (stack_.size() == base::kXmlNamespacesMax) {
      return Exceed(base::kXmlNamespacesMax, "namespace bindings");
    }
    const absl::string_view wrong = stack_.Declare(prefix, attribute.value);
    if (!wrong.empty()) return Refuse(wrong);
  }
  for (size_t i = outside; i < stack_.size(); ++i) bindings_.push_back(stack_.binding(i));
  return true;
}

bool ElementResolver::ResolveAttributes(const StartTag& tag) {
  for (const RawAttribute& raw : tag.attributes()) {
    if (raw.IsDeclaration()) continue;
    Attribute attribute;
    // The default namespace is not for attributes.
    if (!raw.prefix.empty() && !stack_.Resolve(raw.prefix, attribute.name)) {
      return Refuse(kUnbound);
    }
    attribute.name.local = raw.local;
    attribute.value = raw.value;
    for (const Attribute& other : attributes_) {
      if (other.name.local == attribute.name.local && other.name.uri == attribute.name.uri) {
        return Refuse(kTwice);
      }
    }
    if (attributes_.size() == base::kXmlAttributesMax) {
      return Exceed(base::kXmlAttributesMax, "attributes");
    }
    attributes_.push_back(attribute);
  }
  return true;
}

}  // namespace tidemark::rde::xml
