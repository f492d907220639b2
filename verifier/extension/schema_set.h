// A set of XML schemas, and the judgement of documents by them: XML Schema 1.0 by Xerces-C++, the
// one place of the product where Xerces is used.
//
// It is the slow path for what rde/structure.h does not know: a registry's own objects. It is not a
// second judge of what RFC 9022 declares, although a test holds the two against each other.
//
// Nothing is loaded but the files of the directory: imports are found there by their namespace,
// includes by their file name, whatever path or URL the schema gives; hints in documents
// (xsi:schemaLocation) load nothing. A DOCTYPE ends a document at once. xs:key, xs:unique and
// xs:keyref are judged within the elements that the sink asks for, each by itself: of a whole
// document every key would have to be held.
//
// Threat: documents are hostile. Memory is that of Xerces for one element and its ancestors, and
// values of type xs:ID, which XML has it hold; of keys, one element with a copy of its text.
// Errors never quote a document. Threads: Validate may be called from several at once.
#ifndef TIDEMARK_VERIFIER_EXTENSION_SCHEMA_SET_H_
#define TIDEMARK_VERIFIER_EXTENSION_SCHEMA_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "rde/records.h"

namespace tidemark::verifier {

// What a document's schema does not allow, or why it is no document.
struct SchemaError {
  bool fatal = false;       // not well-formed: reading ended here
  bool of_text = false;     // text where the schema allows elements only
  bool over_limit = false;  // an element is too large for its keys to be looked at
  // Xerces' words for it, without the values that they would be filled with.
  std::string detail;
  rde::Position at;     // after the tag or text that shows it
  std::string element;  // the innermost open one, its local name
};

// An element that was opened. Views are valid during the call.
struct SchemaElement {
  absl::string_view uri;
  absl::string_view local;
  int depth = 0;  // 1 for the document's
  rde::Position at;
};

// Errors of a start tag come before its OnStart, those of an end tag before its OnEnd.
class SchemaSink {
 public:
  virtual ~SchemaSink() = default;
  virtual void OnStart(const SchemaElement& element) { static_cast<void>(element); }
  // Asked after OnStart, and not inside an element for which the answer was yes: whether the
  // identity constraints in it are to be judged. Their errors are placed at its start.
  virtual bool JudgesKeys(const SchemaElement& element) {
    static_cast<void>(element);
    return false;
  }
  virtual void OnEnd() {}
  virtual void OnError(const SchemaError& error) = 0;
};

class SchemaSet {
 public:
  // Loads every *.xsd of `dir`. INVALID_ARGUMENT, with the file and line, if one is not a schema
  // or the set is not complete: what is imported must be there, also the base schemas.
  static absl::StatusOr<std::unique_ptr<SchemaSet>> Load(const std::string& dir);
  ~SchemaSet();
  SchemaSet(const SchemaSet&) = delete;
  SchemaSet& operator=(const SchemaSet&) = delete;

  // The target namespaces.
  std::vector<std::string> namespaces() const;

  // Elements that have identity constraints, by the target namespace of their schema.
  struct KeyedElement {
    std::string uri;
    std::string local;
  };
  const std::vector<KeyedElement>& keyed() const;

  // How an element may be used in a place that asks for `head`, e.g. rde:content.
  enum class Use { kNotDeclared, kNotASubstitute, kSubstitute };
  struct ElementName {
    absl::string_view uri;
    absl::string_view local;
  };
  Use UseOf(const ElementName& element, const ElementName& head) const;

  // Reads `document` to its end, or to a fatal error, and reports to `sink`. The status is the
  // source's; the source is not closed.
  absl::Status Validate(base::ByteSource& document, SchemaSink& sink) const;

 private:
  class Impl;
  explicit SchemaSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_SCHEMA_SET_H_
