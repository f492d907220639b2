// Reads one document by the schemas of a set, and reports to a SchemaSink what schema_set.h says.
// Private to verifier/extension/.
//
// Identity constraints make Xerces remember the keys of every element in all that it is in, hence
// of the whole document. So they are off while the document is read; an element whose keys are to
// be judged is copied, and read once more as a document of its own, with them.
#ifndef TIDEMARK_VERIFIER_EXTENSION_DOCUMENT_READER_H_
#define TIDEMARK_VERIFIER_EXTENSION_DOCUMENT_READER_H_

#include <string>
#include <vector>
#include <xercesc/framework/XMLGrammarPool.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>

#include "verifier/extension/element_copy.h"
#include "verifier/extension/schema_set.h"
#include "verifier/extension/xerces_parser.h"

namespace tidemark::verifier {

// Whether the schemas have identity constraints at all.
enum class Keys { kNone, kJudged };

class DocumentReader final : public xercesc::DefaultHandler {
 public:
  // Both must outlive it.
  DocumentReader(xercesc::XMLGrammarPool& pool, SchemaSink& sink, Keys keys);

  // Once.
  void Read(const xercesc::InputSource& document);

  void setDocumentLocator(const xercesc::Locator* locator) override { locator_ = locator; }
  void startPrefixMapping(const XMLCh* prefix, const XMLCh* uri) override;
  void endPrefixMapping(const XMLCh* prefix) override;
  void startElement(const XMLCh* uri, const XMLCh* local, const XMLCh* name,
                    const xercesc::Attributes& attributes) override;
  void endElement(const XMLCh* uri, const XMLCh* local, const XMLCh* name) override;
  void characters(const XMLCh* text, XMLSize_t length) override;
  void ignorableWhitespace(const XMLCh* text, XMLSize_t length) override;

 private:
  void Report(const XercesError& error);
  void JudgeKeys();
  rde::Position At();

  SchemaSink& sink_;
  const Keys keys_;
  NothingResolver nothing_;
  XercesParser parser_;
  XercesParser keys_parser_;
  const xercesc::Locator* locator_ = nullptr;
  rde::Position last_ = {1, 0, 0};
  std::vector<std::string> open_;
  ElementCopy copy_;
  rde::Position copied_from_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_DOCUMENT_READER_H_
