// Appends escaped XML text to a string: the lowest layer of the deposit writer.
//
// Private to rde/ and what verifier/reports writes. It knows nothing of deposits. What XML 1.0
// cannot carry (control characters other than tab, line feed and carriage return, U+FFFE, U+FFFF,
// and bytes that are not UTF-8) latches `ok() == false` and the name of the first element or
// attribute concerned; the caller throws the text away.
//
// Threads: one at a time. Ownership: the string must outlive the object.
#ifndef TIDEMARK_RDE_XML_TEXT_H_
#define TIDEMARK_RDE_XML_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::rde {

// The two ends of an element without attributes, indentation and line end included, so that the
// usual element costs three appends.
struct Tag {
  absl::string_view open;
  absl::string_view close;
};

// TIDEMARK_TAG("    ", "rdeDomain:name"): string literals only.
#define TIDEMARK_TAG(indent, name) \
  ::tidemark::rde::Tag { indent "<" name ">", "</" name ">\n" }

class XmlText {
 public:
  explicit XmlText(std::string& out) : out_(out) {}

  // Appends markup as it is.
  void Markup(absl::string_view markup) { out_.append(markup.data(), markup.size()); }

  // <tag>value</tag>
  void Element(const Tag& tag, absl::string_view value) {
    Markup(tag.open);
    Text(value, tag.open);
    Markup(tag.close);
  }
  // The same, left out if the value is empty.
  void OptionalElement(const Tag& tag, absl::string_view value) {
    if (!value.empty()) Element(tag, value);
  }
  void NumberElement(const Tag& tag, int64_t value);

  // Appends ` name="value"`.
  void Attribute(absl::string_view name, absl::string_view value);
  void OptionalAttribute(absl::string_view name, absl::string_view value) {
    if (!value.empty()) Attribute(name, value);
  }

  // Appends character data; `place` names it in a failure.
  void Text(absl::string_view value, absl::string_view place);

  bool ok() const { return failed_place_.empty(); }
  // The markup that names the first value that XML cannot carry.
  absl::string_view failed_place() const { return failed_place_; }

 private:
  enum class Where { kText, kAttribute };
  void Escape(absl::string_view value, absl::string_view place, Where where);
  void Fail(absl::string_view place) {
    if (failed_place_.empty()) failed_place_ = std::string(place);
  }

  std::string& out_;
  std::string failed_place_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_XML_TEXT_H_
