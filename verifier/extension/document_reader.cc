#include "verifier/extension/document_reader.h"

#include <utility>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "absl/strings/str_cat.h"

namespace tidemark::verifier {

DocumentReader::DocumentReader(xercesc::XMLGrammarPool& pool, SchemaSink& sink, Keys keys)
    : sink_(sink),
      keys_(keys),
      parser_(pool, [this](const XercesError& error) { Report(error); }),
      keys_parser_(pool, [this](const XercesError& error) {
        // All else was said of the document itself.
        if (!error.of_keys && !error.fatal) return;
        SchemaError out;
        out.fatal = error.fatal;
        out.detail = error.wording;
        out.at = copied_from_;
        out.element = open_.back();
        sink_.OnError(out);
      }) {
  parser_.setXMLEntityResolver(&nothing_);
  parser_.setContentHandler(this);
  keys_parser_.setXMLEntityResolver(&nothing_);
  keys_parser_.setFeature(xercesc::XMLUni::fgXercesIdentityConstraintChecking, true);
}

void DocumentReader::Read(const xercesc::InputSource& document) {
  if (parser_.Parse(document)) return;
  XercesError doctype;
  doctype.fatal = true;
  doctype.wording = "a DOCTYPE";
  Report(doctype);
}

void DocumentReader::startPrefixMapping(const XMLCh* prefix, const XMLCh* uri) {
  if (keys_ == Keys::kJudged) copy_.Map(prefix, uri);
}

void DocumentReader::endPrefixMapping(const XMLCh*) {
  if (keys_ == Keys::kJudged) copy_.Unmap();
}

void DocumentReader::startElement(const XMLCh* uri, const XMLCh* local, const XMLCh* name,
                                  const xercesc::Attributes& attributes) {
  const std::string element_uri = ToUtf8(uri);
  open_.push_back(ToUtf8(local));
  const SchemaElement element = {element_uri, open_.back(), static_cast<int>(open_.size()), At()};
  sink_.OnStart(element);
  if (keys_ == Keys::kNone) return;
  if (!copy_.is_open()) {
    if (!sink_.JudgesKeys(element)) return;
    copied_from_ = element.at;
  }
  copy_.Start(name, attributes);
}

void DocumentReader::endElement(const XMLCh*, const XMLCh*, const XMLCh* name) {
  if (copy_.is_open() && copy_.End(name)) JudgeKeys();
  sink_.OnEnd();
  open_.pop_back();
}

void DocumentReader::characters(const XMLCh* text, XMLSize_t length) { copy_.Text(text, length); }

void DocumentReader::ignorableWhitespace(const XMLCh* text, XMLSize_t length) {
  copy_.Text(text, length);
}

void DocumentReader::JudgeKeys() {
  if (copy_.is_too_large()) {
    SchemaError error;
    error.over_limit = true;
    error.detail =
        absl::StrCat("an element with keys of over ", kElementCopyCharactersMax, " characters");
    error.at = copied_from_;
    error.element = open_.back();
    return sink_.OnError(error);
  }
  const std::u16string& text = copy_.text();
  xercesc::MemBufInputSource input(reinterpret_cast<const XMLByte*>(text.data()),
                                   text.size() * sizeof(XMLCh), "element");
  input.setEncoding(xercesc::XMLUni::fgXMLChEncodingString);
  keys_parser_.Parse(input);
}

void DocumentReader::Report(const XercesError& error) {
  SchemaError out;
  out.fatal = error.fatal;
  out.of_text = error.of_text;
  out.detail = error.wording;
  // Without a line the parser has given up, and has no place any more.
  out.at = error.line > 0 ? At() : last_;
  if (error.line > 0) out.at.line = error.line;
  if (!open_.empty()) out.element = open_.back();
  sink_.OnError(out);
}

rde::Position DocumentReader::At() {
  if (locator_ != nullptr) last_.line = static_cast<int64_t>(locator_->getLineNumber());
  last_.offset = static_cast<int64_t>(parser_.getSrcOffset());
  return last_;
}

}  // namespace tidemark::verifier
