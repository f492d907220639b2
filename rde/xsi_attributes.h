// The attributes that XML Schema gives to every element: xsi:type and its like. Private to rde/.
#ifndef TIDEMARK_RDE_XSI_ATTRIBUTES_H_
#define TIDEMARK_RDE_XSI_ATTRIBUTES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "rde/deposit_fields.h"
#include "rde/reader.h"
#include "rde/structure.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {

struct XsiFlaw {
  FlawKind kind;
  absl::string_view detail;
};

// What is wrong with `attribute`, of namespace kXsi, on an element of `type`. `scopes` has the
// bindings in scope, those of the element included.
//
// xsi:type may repeat the type that the element has anyway. A schema would also take a type derived
// from it; that would let in what RFC 9022 does not describe, and is refused.
std::optional<XsiFlaw> CheckXsiAttribute(const xml::Attribute& attribute, const Type& type,
                                         const BindingScopes& scopes);

// True for an element that the schemas declare for use anywhere: an object, a deposit, a command of
// EPP. A schema would take these below xs:anyType too; there nobody would look for them.
bool IsGlobalElement(const xml::Name& name);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_XSI_ATTRIBUTES_H_
