// The namespace bindings in scope (Namespaces in XML 1.0). Private to rde/xml/.
#ifndef TIDEMARK_RDE_XML_NAMESPACE_STACK_H_
#define TIDEMARK_RDE_XML_NAMESPACE_STACK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

// Entries are reused, so that a default namespace that changes with each object costs no
// allocation.
class NamespaceStack {
 public:
  // The strings of `namespaces` must outlive the stack.
  explicit NamespaceStack(absl::Span<const absl::string_view> namespaces);

  size_t size() const { return size_; }
  // Equal ids mean equal bindings, also after others were in scope.
  uint64_t id() const { return id_; }
  // Forgets all bindings but the first `size`.
  void ShrinkTo(size_t size) {
    if (size != size_) Shrink(size);
  }

  // Declares one. Returns "" or what is wrong with it.
  absl::string_view Declare(absl::string_view prefix, absl::string_view uri);

  // Sets ns and uri of `name`; prefix "" is the default namespace. False if it is not bound.
  bool Resolve(absl::string_view prefix, Name& name);

  // Views that stay valid, and the same, as long as id() can come again.
  NamespaceBinding binding(size_t i) const { return {entries_[i].prefix, entries_[i].uri}; }

 private:
  struct Entry {
    std::string prefix;
    std::string uri;
    int ns = kNoNamespace;
    uint64_t id = 0;     // of the bindings up to this one
    uint64_t below = 0;  // of those before it
  };

  void Shrink(size_t size);

  absl::Span<const absl::string_view> namespaces_;
  // Entries above size_ are kept: objects often declare what the one before declared.
  std::deque<Entry> entries_;
  uint64_t last_id_ = 0;
  size_t size_ = 0;
  uint64_t id_ = 0;
  // The entry that was found last: most elements have the prefix of the one before. npos if none.
  size_t last_ = static_cast<size_t>(-1);
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_NAMESPACE_STACK_H_
