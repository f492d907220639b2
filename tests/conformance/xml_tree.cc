#include "tests/conformance/xml_tree.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"

namespace tidemark::conformance {
namespace {

class TreeParser {
 public:
  explicit TreeParser(absl::string_view xml) : rest_(xml) {}

  Node Document() {
    while (!absl::StartsWith(rest_, "<") || absl::StartsWith(rest_, "<?") ||
           absl::StartsWith(rest_, "<!")) {
      Markup();
    }
    return OneElement();
  }

 private:
  absl::string_view Take(size_t bytes) {
    CHECK(bytes <= rest_.size());
    const absl::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  absl::string_view TakeThrough(absl::string_view end) {
    const size_t at = rest_.find(end);
    CHECK(at != absl::string_view::npos);
    return Take(at + end.size());
  }
  void Space() {
    while (!rest_.empty() && absl::ascii_isspace(static_cast<unsigned char>(rest_[0]))) Take(1);
  }

  // Text up to the next tag, or one comment, instruction or CDATA section.
  absl::string_view Markup() {
    if (absl::StartsWith(rest_, "<!--")) return TakeThrough("-->");
    if (absl::StartsWith(rest_, "<![CDATA[")) return TakeThrough("]]>");
    if (absl::StartsWith(rest_, "<?")) return TakeThrough("?>");
    CHECK(!absl::StartsWith(rest_, "<"));
    return Take(rest_.find('<'));
  }

  Node OneElement() {
    CHECK(Take(1) == "<");
    Node node;
    node.name = std::string(Take(rest_.find_first_of(" \t\r\n/>")));
    for (Space(); rest_[0] != '>' && rest_[0] != '/'; Space()) {
      Attribute& attribute = node.attributes.emplace_back();
      attribute.name = std::string(absl::StripAsciiWhitespace(Take(rest_.find('='))));
      Take(1);
      Space();
      const std::string quote(Take(1));
      absl::string_view value = TakeThrough(quote);
      value.remove_suffix(1);
      attribute.value = absl::StrReplaceAll(value, {{"\"", "&quot;"}});
    }
    if (Take(1) == "/") {
      CHECK(Take(1) == ">");
      return node;
    }
    while (!absl::StartsWith(rest_, "</")) {
      const bool is_element = rest_[0] == '<' && rest_[1] != '!' && rest_[1] != '?';
      node.children.push_back(is_element ? OneElement() : TextNode(Markup()));
    }
    TakeThrough(">");
    return node;
  }

  absl::string_view rest_;
};

void Append(const Node& node, std::string& out) {
  if (!node.is_element()) {
    out += node.text;
    return;
  }
  absl::StrAppend(&out, "<", node.name);
  for (const Attribute& attribute : node.attributes) {
    absl::StrAppend(&out, " ", attribute.name, "=\"", attribute.value, "\"");
  }
  if (node.children.empty()) {
    out += "/>";
    return;
  }
  out += ">";
  for (const Node& child : node.children) Append(child, out);
  absl::StrAppend(&out, "</", node.name, ">");
}

}  // namespace

bool Node::is_value() const {
  return is_element() && !children.empty() &&
         std::none_of(children.begin(), children.end(),
                      [](const Node& child) { return child.is_element(); });
}

std::string Node::Text() const {
  std::string markup;
  for (const Node& child : children) markup += child.text;
  return markup;
}

void Node::SetText(absl::string_view markup) {
  children.clear();
  if (!markup.empty()) children.push_back(TextNode(markup));
}

const std::string* Node::Find(absl::string_view attribute) const {
  for (const Attribute& one : attributes) {
    if (one.name == attribute) return &one.value;
  }
  return nullptr;
}

Node TextNode(absl::string_view markup) {
  Node node;
  node.text = std::string(markup);
  return node;
}

Node Element(absl::string_view name, absl::string_view markup) {
  Node node;
  node.name = std::string(name);
  node.SetText(markup);
  return node;
}

Node ParseTree(absl::string_view xml) { return TreeParser(xml).Document(); }

std::string WriteTree(const Node& root) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  Append(root, xml);
  xml += "\n";
  return xml;
}

absl::string_view PrefixOf(absl::string_view name) {
  const size_t colon = name.find(':');
  return colon == absl::string_view::npos ? absl::string_view() : name.substr(0, colon);
}

absl::string_view LocalOf(absl::string_view name) {
  return name.substr(name.find(':') == absl::string_view::npos ? 0 : name.find(':') + 1);
}

}  // namespace tidemark::conformance
