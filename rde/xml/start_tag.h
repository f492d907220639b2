// The syntax of a start tag: names, attributes, values. Namespaces are not looked at. Private to
// rde/xml/.
#ifndef TIDEMARK_RDE_XML_START_TAG_H_
#define TIDEMARK_RDE_XML_START_TAG_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

// How reading a construct went.
enum class Step {
  kDone,
  kMore,    // its end is not in the buffer
  kFailed,  // it is not well-formed or over a limit
};

// An attribute as it is written, namespace declarations included.
struct RawAttribute {
  absl::string_view prefix;
  absl::string_view local;
  absl::string_view value;  // references resolved, white space normalised
  bool IsDeclaration() const { return prefix == "xmlns" || (prefix.empty() && local == "xmlns"); }
};

// Reused from tag to tag. All views point into the bytes given to Read() or into the object.
class StartTag {
 public:
  // Reads the tag that `bytes` begin with.
  Step Read(absl::string_view bytes, bool ascii_only);

  // After kDone.
  size_t size() const { return size_; }
  bool is_empty_element() const { return empty_element_; }
  absl::string_view qualified_name() const { return qualified_name_; }
  absl::string_view prefix() const { return prefix_; }
  absl::string_view local() const { return local_; }
  const std::vector<RawAttribute>& attributes() const { return attributes_; }

  // After kFailed.
  ErrorKind error_kind() const { return error_kind_; }
  const std::string& error_detail() const { return error_detail_; }

 private:
  // A value that differs from what is written: its place in values_.
  struct Mended {
    size_t attribute = 0;
    size_t at = 0;
    size_t bytes = 0;
  };

  Step Fail(ErrorKind kind, std::string detail);
  Step Malformed(absl::string_view detail);
  Step ReadAttributes(size_t i);
  Step ReadAttribute(size_t& i);
  Step ReadQualifiedName(size_t& i, absl::string_view& prefix, absl::string_view& local);
  Step ReadValue(size_t& i, absl::string_view& value);
  size_t SkipSpace(size_t i) const;
  bool Unfinished(size_t end) const;

  absl::string_view all_;
  bool ascii_only_ = false;
  size_t size_ = 0;
  bool empty_element_ = false;
  absl::string_view qualified_name_;
  absl::string_view prefix_;
  absl::string_view local_;
  std::vector<RawAttribute> attributes_;
  std::vector<Mended> mended_;
  std::string values_;
  ErrorKind error_kind_ = ErrorKind::kNotWellFormed;
  std::string error_detail_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_START_TAG_H_
