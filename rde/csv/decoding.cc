#include "rde/csv/decoding.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "base/compress.h"
#include "base/crc32.h"
#include "base/gzip.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/csv/transcoder.h"

namespace tidemark::rde::csv {
namespace {

enum class Compression { kNone, kGzip, kZstd };

bool ParseCompression(absl::string_view name, Compression* out) {
  if (name.empty()) {
    *out = Compression::kNone;
  } else if (absl::EqualsIgnoreCase(name, "gzip")) {
    *out = Compression::kGzip;
  } else if (absl::EqualsIgnoreCase(name, "zstd")) {
    *out = Compression::kZstd;
  } else {
    return false;
  }
  return true;
}

// How a file of a compression begins that no text begins with: the longest is zstd's, RFC 8878
// section 3.1.1.
constexpr size_t kCompressionMarkBytesMax = 4;
bool IsCompressed(absl::string_view beginning) {
  return absl::StartsWith(beginning, "\x1f\x8b\x08") ||
         absl::StartsWith(beginning, "\x28\xb5\x2f\xfd");
}

bool IsCrc32(const CsvFile& file) {
  return absl::EqualsIgnoreCase(file.checksum_algorithm, "CRC32");
}
bool IsSha256(const CsvFile& file) {
  return absl::EqualsIgnoreCase(file.checksum_algorithm, "SHA256");
}

}  // namespace

bool CanDecode(const CsvFile& file, std::string* why) {
  Compression compression;
  Encoding encoding;
  if (!ParseCompression(file.compression, &compression)) {
    *why = "a compression that is neither gzip nor zstd";
  } else if (!ParseEncoding(file.encoding, &encoding)) {
    *why = "an encoding that is not one of UTF-8, US-ASCII, ISO-8859-1, UTF-16";
  } else {
    return true;
  }
  return false;
}

bool KnowsChecksum(const CsvFile& file) { return IsCrc32(file) || IsSha256(file); }

// The file as it is stored, hashed on the way.
class DecodedFile::Stored final : public base::ByteSource {
 public:
  Stored(const CsvFile& file, std::unique_ptr<base::ByteSource> source, const FirstReading* first)
      : source_(std::move(source)),
        expected_(file.checksum.value_or("")),
        is_plain_(file.compression.empty()),
        crc32_(first != nullptr && IsCrc32(file) && file.checksum.has_value()) {
    if (first != nullptr && IsSha256(file) && file.checksum.has_value()) sha256_ = first->sha256();
  }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (!looked_ && is_plain_) head_status_ = LookAtHead();
    looked_ = true;
    RETURN_IF_ERROR(head_status_);
    if (given_ == head_bytes_) return ReadOn(buffer);
    const size_t n = std::min(buffer.size(), head_bytes_ - given_);
    std::memcpy(buffer.data(), head_ + given_, n);
    given_ += n;
    return n;
  }

  absl::Status Close() override { return source_->Close(); }

  uint64_t bytes() const { return bytes_; }

  absl::StatusOr<bool> Agrees() {
    std::vector<char> rest(base::kCopyBufferBytes);
    while (!at_end_) RETURN_IF_ERROR(ReadOn(absl::MakeSpan(rest)).status());
    if (crc32_) return absl::EqualsIgnoreCase(absl::StrFormat("%08X", crc_), expected_);
    if (sha256_ != nullptr) return absl::EqualsIgnoreCase(sha256_->FinishHex(), expected_);
    return true;
  }

 private:
  // The next bytes of the file.
  absl::StatusOr<size_t> ReadOn(absl::Span<char> buffer) {
    if (at_end_) return 0;
    ASSIGN_OR_RETURN(const size_t got, source_->Read(buffer));
    const absl::string_view data(buffer.data(), got);
    if (crc32_) crc_ = base::Crc32(crc_, data);
    if (sha256_ != nullptr) sha256_->Update(data);
    bytes_ += got;
    at_end_ = got == 0;
    return got;
  }

  // Reads what says whether it is compressed, however few bytes come at a time.
  absl::Status LookAtHead() {
    while (head_bytes_ < sizeof(head_) && !at_end_) {
      ASSIGN_OR_RETURN(const size_t got, ReadOn(absl::MakeSpan(head_).subspan(head_bytes_)));
      head_bytes_ += got;
    }
    if (!IsCompressed({head_, head_bytes_})) return absl::OkStatus();
    return absl::DataLossError("a compressed file, of which its definition says nothing");
  }

  const std::unique_ptr<base::ByteSource> source_;
  const std::string expected_;
  const bool is_plain_;  // by its definition
  bool looked_ = false;
  absl::Status head_status_;  // of LookAtHead()
  char head_[kCompressionMarkBytesMax] = {};
  size_t head_bytes_ = 0;
  size_t given_ = 0;  // of these
  const bool crc32_;
  uint32_t crc_ = 0;
  uint64_t bytes_ = 0;  // so far
  std::unique_ptr<TextDigest> sha256_;
  bool at_end_ = false;
};

DecodedFile::DecodedFile(const CsvFile& file, std::unique_ptr<base::ByteSource> stored,
                         FirstReading* first)
    : stored_(std::make_unique<Stored>(file, std::move(stored), first)), first_(first) {
  Compression compression = Compression::kNone;
  Encoding encoding = Encoding::kUtf8;
  CHECK(ParseCompression(file.compression, &compression));
  CHECK(ParseEncoding(file.encoding, &encoding));
  if (compression == Compression::kGzip) {
    decompressed_ = std::make_unique<base::GzipSource>(*stored_, base::kDepositBytesMax);
  } else if (compression == Compression::kZstd) {
    decompressed_ = std::make_unique<base::ZstdSource>(*stored_, base::kDepositBytesMax);
  }
  base::ByteSource& bytes = decompressed_ == nullptr ? *stored_ : *decompressed_;
  decoded_ = NewTranscoder(bytes, encoding);
}

DecodedFile::~DecodedFile() = default;

absl::StatusOr<size_t> DecodedFile::Read(absl::Span<char> buffer) {
  ASSIGN_OR_RETURN(const size_t got, decoded_->Read(buffer));
  text_bytes_ += got;
  if (decompressed_ != nullptr && base::IsOverExpansion(text_bytes_, stored_->bytes())) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a compressed file with over ", base::kExpansionMax, " times its size in it"));
  }
  if (first_ != nullptr && (first_->text_bytes += got) > base::kDepositBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("CSV files of over ", base::kDepositBytesMax, " bytes in all"));
  }
  return got;
}

absl::Status DecodedFile::Close() { return decoded_->Close(); }
absl::StatusOr<bool> DecodedFile::ChecksumAgrees() { return stored_->Agrees(); }

}  // namespace tidemark::rde::csv
