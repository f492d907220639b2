// Reads the CSV files of a deposit (RFC 9022's CSV model) into the records of the XML model, so
// that every rule works unchanged.
//
//   CsvReader csv(sink, options);
//   RETURN_IF_ERROR(ReadDeposit(xml, csv));          // or any other way to read the XML
//   RETURN_IF_ERROR(csv.ReadFiles(files));
//
// It stands between a reader of the XML and the sink: everything passes, and the definitions of
// tables are kept. ReadFiles then gives, for each object type, the keys of its table of deletes as
// Delete, then its objects, each put together from the rows of its parent and child tables, with
// the place of the parent row. Reading goes on after flaws; a file that is missing or cannot be
// decoded is one.
//
// Rows are joined in one pass where every child table has its rows in the order of the parents
// (what exporters write); else parents and children are sorted by key, in memory or scratch.
// Objects come in the order of the file, or of their keys.
//
// What is wrong with the form of an object type's files, with their checksums and with the order of
// their rows comes before what the rows say, so that files are read twice. On a bet
// (CsvOptions::on_bet) they are read once, and as long as nothing is wrong with all that, the sink
// gets the very same. Whoever bets must be able to start anew: see ReadFiles().
//
// Decided where RFC 9022 is silent: file names are plain names, nothing outside the deposit is ever
// opened; values are of the simple type that the element has in the schema, white space treated as
// there; child tables of host hang on the ROID, of the others on name or id, names in either case;
// fCrID, fUpID, fReID and fAcID are the `client` of the registrar beside them; fGurid stands for
// the registrar with that IANA id; name servers by ROID are given by the host's name; a domain
// status that is repeated for the sake of a second rgpStatus is one status.
//
// What it is not: a judge, and no rebuilder: deletes are not applied.
// Memory: options, one object (some hundred with two threads), and the definitions. Threads: one at
// a time; the files are opened and read by one of the reader's own where options give it two.
// Threat: everything is hostile; bounds are those of base/limits.h. Errors: those of the files and
// of scratch.
#ifndef TIDEMARK_RDE_CSV_CSV_READER_H_
#define TIDEMARK_RDE_CSV_CSV_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/scratch.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

// The files beside the deposit's XML.
class FileSet {
 public:
  virtual ~FileSet() = default;
  // The file of that name, which is a plain name. NOT_FOUND if there is none. Any number of times.
  virtual absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) = 0;
  // All files that are there for the deposit, without its XML, sorted: those that nobody names are
  // flaws. Empty where that cannot be said.
  virtual std::vector<std::string> Names() const { return {}; }
};

// A digest that crypto/ has and rde/ has not.
class TextDigest {
 public:
  virtual ~TextDigest() = default;
  virtual void Update(absl::string_view data) = 0;
  virtual std::string FinishHex() = 0;
};
using NewTextDigest = std::function<std::unique_ptr<TextDigest>()>;

class ChainNames;

struct CsvOptions {
  base::ScratchSpace* space = nullptr;      // required
  uint64_t memory_bytes_max = 32ull << 20;  // of a sort; at least 16 MiB
  NewTextDigest sha256;                     // required
  // From two on the files are read beside the calling thread, which the sink is used on whatever it
  // is. What the sink gets does not depend on it.
  int threads = 1;
  // Files are read once, as long as that makes no difference.
  bool on_bet = false;
  // Of a deposit in a chain: rde/csv/chain_names.h.
  ChainNames* chain = nullptr;
};

class CsvReader final : public RecordSink {
 public:
  // `sink` must outlive the reader.
  CsvReader(RecordSink& sink, const CsvOptions& options);
  ~CsvReader() override;

  void OnDeposit(const DepositInfo& info, const Position& at) override;
  void OnRecord(const Record& record, const Position& at) override;
  void OnFlaw(const Flaw& flaw) override;
  void OnFile(uint16_t file, absl::string_view name, FileKind kind) override;

  // Once, after the XML. Does nothing if reading the XML ended early. ABORTED: the bet is lost, for
  // whatever reason, errors of the files and of scratch among them. What the sink got is worth
  // nothing then: forget it, and read all of the deposit again, without a bet.
  absl::Status ReadFiles(FileSet& files);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// True for what may be the name of a file of a deposit: one path component, not hidden, without
// control characters.
bool IsPlainFileName(absl::string_view name);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_CSV_READER_H_
