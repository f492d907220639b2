// Turns the bytes of an XML document into namespace-resolved events. The one place of the project
// where XML syntax is read; what the elements mean is rde/structure.h's and the reader's.
//
// The document language is a strict subset of XML 1.0 with Namespaces: UTF-8 (or US-ASCII), no
// document type declaration, hence no entities but the five predefined ones, nothing loaded from
// anywhere. Comments and processing instructions are checked and dropped; CDATA is text.
//
// Bounded: memory is that of one tag and one piece of text, whatever the document's size. Depth is
// at most base::kXmlDepthMax elements, an attribute value or the text between two tags at most
// base::kXmlTextBytesMax bytes, a tag or comment at most base::kObjectBytesMax, attributes of an
// element at most base::kXmlAttributesMax, namespace bindings in scope at most
// base::kXmlNamespacesMax, the document at most base::kDepositBytesMax.
//
// Threat: the bytes are hostile. Threads: one at a time. Ownership: the handler and the strings of
// `namespaces` must outlive the tokenizer.
#ifndef TIDEMARK_RDE_XML_TOKENIZER_H_
#define TIDEMARK_RDE_XML_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/records.h"

namespace tidemark::rde::xml {

// Name::ns of a namespace that the caller did not list, and of no namespace at all.
inline constexpr int kUnknownNamespace = -1;
inline constexpr int kNoNamespace = -2;

// An expanded name. Views are valid during the event only.
struct Name {
  int ns = kNoNamespace;  // index into the tokenizer's `namespaces`, or one of the above
  absl::string_view uri;
  absl::string_view local;
};

struct Attribute {
  Name name;
  absl::string_view value;  // normalised as XML 1.0 section 3.3.3 has it for CDATA
};

// A namespace declaration on an element; the default namespace has prefix "". An empty uri takes
// the default namespace away.
struct NamespaceBinding {
  absl::string_view prefix;
  absl::string_view uri;
};

// What a handler notes about a start tag for the next time that the very same bytes come in the
// same namespaces. Empty at first, and again whenever the tokenizer has forgotten the tag.
struct TagNote {
  const void* context = nullptr;
  const void* reader = nullptr;
  const void* place = nullptr;
  int16_t element = 0;
  int16_t attribute = 0;
  bool opens = false;
  bool is_any_text = false;
};

struct StartElement {
  Name name;
  absl::Span<const Attribute> attributes;       // without namespace declarations
  absl::Span<const NamespaceBinding> bindings;  // declared on this element
  Position position;                            // of its '<'
  TagNote* note = nullptr;                      // null for a tag that is not remembered
};

// What whoever looked for the end of a text saw on the way, so that nobody has to look again.
enum class TextForm {
  kTidy,  // ASCII, and no white space but spaces that stand alone inside: collapsing changes
          // nothing
  kAny,   // not known to be
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void OnStartElement(const StartElement& element) = 0;
  virtual void OnEndElement() = 0;
  // Character data, in pieces of any size: where they are cut depends on the chunks written.
  virtual void OnText(absl::string_view text) = 0;
  // An element with nothing inside but `text`, which may be empty.
  virtual void OnLeaf(const StartElement& element, absl::string_view text, TextForm form) {
    static_cast<void>(form);
    OnStartElement(element);
    if (!text.empty()) OnText(text);
    OnEndElement();
  }

  // False while text of nothing but white space means nothing here, and need not be delivered.
  bool wants_blanks() const { return wants_blanks_; }

 protected:
  bool wants_blanks_ = true;
};

enum class ErrorKind { kNotWellFormed, kDoctype, kNotUtf8, kLimitExceeded };

// Where and why reading ended. `detail` names places and numbers, never content.
struct Error {
  ErrorKind kind = ErrorKind::kNotWellFormed;
  Position position;
  std::string detail;
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Takes the next bytes of the document and raises the events in them. Events before an error are
  // raised, too; after one bytes are ignored.
  virtual void Write(absl::string_view data) = 0;
  // The end of the document: an error if it is not complete.
  virtual void Close() = 0;
  // Set once reading has ended early.
  virtual const std::optional<Error>& error() const = 0;
};

// One that can read the parts of a document side by side.
class ForkingTokenizer : public Tokenizer {
 public:
  // What comes next, if all bytes so far were read and the last of them ended a tag.
  virtual std::optional<Position> boundary() const = 0;
  // A tokenizer that goes on where this one stands, at a boundary: inside the same elements and
  // namespaces. It raises its events to `handler`, which must outlive it.
  virtual std::unique_ptr<ForkingTokenizer> Fork(Handler& handler) const = 0;
  // At a boundary: what comes next is at `position`. Bytes that were read elsewhere and left open
  // just the elements that are open here are skipped so.
  virtual void SkipTo(const Position& position) = 0;
};

// Our own tokenizer.
std::unique_ptr<ForkingTokenizer> NewForkingTokenizer(
    Handler& handler, absl::Span<const absl::string_view> namespaces);
std::unique_ptr<Tokenizer> NewTokenizer(Handler& handler,
                                        absl::Span<const absl::string_view> namespaces);

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_TOKENIZER_H_
