// For tests: a well-formed document as a tree of its markup, to be changed and written again.
//
// Text and attribute values are kept as they were written, references and all. What it is not: a
// parser that judges; it takes the small good documents that mutations start from.
#ifndef TIDEMARK_TESTS_CONFORMANCE_XML_TREE_H_
#define TIDEMARK_TESTS_CONFORMANCE_XML_TREE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::conformance {

struct Attribute {
  std::string name;   // with its prefix
  std::string value;  // between quotation marks "
};

struct Node {
  std::string name;  // of an element, with its prefix; "" for anything else
  std::string text;  // anything else, as it was written
  std::vector<Attribute> attributes;
  std::vector<Node> children;

  bool is_element() const { return !name.empty(); }
  // An element with text and no element in it.
  bool is_value() const;
  // The only text of a value: its children become one.
  std::string Text() const;
  void SetText(absl::string_view markup);
  // The value of an attribute; null without it.
  const std::string* Find(absl::string_view attribute) const;
};

Node TextNode(absl::string_view markup);
Node Element(absl::string_view name, absl::string_view markup = "");

// The document's element. CHECK-fails on what is not well-formed.
Node ParseTree(absl::string_view xml);

std::string WriteTree(const Node& root);

// "rde" of "rde:deposit", "" without a prefix; and "deposit".
absl::string_view PrefixOf(absl::string_view name);
absl::string_view LocalOf(absl::string_view name);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_XML_TREE_H_
