#include "verifier/extension/element_copy.h"

#include <algorithm>

namespace tidemark::verifier {

void ElementCopy::Append(std::u16string_view text) {
  too_large_ = too_large_ || text_.size() + text.size() > kElementCopyCharactersMax;
  if (!too_large_) text_.append(text);
}

// For text and attributes: white space that an attribute would lose is written as a reference.
void ElementCopy::AppendEscaped(std::u16string_view text) {
  for (const char16_t c : text) {
    switch (c) {
      case u'&':
        Append(u"&amp;");
        break;
      case u'<':
        Append(u"&lt;");
        break;
      case u'>':
        Append(u"&gt;");
        break;
      case u'"':
        Append(u"&quot;");
        break;
      case u'\t':
        Append(u"&#9;");
        break;
      case u'\n':
        Append(u"&#10;");
        break;
      case u'\r':
        Append(u"&#13;");
        break;
      default:
        Append(std::u16string_view(&c, 1));
    }
  }
}

void ElementCopy::Start(const XMLCh* name, const xercesc::Attributes& attributes) {
  if (depth_++ == 0) {
    text_.clear();
    too_large_ = false;
    declared_ = 0;
  }
  Append(u"<");
  Append(name);
  for (size_t i = declared_; i < mappings_.size(); ++i) {
    const auto& [prefix, uri] = mappings_[i];
    // A prefix that is mapped again further in has its last meaning.
    const bool again =
        std::any_of(mappings_.begin() + static_cast<ptrdiff_t>(i) + 1, mappings_.end(),
                    [&prefix = prefix](const auto& later) { return later.first == prefix; });
    if (again) continue;
    Append(prefix.empty() ? u" xmlns" : u" xmlns:");
    Append(prefix);
    Append(u"=\"");
    AppendEscaped(uri);
    Append(u"\"");
  }
  declared_ = mappings_.size();
  for (XMLSize_t i = 0; i < attributes.getLength(); ++i) {
    Append(u" ");
    Append(attributes.getQName(i));
    Append(u"=\"");
    AppendEscaped(attributes.getValue(i));
    Append(u"\"");
  }
  Append(u">");
}

void ElementCopy::Text(const XMLCh* text, size_t length) {
  if (is_open()) AppendEscaped({text, length});
}

bool ElementCopy::End(const XMLCh* name) {
  Append(u"</");
  Append(name);
  Append(u">");
  return --depth_ == 0;
}

}  // namespace tidemark::verifier
