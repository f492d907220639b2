// The way from a CSV file as it is stored to UTF-8 text: checksum of the stored bytes, then
// decompression, then the encoding. Private to rde/csv/.
//
// What is supported, since RFC 9022 leaves it to agreement. Compression: gzip, zstd. Encoding:
// UTF-8, US-ASCII, ISO-8859-1, UTF-16 (with or without a byte order mark), UTF-16LE, UTF-16BE.
// Checksums: CRC32 and SHA256, of the file as it is stored.
#ifndef TIDEMARK_RDE_CSV_DECODING_H_
#define TIDEMARK_RDE_CSV_DECODING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "rde/csv/csv_reader.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

// True if what `file` declares can be opened; else `*why` says what is not known.
bool CanDecode(const CsvFile& file, std::string* why);

// What is told of files when they are read for the first time.
struct FirstReading {
  const NewTextDigest& sha256;
  uint64_t text_bytes = 0;  // of all files so far
};

class DecodedFile final : public base::ByteSource {
 public:
  // Takes the checksum as it reads, and counts, if there is a `first`. REQUIRES: CanDecode(file).
  DecodedFile(const CsvFile& file, std::unique_ptr<base::ByteSource> stored, FirstReading* first);
  ~DecodedFile() override;

  // DATA_LOSS: not in the declared compression or encoding. RESOURCE_EXHAUSTED: too much, be it for
  // the file's size (base::kExpansionMax) or of all files together (base::kDepositBytesMax).
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

  // After an end or a failure of Read(): reads what is left of the stored file, and compares. True
  // if there is no checksum, or one of an algorithm that is not known.
  absl::StatusOr<bool> ChecksumAgrees();

 private:
  class Stored;
  const std::unique_ptr<Stored> stored_;
  FirstReading* const first_;
  uint64_t text_bytes_ = 0;
  std::unique_ptr<base::ByteSource> decompressed_;  // null: none
  std::unique_ptr<base::ByteSource> decoded_;
};

bool KnowsChecksum(const CsvFile& file);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_DECODING_H_
