// One element of a document as a document of its own: what an identity constraint is judged on, so
// that no more than the element is held. Private to verifier/extension/.
//
// The copy has the same names, attributes, namespaces and text, and nothing else (no comments, no
// processing instructions). Memory: kElementCopyCharactersMax. Threads: one at a time.
#ifndef TIDEMARK_VERIFIER_EXTENSION_ELEMENT_COPY_H_
#define TIDEMARK_VERIFIER_EXTENSION_ELEMENT_COPY_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <xercesc/sax2/Attributes.hpp>

#include "base/limits.h"

namespace tidemark::verifier {

// An object as large as base::kObjectBytesMax allows, and room for what has to be escaped.
inline constexpr size_t kElementCopyCharactersMax = 2 * base::kObjectBytesMax;

class ElementCopy {
 public:
  // Namespaces, by the events of the whole document: those in scope are the element's, too.
  void Map(const XMLCh* prefix, const XMLCh* uri) { mappings_.emplace_back(prefix, uri); }
  void Unmap() {
    mappings_.pop_back();
    declared_ = std::min(declared_, mappings_.size());
  }

  // The element, or one in it, after its mappings.
  void Start(const XMLCh* name, const xercesc::Attributes& attributes);
  void Text(const XMLCh* text, size_t length);
  // True at the end of the element: text() is whole until the next Start().
  bool End(const XMLCh* name);

  bool is_open() const { return depth_ > 0; }
  // Over the bound: the copy is not whole, and takes nothing any more.
  bool is_too_large() const { return too_large_; }
  const std::u16string& text() const { return text_; }

 private:
  void Append(std::u16string_view text);
  void AppendEscaped(std::u16string_view text);

  std::vector<std::pair<std::u16string, std::u16string>> mappings_;
  size_t declared_ = 0;  // mappings that the copy has so far
  int depth_ = 0;
  bool too_large_ = false;
  std::u16string text_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_ELEMENT_COPY_H_
