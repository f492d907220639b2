// Xerces' SAX2 parser with what it gets wrong for us put right: errors by number instead of text,
// bytes from a ByteSource, no DOCTYPE, nothing loaded. Private to verifier/extension/.
#ifndef TIDEMARK_VERIFIER_EXTENSION_XERCES_PARSER_H_
#define TIDEMARK_VERIFIER_EXTENSION_XERCES_PARSER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <xercesc/framework/XMLGrammarPool.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/util/XMLEntityResolver.hpp>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::verifier {

std::string ToUtf8(const XMLCh* text);
std::u16string ToUtf16(absl::string_view utf8);

// What Xerces found. `text` quotes the document; `wording` is the same without what it quotes.
struct XercesError {
  bool fatal = false;
  bool of_text = false;  // text where only elements may stand
  bool of_keys = false;  // an identity constraint
  std::string text;
  std::string wording;
  std::string file;
  int64_t line = 0;
};

class XercesParser final : public xercesc::SAX2XMLReaderImpl {
 public:
  using OnError = std::function<void(const XercesError&)>;

  // `pool` must outlive the parser. An unlocked one is filled by loadGrammar.
  XercesParser(xercesc::XMLGrammarPool& pool, OnError on_error);
  ~XercesParser() override;

  // Parses `document`; false if a DOCTYPE ended it.
  bool Parse(const xercesc::InputSource& document);

 private:
  void error(unsigned int code, const XMLCh* domain, xercesc::XMLErrorReporter::ErrTypes type,
             const XMLCh* text, const XMLCh* system_id, const XMLCh* public_id, XMLFileLoc line,
             XMLFileLoc column) override;

  class Handler;
  const OnError on_error_;
  const std::unique_ptr<Handler> handler_;
};

// Bytes of a ByteSource as a document. The source's first failure is kept and ends the document.
class SourceInput final : public xercesc::InputSource {
 public:
  explicit SourceInput(base::ByteSource& source) : source_(source) {}
  xercesc::BinInputStream* makeStream() const override;
  const absl::Status& status() const { return status_; }

 private:
  class Stream;
  base::ByteSource& source_;
  mutable absl::Status status_;
};

// A resolver that finds nothing, and does not let Xerces look for itself.
class NothingResolver final : public xercesc::XMLEntityResolver {
 public:
  xercesc::InputSource* resolveEntity(xercesc::XMLResourceIdentifier*) override;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_XERCES_PARSER_H_
