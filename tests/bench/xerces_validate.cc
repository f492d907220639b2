// Parses a file with Xerces-C++ SAX2 and schema validation: the yardstick of tools/bench.
//
// usage: xerces_validate SCHEMA FILE. Prints the number of validation errors; exit 0 if none.

#include <cstdio>
#include <memory>
#include <string>
#include <xercesc/framework/LocalFileInputSource.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>

namespace {

class CountingHandler final : public xercesc::DefaultHandler {
 public:
  void error(const xercesc::SAXParseException& e) override { Report(e); }
  void fatalError(const xercesc::SAXParseException& e) override { Report(e); }
  long errors() const { return errors_; }

 private:
  void Report(const xercesc::SAXParseException& e) {
    if (++errors_ > 5) return;
    char* text = xercesc::XMLString::transcode(e.getMessage());
    std::fprintf(stderr, "line %lu: %s\n", static_cast<unsigned long>(e.getLineNumber()), text);
    xercesc::XMLString::release(&text);
  }
  long errors_ = 0;
};

int Validate(const char* schema, const char* file) {
  const std::unique_ptr<xercesc::SAX2XMLReader> reader(
      xercesc::XMLReaderFactory::createXMLReader());
  reader->setFeature(xercesc::XMLUni::fgSAX2CoreNameSpaces, true);
  reader->setFeature(xercesc::XMLUni::fgSAX2CoreValidation, true);
  reader->setFeature(xercesc::XMLUni::fgXercesDynamic, false);
  reader->setFeature(xercesc::XMLUni::fgXercesSchema, true);
  reader->setFeature(xercesc::XMLUni::fgXercesHandleMultipleImports, true);
  reader->setFeature(xercesc::XMLUni::fgXercesUseCachedGrammarInParse, true);
  CountingHandler handler;
  reader->setContentHandler(&handler);
  reader->setErrorHandler(&handler);
  if (reader->loadGrammar(schema, xercesc::Grammar::SchemaGrammarType, true) == nullptr) {
    std::fprintf(stderr, "xerces_validate: cannot load %s\n", schema);
    return 2;
  }
  reader->parse(file);
  std::printf("%ld errors\n", handler.errors());
  return handler.errors() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: xerces_validate SCHEMA FILE\n");
    return 2;
  }
  xercesc::XMLPlatformUtils::Initialize();
  int status = 2;
  // Xerces reports by exception what a person should read.
  try {
    status = Validate(argv[1], argv[2]);
  } catch (const xercesc::XMLException& e) {
    char* text = xercesc::XMLString::transcode(e.getMessage());
    std::fprintf(stderr, "xerces_validate: %s\n", text);
    xercesc::XMLString::release(&text);
  }
  xercesc::XMLPlatformUtils::Terminate();
  return status;
}
