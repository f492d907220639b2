// For tests: the tokenizer over libxml2's push parser, an oracle for our own.
#ifndef TIDEMARK_RDE_XML_LIBXML2_TOKENIZER_H_
#define TIDEMARK_RDE_XML_LIBXML2_TOKENIZER_H_

#include <memory>

#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

std::unique_ptr<Tokenizer> NewLibxml2Tokenizer(Handler& handler,
                                               absl::Span<const absl::string_view> namespaces);

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_LIBXML2_TOKENIZER_H_
