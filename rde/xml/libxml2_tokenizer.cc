// Nothing else includes libxml2.
//
// What libxml2 is not left to decide: the encoding (rde/xml/prolog.h), zero bytes, the bounds.
#include "rde/xml/libxml2_tokenizer.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/xml/prolog.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {
namespace {

// libxml2 is fed pieces of this size, so that what it buffers is bounded whatever it is given.
constexpr size_t kFeedBytes = 64 * 1024;
// Namespace URIs whose index is remembered by libxml2's interned pointer.
constexpr size_t kNamespaceCacheEntries = 64;

absl::string_view View(const xmlChar* text) {
  return text == nullptr ? absl::string_view() : reinterpret_cast<const char*>(text);
}

absl::string_view DescribeError(int code) {
  switch (code) {
    case XML_ERR_DOCUMENT_EMPTY:
      return "no element";
    case XML_ERR_DOCUMENT_END:
      return "the document does not end where its element ends";
    case XML_ERR_INVALID_CHAR:
    case XML_ERR_INVALID_ENCODING:
      return "a byte that is not UTF-8, or a character that XML does not allow";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
      return "an entity that is not one of the five predefined ones";
    case XML_ERR_TAG_NAME_MISMATCH:
      return "an end tag that does not match its start tag";
    case XML_ERR_TAG_NOT_FINISHED:
      return "an element is not ended";
    case XML_ERR_ATTRIBUTE_REDEFINED:
      return "an attribute that stands twice";
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
      return "a prefix that is not bound";
    default:
      return "";
  }
}

class Libxml2Tokenizer final : public Tokenizer {
 public:
  Libxml2Tokenizer(Handler& handler, absl::Span<const absl::string_view> namespaces)
      : handler_(handler), namespaces_(namespaces) {
    xmlInitParser();
    xmlSAXHandler sax;
    std::memset(&sax, 0, sizeof(sax));
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = &OnStart;
    sax.endElementNs = &OnEnd;
    sax.characters = &OnCharacters;
    sax.ignorableWhitespace = &OnCharacters;
    sax.cdataBlock = &OnCharacters;
    sax.internalSubset = &OnDoctype;
    sax.serror = &OnError;
    context_ = xmlCreatePushParserCtxt(&sax, this, nullptr, 0, nullptr);
    CHECK(context_ != nullptr);
    // NOENT resolves &amp; in attributes; there are no other entities without a DOCTYPE.
    xmlCtxtUseOptions(context_, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOENT);
  }

  ~Libxml2Tokenizer() override { xmlFreeParserCtxt(context_); }
  Libxml2Tokenizer(const Libxml2Tokenizer&) = delete;
  Libxml2Tokenizer& operator=(const Libxml2Tokenizer&) = delete;

  void Write(absl::string_view data) override {
    if (error_.has_value()) return;
    if (!begun_) {
      head_.append(data.data(), data.size());
      Begin(/*at_end=*/false);
    } else {
      Check(data);
    }
  }

  void Close() override {
    if (error_.has_value()) return;
    if (!begun_) Begin(/*at_end=*/true);
    if (error_.has_value()) return;
    xmlParseChunk(context_, "", 0, 1);
    if (error_.has_value()) return;
    if (context_->wellFormed == 0) Fail(ErrorKind::kNotWellFormed, Here(), "not well-formed");
  }

  const std::optional<Error>& error() const override { return error_; }

 private:
  static Libxml2Tokenizer& Self(void* context) { return *static_cast<Libxml2Tokenizer*>(context); }

  static void OnStart(void* context, const xmlChar* local, const xmlChar*, const xmlChar* uri,
                      int bindings, const xmlChar** binding, int attributes, int,
                      const xmlChar** attribute) {
    Self(context).Start(local, uri, static_cast<size_t>(bindings), binding,
                        static_cast<size_t>(attributes), attribute);
  }

  static void OnEnd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    Libxml2Tokenizer& self = Self(context);
    if (self.error_.has_value()) return;
    self.text_bytes_ = 0;
    self.bindings_in_scope_ -= self.bindings_at_[static_cast<size_t>(self.depth_)];
    --self.depth_;
    self.handler_.OnEndElement();
  }

