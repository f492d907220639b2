// For tests: the events of a document as one text.
#ifndef TIDEMARK_RDE_XML_EVENT_LOG_H_
#define TIDEMARK_RDE_XML_EVENT_LOG_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

using TokenizerFactory = std::function<std::unique_ptr<Tokenizer>(
    Handler& handler, absl::Span<const absl::string_view> namespaces)>;

// The namespaces that the log's tokenizers are told: "urn:known" is 0.
absl::Span<const absl::string_view> LogNamespaces();

struct EventLog {
  // One line an event: "<1:0 {urn:known 0}a {}b="v" xmlns:p=urn:p", ">", "text". Text that comes in
  // pieces is one line.
  std::string events;
  std::optional<Error> error;
};

// Tokenizes `xml` in pieces of `chunk_bytes`; 0 is one piece.
EventLog Tokenize(const TokenizerFactory& factory, absl::string_view xml, size_t chunk_bytes);

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_EVENT_LOG_H_
