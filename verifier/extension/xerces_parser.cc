#include "verifier/extension/xerces_parser.h"

#include <algorithm>
#include <array>
#include <utility>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/BinInputStream.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLMsgLoader.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kMessageCharactersMax = 512;

// Thrown through Xerces and caught around it.
struct DoctypeMet {};

// Xerces' message without its parameters: "value '{0}' ..." becomes "value '...' ...".
std::string WordingOf(unsigned int code, const XMLCh* domain) {
  const std::unique_ptr<xercesc::XMLMsgLoader> loader(
      xercesc::XMLPlatformUtils::loadMsgSet(domain));
  std::array<XMLCh, kMessageCharactersMax> buffer = {};
  if (loader == nullptr || !loader->loadMsg(code, buffer.data(), buffer.size() - 1)) {
    return "not as the schema has it";
  }
  std::string wording = ToUtf8(buffer.data());
  for (size_t at = wording.find('{'); at != std::string::npos; at = wording.find('{', at)) {
    const size_t end = wording.find('}', at);
    if (end == std::string::npos) break;
    wording.replace(at, end + 1 - at, "...");
  }
  return wording;
}

}  // namespace

std::string ToUtf8(const XMLCh* text) {
  if (text == nullptr) return "";
  const xercesc::TranscodeToStr utf8(text, "UTF-8");
  return std::string(reinterpret_cast<const char*>(utf8.str()), utf8.length());
}

std::u16string ToUtf16(absl::string_view utf8) {
  const xercesc::TranscodeFromStr text(reinterpret_cast<const XMLByte*>(utf8.data()), utf8.size(),
                                       "UTF-8");
  return std::u16string(text.str(), text.length());
}

// ---- XercesParser ----------------------------------------------------------------------------

class XercesParser::Handler final : public xercesc::DefaultHandler {
 public:
  void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override { throw DoctypeMet(); }
};

XercesParser::~XercesParser() = default;

XercesParser::XercesParser(xercesc::XMLGrammarPool& pool, OnError on_error)
    : SAX2XMLReaderImpl(xercesc::XMLPlatformUtils::fgMemoryManager, &pool),
      on_error_(std::move(on_error)),
      handler_(std::make_unique<Handler>()) {
  // Without one Xerces does not report at all; error() below takes what it would be given.
  setErrorHandler(handler_.get());
  setLexicalHandler(handler_.get());
  setFeature(xercesc::XMLUni::fgSAX2CoreNameSpaces, true);
  setFeature(xercesc::XMLUni::fgSAX2CoreValidation, true);
  setFeature(xercesc::XMLUni::fgXercesDynamic, false);
  setFeature(xercesc::XMLUni::fgXercesSchema, true);
  setFeature(xercesc::XMLUni::fgXercesHandleMultipleImports, true);
  setFeature(xercesc::XMLUni::fgXercesUseCachedGrammarInParse, true);
  setFeature(xercesc::XMLUni::fgXercesLoadSchema, false);
  setFeature(xercesc::XMLUni::fgXercesLoadExternalDTD, false);
  // DocumentReader's other parser has them, and Compile, which would leave them out of a grammar.
  setFeature(xercesc::XMLUni::fgXercesIdentityConstraintChecking, false);
  setFeature(xercesc::XMLUni::fgXercesDisableDefaultEntityResolution, true);
  setFeature(xercesc::XMLUni::fgXercesCalculateSrcOfs, true);
}

bool XercesParser::Parse(const xercesc::InputSource& document) {
  bool finished = true;
  try {
    parse(document);
  } catch (const DoctypeMet&) {
    finished = false;
  } catch (const xercesc::XMLException& failure) {
    XercesError error;
    error.fatal = true;
    error.text = ToUtf8(failure.getMessage());
    error.wording = WordingOf(failure.getCode(), xercesc::XMLUni::fgExceptDomain);
    on_error_(error);
  } catch (const xercesc::OutOfMemoryException&) {
    XercesError error;
    error.fatal = true;
    error.text = error.wording = "out of memory";
    on_error_(error);
  }
  return finished;
}

void XercesParser::error(unsigned int code, const XMLCh* domain,
                         xercesc::XMLErrorReporter::ErrTypes type, const XMLCh* text,
                         const XMLCh* system_id, const XMLCh*, XMLFileLoc line, XMLFileLoc) {
  if (type == xercesc::XMLErrorReporter::ErrType_Warning) return;
  const bool of_validity = xercesc::XMLString::equals(domain, xercesc::XMLUni::fgValidityDomain);
  const bool of_text = of_validity && code == xercesc::XMLValid::NoCharDataInCM;
  const bool of_keys = of_validity && code >= xercesc::XMLValid::IC_FieldMultipleMatch &&
                       code <= xercesc::XMLValid::IC_KeyNotFound;
  on_error_({type == xercesc::XMLErrorReporter::ErrType_Fatal, of_text, of_keys, ToUtf8(text),
             WordingOf(code, domain), ToUtf8(system_id), static_cast<int64_t>(line)});
}

// ---- SourceInput -----------------------------------------------------------------------------

class SourceInput::Stream final : public xercesc::BinInputStream {
 public:
  Stream(base::ByteSource& source, absl::Status& status) : source_(source), status_(status) {}

  XMLFilePos curPos() const override { return position_; }
  const XMLCh* getContentType() const override { return nullptr; }
  XMLSize_t readBytes(XMLByte* to, XMLSize_t bytes_max) override {
    if (!status_.ok() || at_end_) return 0;
    const auto got =
        source_.Read(absl::MakeSpan(reinterpret_cast<char*>(to), static_cast<size_t>(bytes_max)));
    status_ = got.status();
    at_end_ = !got.ok() || *got == 0;
    if (at_end_) return 0;
    position_ += *got;
    return *got;
  }

 private:
  base::ByteSource& source_;
  absl::Status& status_;
  XMLFilePos position_ = 0;
  bool at_end_ = false;
};

xercesc::BinInputStream* SourceInput::makeStream() const {
  // Xerces owns what it is given here.
  return std::make_unique<Stream>(source_, status_).release();
}

xercesc::InputSource* NothingResolver::resolveEntity(xercesc::XMLResourceIdentifier*) {
  static constexpr XMLByte kNothing[1] = {};
  return std::make_unique<xercesc::MemBufInputSource>(kNothing, 0, "nothing").release();
}

}  // namespace tidemark::verifier
