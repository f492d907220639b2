// Punycode, RFC 3492: U-labels as the DNS carries them.
#ifndef TIDEMARK_TOOLS_GENERATOR_PUNYCODE_H_
#define TIDEMARK_TOOLS_GENERATOR_PUNYCODE_H_

#include <string>
#include <string_view>

namespace tidemark::generator {

// Appends the A-label ("xn--...") of a label with at least one character outside ASCII. It does
// not normalise or check the label.
void AppendALabel(std::u32string_view label, std::string& out);

// Appends the UTF-8 form.
void AppendUtf8(std::u32string_view text, std::string& out);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_PUNYCODE_H_
