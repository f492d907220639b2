#include "rde/xml/namespace_stack.h"

#include <algorithm>

namespace tidemark::rde::xml {
namespace {

constexpr absl::string_view kXmlUri = "http://www.w3.org/XML/1998/namespace";
constexpr absl::string_view kXmlnsUri = "http://www.w3.org/2000/xmlns/";
constexpr size_t kNone = static_cast<size_t>(-1);

}  // namespace

NamespaceStack::NamespaceStack(absl::Span<const absl::string_view> namespaces)
    : namespaces_(namespaces) {}

void NamespaceStack::Shrink(size_t size) {
  size_ = size;
  id_ = size == 0 ? 0 : entries_[size - 1].id;
  last_ = kNone;
}

absl::string_view NamespaceStack::Declare(absl::string_view prefix, absl::string_view uri) {
  if (prefix == "xmlns" || uri == kXmlnsUri) return "a declaration of the prefix xmlns";
  if ((prefix == "xml") != (uri == kXmlUri)) return "a wrong declaration of the prefix xml";
  if (uri.empty() && !prefix.empty()) return "a prefix bound to nothing";
  const uint64_t below = id();
  last_ = kNone;
  if (size_ == entries_.size()) entries_.emplace_back();
  Entry& entry = entries_[size_++];
  if (entry.id != 0 && entry.below == below && entry.prefix == prefix && entry.uri == uri) {
    id_ = entry.id;
    return "";  // as it was here before
  }
  entry.id = ++last_id_;
  id_ = entry.id;
  entry.below = below;
  entry.prefix.assign(prefix.data(), prefix.size());
  entry.uri.assign(uri.data(), uri.size());
  const auto found = std::find(namespaces_.begin(), namespaces_.end(), uri);
  if (found != namespaces_.end()) {
    entry.ns = static_cast<int>(found - namespaces_.begin());
  } else {
    entry.ns = uri.empty() ? kNoNamespace : kUnknownNamespace;
  }
  return "";
}

bool NamespaceStack::Resolve(absl::string_view prefix, Name& name) {
  size_t i = last_;
  if (i == kNone || entries_[i].prefix != prefix) {
    i = size_;
    while (i > 0 && entries_[i - 1].prefix != prefix) --i;
    if (i-- == 0) {
      name.ns = prefix == "xml" ? kUnknownNamespace : kNoNamespace;
      name.uri = prefix == "xml" ? kXmlUri : absl::string_view();
      return prefix.empty() || prefix == "xml";
    }
    last_ = i;
  }
  name.ns = entries_[i].ns;
  name.uri = entries_[i].uri;
  return true;
}

}  // namespace tidemark::rde::xml
