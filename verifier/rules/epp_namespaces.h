// Namespaces of IANA's registry of EPP extensions (RFC 7451), as ICANN lists them for RST, since
// the registry itself has documents and not namespaces: epp-extensions.yaml of 2026-06-12.
#ifndef TIDEMARK_VERIFIER_RULES_EPP_NAMESPACES_H_
#define TIDEMARK_VERIFIER_RULES_EPP_NAMESPACES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::verifier {

inline constexpr absl::string_view kEppNamespacesDate = "2026-06-12";

// Of object mappings, which stand in objURI.
absl::Span<const absl::string_view> EppObjectNamespaces();
// Of protocol and command extensions, which stand in extURI.
absl::Span<const absl::string_view> EppExtensionNamespaces();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_EPP_NAMESPACES_H_
