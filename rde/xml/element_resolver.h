// From a start tag as it is written to an element with namespaces. Private to rde/xml/.
#ifndef TIDEMARK_RDE_XML_ELEMENT_RESOLVER_H_
#define TIDEMARK_RDE_XML_ELEMENT_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/xml/namespace_stack.h"
#include "rde/xml/start_tag.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

class ElementResolver {
 public:
  // The strings of `namespaces` must outlive the resolver.
  explicit ElementResolver(absl::Span<const absl::string_view> namespaces) : stack_(namespaces) {}

  // Bindings in scope, to be given to Leave() when the element that comes next ends.
  size_t scope() const { return stack_.size(); }
  // Equal ids mean equal bindings.
  uint64_t scope_id() const { return stack_.id(); }

  // Takes the tag's declarations into scope and resolves its names. Fills all of `element` but
  // the position. False: error_kind() and error_detail() say why.
  bool Enter(const StartTag& tag, StartElement& element);
  void Leave(size_t scope) { stack_.ShrinkTo(scope); }

  ErrorKind error_kind() const { return error_kind_; }
  const std::string& error_detail() const { return error_detail_; }

 private:
  bool Declare(const StartTag& tag);
  bool ResolveAttributes(const StartTag& tag);
  bool Refuse(absl::string_view detail);
  bool Exceed(size_t limit, absl::string_view what);

  NamespaceStack stack_;
  std::vector<Attribute> attributes_;
  std::vector<NamespaceBinding> bindings_;
  ErrorKind error_kind_ = ErrorKind::kNotWellFormed;
  std::string error_detail_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_ELEMENT_RESOLVER_H_
