// The first bytes of a document: its encoding, and the declaration of it. Private to rde/xml/.
#ifndef TIDEMARK_RDE_XML_PROLOG_H_
#define TIDEMARK_RDE_XML_PROLOG_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

// An XML declaration is never longer.
inline constexpr size_t kXmlDeclarationBytesMax = 1024;

// What Inspect() found. Exactly one of: more bytes are needed, `error`, or the other fields.
struct Prolog {
  bool need_more = false;
  std::optional<Error> error;
  size_t byte_order_mark_bytes = 0;  // to skip: 0 or 3
  size_t declaration_bytes = 0;      // of <?xml ... ?>, 0 if there is none
  bool ascii_only = false;           // the declaration says US-ASCII
};

// Looks at the first bytes of a document. `at_end`: there are no more.
Prolog Inspect(absl::string_view head, bool at_end);

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_PROLOG_H_