  static void OnCharacters(void* context, const xmlChar* text, int size) {
    Libxml2Tokenizer& self = Self(context);
    if (self.error_.has_value()) return;
    const absl::string_view piece(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
    self.text_bytes_ += piece.size();
    if (self.text_bytes_ > base::kXmlTextBytesMax) {
      return self.Fail(ErrorKind::kLimitExceeded, self.Here(),
                       absl::StrCat("text of over ", base::kXmlTextBytesMax, " bytes"));
    }
    self.handler_.OnText(piece);
  }

  static void OnDoctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    Libxml2Tokenizer& self = Self(context);
    self.Fail(ErrorKind::kDoctype, self.Here(), "a document type declaration");
  }

  // Warnings (a namespace URI that is relative, an unknown xml:lang) are not ours to raise, nor is
  // a namespace name that is not a URI, which libxml2 calls an error.
  static void OnError(void* context, xmlErrorPtr error) {
    Libxml2Tokenizer& self = Self(context);
    if (self.error_.has_value() || error->level < XML_ERR_ERROR) return;
    if (error->code == XML_WAR_NS_URI) return;
    const absl::string_view detail = DescribeError(error->code);
    self.Fail(ErrorKind::kNotWellFormed, self.Here(),
              detail.empty() ? absl::StrCat("not well-formed (libxml2 error ", error->code, ")")
                             : std::string(detail));
  }

  void Start(const xmlChar* local, const xmlChar* uri, size_t bindings, const xmlChar** binding,
             size_t attributes, const xmlChar** attribute) {
    if (error_.has_value()) return;
    text_bytes_ = 0;
    StartElement element;
    size_t tag_bytes = 0;
    element.position = TagStart(tag_bytes);
    const Position& at = element.position;
    if (depth_ >= base::kXmlDepthMax) {
      return Fail(ErrorKind::kLimitExceeded, at,
                  absl::StrCat("elements nested over ", base::kXmlDepthMax, " deep"));
    }
    if (tag_bytes > base::kObjectBytesMax) {
      return Fail(ErrorKind::kLimitExceeded, at,
                  absl::StrCat("a tag of over ", base::kObjectBytesMax, " bytes"));
    }
    if (attributes > base::kXmlAttributesMax) {
      return Fail(ErrorKind::kLimitExceeded, at,
                  absl::StrCat("over ", base::kXmlAttributesMax, " attributes"));
    }
    if (bindings_in_scope_ + bindings > base::kXmlNamespacesMax) {
      return Fail(ErrorKind::kLimitExceeded, at,
                  absl::StrCat("over ", base::kXmlNamespacesMax, " namespace bindings"));
    }
    ++depth_;
    bindings_at_[static_cast<size_t>(depth_)] = bindings;
    bindings_in_scope_ += bindings;
    attributes_.clear();
    for (size_t i = 0; i < attributes; ++i, attribute += 5) {
      const absl::string_view value(reinterpret_cast<const char*>(attribute[3]),
                                    static_cast<size_t>(attribute[4] - attribute[3]));
      if (value.size() > base::kXmlTextBytesMax) {
        return Fail(ErrorKind::kLimitExceeded, at,
                    absl::StrCat("an attribute of over ", base::kXmlTextBytesMax, " bytes"));
      }
      attributes_.push_back({NameOf(attribute[0], attribute[2]), value});
    }
    bindings_.clear();
    for (size_t i = 0; i < bindings; ++i, binding += 2) {
      bindings_.push_back({View(binding[0]), View(binding[1])});
    }
    element.name = NameOf(local, uri);
    element.attributes = attributes_;
    element.bindings = bindings_;
    handler_.OnStartElement(element);
  }

  Name NameOf(const xmlChar* local, const xmlChar* uri) {
    if (uri == nullptr) return {kNoNamespace, {}, View(local)};
    for (const auto& [pointer, ns] : namespace_cache_) {
      if (pointer == uri) return {ns, View(uri), View(local)};
    }
    const absl::string_view text = View(uri);
    const auto found = std::find(namespaces_.begin(), namespaces_.end(), text);
    const int ns = found == namespaces_.end() ? kUnknownNamespace
                                              : static_cast<int>(found - namespaces_.begin());
    if (namespace_cache_.size() < kNamespaceCacheEntries) namespace_cache_.emplace_back(uri, ns);
    return {ns, text, View(local)};
  }

