#include "rde/xml/event_log.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace tidemark::rde::xml {
namespace {

constexpr absl::string_view kNamespaces[] = {"urn:known", "urn:other"};

std::string Text(const Name& name) {
  return absl::StrCat("{", name.uri, " ", name.ns, "}", name.local);
}

class LogHandler final : public Handler {
 public:
  explicit LogHandler(std::string& events) : events_(events) {}

  void OnStartElement(const StartElement& element) override {
    EndText();
    absl::StrAppend(&events_, "<", element.position.line, ":", element.position.offset, " ",
                    Text(element.name));
    for (const Attribute& attribute : element.attributes) {
      absl::StrAppend(&events_, " ", Text(attribute.name), "=\"", absl::CHexEscape(attribute.value),
                      "\"");
    }
    for (const NamespaceBinding& binding : element.bindings) {
      absl::StrAppend(&events_, " xmlns:", binding.prefix, "=", binding.uri);
    }
    events_ += "\n";
  }

  void OnEndElement() override {
    EndText();
    events_ += ">\n";
  }

  void OnText(absl::string_view text) override { text_.append(text.data(), text.size()); }

  // Text before an error is not compared: where a piece ends is the tokenizer's affair.
  void EndText() {
    if (text_.empty()) return;
    absl::StrAppend(&events_, "\"", absl::CHexEscape(text_), "\"\n");
    text_.clear();
  }

 private:
  std::string& events_;
  std::string text_;
};

}  // namespace

absl::Span<const absl::string_view> LogNamespaces() { return kNamespaces; }

EventLog Tokenize(const TokenizerFactory& factory, absl::string_view xml, size_t chunk_bytes) {
  EventLog log;
  LogHandler handler(log.events);
  const std::unique_ptr<Tokenizer> tokenizer = factory(handler, LogNamespaces());
  if (chunk_bytes == 0) chunk_bytes = std::max<size_t>(xml.size(), 1);
  for (size_t i = 0; i < xml.size(); i += chunk_bytes) {
    tokenizer->Write(xml.substr(i, chunk_bytes));
  }
  tokenizer->Close();
  log.error = tokenizer->error();
  return log;
}

}  // namespace tidemark::rde::xml
