// What the walker looks for when a tag begins and when an element ends, and how it reports.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "rde/flaw_text.h"
#include "rde/walker.h"
#include "rde/xsi_attributes.h"

namespace tidemark::rde {

void Walker::Report(FlawKind kind, const Position& position, absl::string_view element,
                    absl::string_view detail) {
  flaw_.kind = kind;
  flaw_.position = position;
  Assign(flaw_.object_uri, object_uri_);
  Assign(flaw_.object_key, builder_ == nullptr ? "" : Truncate(builder_->key(), kFlawKeyBytesMax));
  Assign(flaw_.element, Truncate(element, kFlawElementBytesMax));
  Assign(flaw_.detail, detail);
  sink_.OnFlaw(flaw_);
}

void Walker::LookForAuthInfo(const xml::StartElement& element) {
  if (element.name.local != "authInfo") return;
  Report(FlawKind::kAuthInfo, element.position, element.name.local, "authInfo, in any namespace");
}

void Walker::ExceedLimit(const Position& position, absl::string_view element,
                         absl::string_view detail) {
  if (over_limit_) return;
  over_limit_ = true;
  Report(FlawKind::kLimitExceeded, position, element, detail);
}

void Walker::ExceedObjectLimit(const Position& position) {
  ExceedLimit(position, "", absl::StrCat("an object of over ", base::kObjectBytesMax, " bytes"));
}

void Walker::CheckRequired(const Frame& frame) {
  const absl::Span<const Particle> children = frame.type->children;
  for (size_t i = 0; i < children.size(); ++i) {
    const Particle& particle = children[i];
    if (particle.occurs_min == 0 || frame.Has(i) || frame.type->any_order) continue;
    if (particle.choice == 0) {
      Report(FlawKind::kMissingElement, frame.position, particle.name,
             absl::StrCat("required in ", frame.name, " (", frame.type->name, ")"));
      continue;
    }
    // One of the alternatives is required; the first of them speaks for all.
    bool chosen = false;
    std::string names;
    for (size_t j = 0; j < children.size(); ++j) {
      if (children[j].choice != particle.choice) continue;
      chosen = chosen || frame.Has(j) || j < i;
      absl::StrAppend(&names, names.empty() ? "" : ", ", children[j].name);
    }
    if (chosen) continue;
    Report(FlawKind::kMissingElement, frame.position, particle.name,
           absl::StrCat("one of ", names, " is required in ", frame.name));
  }
}

void Walker::CheckAttributes(const xml::StartElement& element, const Type& type,
                             absl::string_view name) {
  uint32_t seen = 0;
  for (const xml::Attribute& attribute : element.attributes) {
    if (attribute.name.ns == static_cast<int>(Ns::kXsi)) {
      const auto flaw = CheckXsiAttribute(attribute, type, bindings_);
      if (flaw.has_value()) {
        Report(flaw->kind, element.position, attribute.name.local, flaw->detail);
      }
      continue;
    }
    if (type.content == Content::kAny) continue;
    size_t i = 0;
    while (i < type.attributes.size() && type.attributes[i].name != attribute.name.local) ++i;
    if (attribute.name.ns != xml::kNoNamespace || i == type.attributes.size()) {
      Report(FlawKind::kUnexpectedAttribute, element.position, attribute.name.local,
             absl::StrCat("not an attribute of ", name));
      continue;
    }
    seen |= 1u << i;
    const AttributeDeclaration& declaration = type.attributes[i];
    const Value value = CheckValue(*declaration.type, attribute.value, scratch_);
    SetValue(declaration.slot, value);
    if (!value.valid) {
      Report(FlawKind::kInvalidAttribute, element.position, declaration.name,
             absl::StrCat("of ", name, ": ", Describe(*declaration.type)));
    }
  }
  for (size_t i = 0; i < type.attributes.size(); ++i) {
    if (!type.attributes[i].required || (seen >> i & 1) != 0) continue;
    Report(FlawKind::kMissingAttribute, element.position, type.attributes[i].name,
           absl::StrCat("required on ", name));
  }
}

// The number, from 1, of the declaration that a tag's only attribute has, if its value is one of an
// enumeration and written as it is there: nothing about such a tag needs a second look. The same of
// a tag that has none and needs none: kNoAttribute. Else 0.
int16_t Walker::KnownAttribute(const xml::StartElement& element, const Type& type) {
  if (element.attributes.empty() && !type.needs_attributes) return kNoAttribute;
  if (element.attributes.size() != 1) return 0;
  const xml::Attribute& attribute = element.attributes[0];
  int16_t known = 0;
  for (size_t i = 0; i < type.attributes.size(); ++i) {
    const AttributeDeclaration& declaration = type.attributes[i];
    const absl::Span<const absl::string_view> values = declaration.type->enumeration;
    if (declaration.name == attribute.name.local && attribute.name.ns == xml::kNoNamespace &&
        std::find(values.begin(), values.end(), attribute.value) != values.end()) {
      known = static_cast<int16_t>(i + 1);
    } else if (declaration.required) {
      return 0;
    }
  }
  return known;
}

}  // namespace tidemark::rde
