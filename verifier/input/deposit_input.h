// What a person names as a deposit: an XML file with its CSV files beside it, a directory, a tar
// file, or standard input ("-"); or what a message holds, which is a stream.
//
// A directory or tar holds one deposit: its only file that ends in .xml. Of a directory, files with
// ".csv" in their names count as the deposit's; of a tar, all of them. Nothing outside is opened:
// names are plain, and links and devices are not files of a deposit.
//
// Threads: one at a time. Errors: INVALID_ARGUMENT for a directory or tar with no XML or with
// several; DATA_LOSS for a tar that is not whole; the system's.
#ifndef TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_
#define TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "rde/csv/csv_reader.h"
#include "rde/reader.h"
#include "verifier/check.h"

namespace tidemark::verifier {

class DepositInput {
 public:
  virtual ~DepositInput() = default;

  static absl::StatusOr<std::unique_ptr<DepositInput>> Open(const std::string& path);

  // The last part of the XML's name; "" for standard input.
  virtual const std::string& xml_name() const = 0;
  // Bytes of the XML; 0 when that is not known.
  virtual uint64_t xml_bytes() const = 0;
  // Once.
  virtual absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() = 0;
  // Null where there can be none: standard input.
  virtual rde::csv::FileSet* files() = 0;
};

// SHA-256 for rde/csv/.
std::unique_ptr<rde::csv::TextDigest> NewSha256TextDigest();

// Reads the XML with `read`, then the CSV files that it names, into `sink`. Without `files` the
// tables stay unread, which the sink can tell.
using ReadXml = std::function<absl::Status(rde::RecordSink& sink)>;
absl::Status ReadWithCsv(const ReadXml& read, rde::csv::FileSet* files, const Resources& resources,
                         rde::RecordSink& sink);

// Reads XML from a source to a sink, as rde::ReadDeposit does.
using ReadXmlFrom = std::function<absl::Status(base::ByteSource& xml, rde::RecordSink& sink)>;

// Reads what a stream holds, XML or a tar as above, and closes it. The files of a tar wait in
// sealed scratch until all are there. XML in a stream has no files beside it: its tables stay
// unread.
absl::Status ReadStreamWithCsv(base::ByteSource& content, const ReadXmlFrom& read,
                               const Resources& resources, rde::RecordSink& sink);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_DEPOSIT_INPUT_H_
