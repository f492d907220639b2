// What the walker keeps of the deposit element itself: its attributes and menu, and the namespace
// declarations around the objects. Private to rde/.
#ifndef TIDEMARK_RDE_DEPOSIT_FIELDS_H_
#define TIDEMARK_RDE_DEPOSIT_FIELDS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rde/object_builder.h"
#include "rde/records.h"
#include "rde/structure.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {

// RFC 8909 section 5.1.
class DepositFields {
 public:
  DepositFields() { info_.resend = 0; }
  void Open(Slot slot);
  void Set(Slot slot, const Value& value);
  const DepositInfo& info() const { return info_; }

 private:
  DepositInfo info_;
};

// The namespace declarations in scope, for names in values: rdePolicy:policy and xsi:type.
class BindingScopes {
 public:
  // Those of the element at `depth`.
  void Declare(int depth, absl::Span<const xml::NamespaceBinding> bindings) {
    if (!bindings.empty()) Add(depth, bindings);
  }
  // Forgets those of elements deeper than `depth`.
  void LeaveTo(int depth) {
    while (!scoped_.empty() && scoped_.back().depth > depth) scoped_.pop_back();
  }
  // One a prefix: the innermost.
  Bindings InScope() const;
  // What `prefix` is bound to; "" for what is not bound.
  absl::string_view UriOf(absl::string_view prefix) const;

 private:
  void Add(int depth, absl::Span<const xml::NamespaceBinding> bindings);

  struct Scoped {
    int depth = 0;
    std::string prefix;
    std::string uri;
  };
  std::vector<Scoped> scoped_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_DEPOSIT_FIELDS_H_
