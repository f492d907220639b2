// The one reader of the RFC 8909/9022 XML model: check, verify, rebuild and drill all use it.
//
// Push-driven and bounded: bytes go in, events come out, memory does not grow with the deposit.
// It is namespace-aware (prefixes mean nothing), loads nothing (no DTD, no entities beyond XML's
// five, no schema), and keeps going after a schema flaw so that one run reports them all.
//
// What it is not: a judge. A Flaw says what RFC 8909, RFC 9022 and the EPP schemas do not allow at
// this place; codes, severities and everything that needs two objects are the verifier's.
//
// Threat: the deposit is hostile until proved otherwise. Bounds are those of base/limits.h (depth,
// text, attributes, children, object and file size); any DOCTYPE ends reading at once.
//
// Threads: one thread at a time. Ownership: the sink must outlive the reader.
#ifndef TIDEMARK_RDE_READER_H_
#define TIDEMARK_RDE_READER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "rde/records.h"

namespace tidemark::rde {

// What kind of thing is wrong. Stable names: the verifier maps each to finding codes.
enum class FlawKind {
  // Reading ended here; the rest of the file was not looked at.
  kNotWellFormed,  // includes truncated, empty, NUL bytes, bad UTF-8, wrong encoding declaration
  kDoctype,        // any document type declaration
  kNotUtf8,        // UTF-16 or UTF-32
  kLimitExceeded,  // base/limits.h; `detail` names the limit
  kFilesMissing,   // what holds the deposit's files has no XML, or is cut off or damaged
  kFilesRefused,   // it holds what is no file of a deposit, and nothing of it was read
  // Reading went on.
  kUnexpectedElement,  // not allowed here, or out of order
  kMissingElement,     // `element` is required and absent
  kRepeatedElement,    // more often than maxOccurs
  kInvalidValue,       // the text of `element` is not of its type
  kMissingAttribute,
  kUnexpectedAttribute,
  kInvalidAttribute,
  kUnknownNamespace,  // an object that no base schema declares; also delivered as UnknownObject
  kAuthInfo,          // an element of that name in what is not looked into otherwise
  // Of the CSV model (rde/csv/). `position` is in the CSV file, or at the definition in the XML.
  kCsvDefinition,    // a table's fields or files are not as RFC 9022 section 5 has them
  kCsvMissingFile,   // a file that the deposit names is not there
  kCsvUnnamedFile,   // a file is there that the deposit does not name
  kCsvUnreadable,    // compression or encoding: unknown, or not what the file is in
  kCsvChecksum,      // the file is not the one that its checksum is of
  kCsvForm,          // not RFC 4180, or not the columns of the definition
  kCsvMissingValue,  // a field that must not be empty is
  kCsvInvalidValue,  // a field is not of its type
  kCsvOrphan,        // a row of a child table whose parent is not there
};

// True for the kinds after which nothing more is read.
bool EndsReading(FlawKind kind);

enum class FileKind { kXml, kCsv };

struct Flaw {
  FlawKind kind = FlawKind::kNotWellFormed;
  Position position;
  // The object the flaw is in: its namespace, and its key where that was read already (a domain
  // name, a host name, a contact id or ROID ...: never contact data). Empty outside objects.
  std::string object_uri;
  std::string object_key;
  // Local name of the element or attribute meant, e.g. "crDate"; "" if none.
  std::string element;
  // What was expected, with numbers, in words for a person; never the value itself.
  std::string detail;
};

class RecordSink {
 public:
  virtual ~RecordSink() = default;

  // Once, when <rdeMenu> has ended (or at the first of deletes and contents, or the end of the
  // deposit, if there is none). `at` is the deposit element.
  virtual void OnDeposit(const DepositInfo& info, const Position& at) = 0;
  // Every object in document order, also one that has flaws (those came before, through OnFlaw).
  // `at` is the object's element, for a Delete that of its key.
  // A record is valid during the call only.
  virtual void OnRecord(const Record& record, const Position& at) = 0;
  virtual void OnFlaw(const Flaw& flaw) = 0;
  // Positions of this number are in the file of this name (its last path component). Once a file,
  // before anything that stands in it; never for 0. Objects that stand in a CSV file are of the CSV
  // model.
  virtual void OnFile(uint16_t file, absl::string_view name, FileKind kind) {
    static_cast<void>(file);
    static_cast<void>(name);
    static_cast<void>(kind);
  }
};

// False for the namespaces whose objects are not looked into: see FlawKind::kUnknownNamespace.
bool IsKnownNamespace(absl::string_view uri);

class XmlReader {
 public:
  // `sink` must outlive the reader.
  explicit XmlReader(RecordSink& sink);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // Takes the next bytes of the file. OK also when they are flawed: flaws go to the sink. After a
  // flaw that ends reading, further bytes are counted and ignored. Errors are our own (INTERNAL).
  absl::Status Write(absl::string_view data);

  // The end of the file: raises kNotWellFormed if the document is not complete.
  absl::Status Close();

  // True if the document was read to its end without a flaw that ends reading. After Close().
  bool complete() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct ReadOptions {
  // How many threads read, the calling one included. What the sink gets, and that it gets it on the
  // calling thread, does not depend on it.
  int threads = 1;
  // The parts that are read side by side. Smaller ones are for tests.
  size_t piece_bytes = 128 * 1024;
};

// Reads `source` to its end and closes it: a source whose end is not authentic fails here with its
// own status, whatever was delivered before.
absl::Status ReadDeposit(base::ByteSource& source, RecordSink& sink,
                         const ReadOptions& options = {});

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_READER_H_