  // What libxml2 looks at now.
  Position Here() const {
    const xmlParserInput* input = context_->input;
    if (input == nullptr) return {1, 0};
    return {input->line, Offset(input->cur)};
  }

  int64_t Offset(const xmlChar* at) const {
    const xmlParserInput* input = context_->input;
    return static_cast<int64_t>(input->consumed) + (at - input->base);
  }

  // The '<' of the start tag whose event this is: in well-formed XML no other '<' stands between
  // it and where libxml2 is.
  Position TagStart(size_t& tag_bytes) const {
    const xmlParserInput* input = context_->input;
    const xmlChar* at = input->cur;
    int64_t lines = 0;
    while (at > input->base && *--at != '<') lines += *at == '\n';
    tag_bytes = static_cast<size_t>(input->cur - at);
    return {input->line - lines, Offset(at)};
  }

  void Fail(ErrorKind kind, const Position& position, std::string detail) {
    if (error_.has_value()) return;
    error_ = Error{kind, position, std::move(detail)};
    xmlStopParser(context_);
  }

  void Begin(bool at_end) {
    const Prolog prolog = Inspect(head_, at_end);
    if (prolog.need_more) return;
    begun_ = true;
    if (prolog.error.has_value()) {
      error_ = prolog.error;
      return;
    }
    ascii_only_ = prolog.ascii_only;
    Check(head_);
    head_ = std::string();
  }

  // Feeds what stands before the first byte that must not be, then fails there.
  void Check(absl::string_view data) {
    const auto allowed = [this](char c) { return c != '\0' && !(ascii_only_ && (c & 0x80)); };
    const size_t left = base::kDepositBytesMax - static_cast<uint64_t>(bytes_);
    const absl::string_view part = data.substr(0, left);
    const size_t end = ascii_only_
                           ? static_cast<size_t>(
                                 std::find_if_not(part.begin(), part.end(), allowed) - part.begin())
                           : std::min(part.find('\0'), part.size());
    Feed(part.substr(0, end));
    if (end == data.size() || error_.has_value()) return;
    const Position position{context_->input->line, bytes_};
    if (end == left) {
      Fail(ErrorKind::kLimitExceeded, position,
           absl::StrCat("a file of over ", base::kDepositBytesMax, " bytes"));
    } else {
      Fail(ErrorKind::kNotWellFormed, position,
           data[end] == '\0' ? "a zero byte" : "a byte over 127 in a file declared US-ASCII");
    }
  }

  void Feed(absl::string_view data) {
    while (!data.empty() && !error_.has_value()) {
      const size_t n = std::min(data.size(), kFeedBytes);
      bytes_ += static_cast<int64_t>(n);
      xmlParseChunk(context_, data.data(), static_cast<int>(n), 0);
      data.remove_prefix(n);
      if (!error_.has_value() &&
          bytes_ - Here().offset > static_cast<int64_t>(base::kObjectBytesMax)) {
        Fail(ErrorKind::kLimitExceeded, Here(),
             absl::StrCat("a tag or comment of over ", base::kObjectBytesMax, " bytes"));
      }
    }
  }

  Handler& handler_;
  const absl::Span<const absl::string_view> namespaces_;
  xmlParserCtxtPtr context_ = nullptr;
  std::optional<Error> error_;

  std::string head_;  // until the prolog is decided
  bool begun_ = false;
  bool ascii_only_ = false;
  int64_t bytes_ = 0;  // of the file so far

  int depth_ = 0;
  size_t text_bytes_ = 0;
  size_t bindings_in_scope_ = 0;
  std::array<size_t, base::kXmlDepthMax + 1> bindings_at_ = {};
  std::vector<Attribute> attributes_;
  std::vector<NamespaceBinding> bindings_;
  std::vector<std::pair<const xmlChar*, int>> namespace_cache_;
};

}  // namespace

std::unique_ptr<Tokenizer> NewLibxml2Tokenizer(Handler& handler,
                                               absl::Span<const absl::string_view> namespaces) {
  return std::make_unique<Libxml2Tokenizer>(handler, namespaces);
}

}  // namespace tidemark::rde::xml
