// What a person names as a deposit: an XML file with its CSV files beside it, a directory, a tar,
// or standard input ("-"); or what a message holds, which is a stream.
//
// What it is shows in its first bytes, not in its name: XML, a tar, or either in gzip. A directory
// or tar holds one deposit: its only file that ends in .xml, or in a directory the parts of one
// that was split (verifier/input/parts.h), or the only one or the parts in .xml.gz if there is none
// in .xml. The XML has its CSV files beside it in any form. In a tar it is neither in gzip nor in
// parts, as the tar itself can be: that is a flaw that says what to do. Of a directory, files with
// ".csv" in their names count as the deposit's; of a tar, all of them, also in folders as long as
// no two have one name. Nothing outside is opened: names are plain, links and pipes in a directory
// are not files of a deposit, and a tar with links, devices, absolute paths or ".." is refused as a
// whole.
//
// What is not as it should be is the deposit's flaw (rde::FlawKind), never a Status: no XML, a tar
// or gzip that is cut off or damaged, what a tar must not hold, more than limits allow.
//
// Threads: one at a time. Memory: bounded; a tar from a stream waits in sealed scratch. Errors:
// INVALID_ARGUMENT for a directory with several XML files; those of the stream and of scratch; the
// system's. Threat: everything is hostile; what is unpacked is bounded by base/limits.h.
#ifndef TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_
#define TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "rde/csv/csv_reader.h"
#include "rde/reader.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// XML in a stream: read once, or kept in scratch.
enum class XmlOfStream { kAsItComes, kKept };

struct StreamOptions {
  std::string xml_name = "";  // what the stream is called, for what is XML alone
  // Kept, the stream is read to its end at once, and the XML can be opened any number of times.
  XmlOfStream xml = XmlOfStream::kAsItComes;
};

class DepositInput {
 public:
  virtual ~DepositInput() = default;

  static absl::StatusOr<std::unique_ptr<DepositInput>> Open(const std::string& path,
                                                            const Resources& resources);
  // The same of a file that was split: its parts, in any order. One that is missing is a flaw.
  static absl::StatusOr<std::unique_ptr<DepositInput>> OpenParts(
      const std::vector<std::string>& paths, const Resources& resources);
  // What a stream holds: a tar is read to its end here, and the stream closed. `content` must
  // outlive the result.
  static absl::StatusOr<std::unique_ptr<DepositInput>> OfStream(base::ByteSource& content,
                                                                const Resources& resources,
                                                                StreamOptions options = {});

  // The last part of the XML's name; "" where it has none: in a stream without a name.
  virtual const std::string& xml_name() const = 0;
  // Bytes of the XML; 0 when that is not known.
  virtual uint64_t xml_bytes() const { return 0; }
  // Why there is nothing to read; null if there is. After an error of what OpenXml() gave, why it
  // could not be read to its end, if that is the deposit's flaw.
  virtual const rde::Flaw* flaw() const { return nullptr; }
  // Once, where files() is null and nothing is kept; else any number of times, and what was opened
  // before stays good. flaw() is about the last. FAILED_PRECONDITION: what is in gzip or in parts
  // is not what it was at the first time. The input must outlive what it gave.
  virtual absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() = 0;
  // Null where there can be none: XML in a stream has no files beside it.
  virtual rde::csv::FileSet* files() = 0;
};

// SHA-256 for rde/csv/.
std::unique_ptr<rde::csv::TextDigest> NewSha256TextDigest();

// How the CSV files of a deposit are read.
struct CsvReading {
  rde::csv::ChainNames* chain = nullptr;  // of a deposit in a chain: rde/csv/chain_names.h
  // Once (CsvOptions::on_bet in rde/csv/csv_reader.h). ABORTED if the bet is lost: all is to be
  // read again without, into another sink.
  bool on_bet = false;
};

// Reads the XML with `read`, then the CSV files that it names, into `sink`. Without `files` the
// tables stay unread, which the sink can tell.
using ReadXml = std::function<absl::Status(rde::RecordSink& sink)>;
absl::Status ReadWithCsv(const ReadXml& read, rde::csv::FileSet* files, const Resources& resources,
                         rde::RecordSink& sink, const CsvReading& reading = {});

// Reads XML from a source to a sink and closes it, as rde::ReadDeposit does.
using ReadXmlFrom = std::function<absl::Status(base::ByteSource& xml, rde::RecordSink& sink)>;

// Reads all of a deposit; the second one for XML that was opened already.
absl::Status ReadInput(DepositInput& input, const ReadXmlFrom& read, const Resources& resources,
                       rde::RecordSink& sink, const CsvReading& reading = {});
absl::Status ReadInput(DepositInput& input, std::unique_ptr<base::ByteSource> xml,
                       const ReadXmlFrom& read, const Resources& resources, rde::RecordSink& sink,
                       const CsvReading& reading = {});

// Both of a stream, which is closed if nothing is wrong with it.
absl::Status ReadStream(base::ByteSource& content, const ReadXmlFrom& read,
                        const Resources& resources, rde::RecordSink& sink);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_
