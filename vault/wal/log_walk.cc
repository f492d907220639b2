#include "vault/wal/log_walk.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tidemark::vault {
namespace {

constexpr size_t kHeaderBytes = 7;  // checksum, length, kind
constexpr unsigned kUnused = 0;     // room that was allocated and not written to
constexpr unsigned kWhole = 1;
constexpr unsigned kFirst = 2;
constexpr unsigned kMiddle = 3;
constexpr unsigned kLast = 4;
// Kinds of a log file that is written over an older one. Ours never are.
constexpr unsigned kFirstRecycled = 5;
constexpr unsigned kLastRecycled = 8;
// What a batch of writes begins with: its place in the sequence of all, and how many it has.
constexpr size_t kSequenceBytes = 8;
constexpr size_t kBatchHeaderBytes = 12;
// A record that is searched for goes on with the sequence; the one that is damaged took some of it.
constexpr uint64_t kSequenceSkippedMax = 1 << 16;
// Zeros that no contents end with by chance.
constexpr uint64_t kZerosMin = 8;

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kCrcTable = MakeCrcTable();

// CRC-32C, byte by byte: the next value says what the checksum of one byte more is.
class Crc32c final {
 public:
  void Add(char byte) {
    state_ = (state_ >> 8) ^ kCrcTable[(state_ ^ static_cast<unsigned char>(byte)) & 0xff];
  }
  uint32_t value() const { return ~state_; }

 private:
  uint32_t state_ = ~uint32_t{0};
};

uint64_t LittleEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

// The log stores checksums rotated, and with this added.
uint32_t Unmasked(uint32_t masked) {
  const uint32_t rotated = masked - 0xa282ead8u;
  return rotated >> 17 | rotated << 15;
}

size_t EndOfData(absl::string_view bytes) {
  return bytes.find_last_not_of('\0') + 1;  // npos + 1 is 0
}

}  // namespace

struct LogWalk::Piece {
  // The block has a header at `at`.
  Piece(absl::string_view block, size_t at)
      : at(at),
        checksum(Unmasked(static_cast<uint32_t>(LittleEndian(block.substr(at, 4))))),
        length(LittleEndian(block.substr(at + 4, 2))),
        kind(static_cast<unsigned char>(block[at + 6])),
        contents(block.substr(at + kHeaderBytes, length)) {}

  bool is_whole() const { return contents.size() == length; }
  size_t end() const { return at + kHeaderBytes + length; }

  // The length of contents that the checksum fits, of those that begin where these do.
  std::optional<size_t> FittingLength(absl::string_view block) const {
    Crc32c crc;
    crc.Add(static_cast<char>(kind));
    if (crc.value() == checksum) return 0;
    for (size_t i = at + kHeaderBytes; i < block.size(); ++i) {
      crc.Add(block[i]);
      if (crc.value() == checksum) return i + 1 - at - kHeaderBytes;
    }
    return std::nullopt;
  }
  bool Fits() const {
    Crc32c crc;
    crc.Add(static_cast<char>(kind));
    for (const char byte : contents) crc.Add(byte);
    return crc.value() == checksum;
  }

  size_t at;
  uint32_t checksum;
  size_t length;
  unsigned kind;
  absl::string_view contents;  // as far as the block has them
};

void LogWalk::Add(absl::string_view block) {
  if (EndOfData(block) > 0) {
    if (zeros_at_.has_value() && !hole_at_.has_value()) hole_at_ = zeros_at_;
    zeros_at_.reset();
    torn_in_zeros_at_.reset();
  }
  size_t at = 0;
  bool goes_on = !damaged_at_.has_value();
  while (goes_on && block.size() - at >= kHeaderBytes) {
    const Piece piece(block, at);
    goes_on = false;
    if (piece.kind >= kFirstRecycled && piece.kind <= kLastRecycled) {
      Damaged(at, absl::StrCat("it says that it is of kind ", piece.kind,
                               ", and no log of this store has such records"));
    } else if (piece.kind == kUnused && piece.length == 0) {
      MeetZeros(block, at);
    } else if (!piece.is_whole()) {
      MeetOverlong(block, piece);
    } else {
      LookForZerosIn(block, piece);
      Count(piece);
      at = piece.end();
      if (piece.kind == kWhole || piece.kind == kLast || piece.kind > kLastRecycled) {
        whole_end_ = size_ + at;
      }
      goes_on = !damaged_at_.has_value();
    }
  }
  // What has no room for a header is padded with zeros, and so may a file's end be.
  const bool is_padding = EndOfData(block) <= at;
  if (is_padding && !damaged_at_.has_value() && whole_end_ == size_ + at) {
    whole_end_ = size_ + block.size();
  }
  size_ += block.size();
}

LogEnd LogWalk::End() const {
  LogEnd end = {.size = size_, .hole_at = hole_at_};
  if (damaged_at_.has_value()) {
    end.kind = LogEnd::Kind::kDamaged;
    end.at = *damaged_at_;
    end.why = why_;
  } else if (torn_in_zeros_at_.has_value()) {
    end.kind = LogEnd::Kind::kTornInZeros;
    end.at = *torn_in_zeros_at_;
  } else {
    end.kind = whole_end_ == size_ ? LogEnd::Kind::kWhole : LogEnd::Kind::kTorn;
    end.at = whole_end_;
  }
  return end;
}

void LogWalk::Damaged(size_t at, std::string why) {
  damaged_at_ = size_ + at;
  why_ = std::move(why);
}

void LogWalk::MeetZeros(absl::string_view block, size_t at) {
  const size_t data = block.find_first_not_of('\0', at + kHeaderBytes);
  if (data == absl::string_view::npos) {
    zeros_at_ = size_ + at;
    // Between two pieces the library takes zeros for damage, not for an end.
    if (is_in_record_ && !torn_in_zeros_at_.has_value()) torn_in_zeros_at_ = size_ + at;
    return;
  }
  // Pages that did not reach the disk leave zeros up to where the next one begins.
  const uint64_t header_page = (size_ + at + kHeaderBytes - 1) / kPageBytes;
  if ((size_ + data) / kPageBytes == header_page) {
    Damaged(at, "its header is zeros, and what stands behind it in the same page is not");
  } else if (!hole_at_.has_value()) {
    hole_at_ = size_ + at;
  }
}

void LogWalk::MeetOverlong(absl::string_view block, const Piece& piece) {
  const std::string claim = absl::StrCat("it says that it is ", piece.length, " bytes long");
  const std::optional<size_t> length = piece.FittingLength(block);
  if (length.has_value()) {
    Damaged(piece.at, absl::StrCat(claim, ", and its checksum fits ", *length));
  } else if (block.size() == kBlockBytes) {
    Damaged(piece.at, absl::StrCat(claim, ", which is more than its block has room for"));
  } else if (const std::optional<size_t> next = FindRecord(block, piece.at + 1)) {
    Damaged(piece.at, absl::StrCat(claim, ", more than the file has, and a whole record follows "
                                   "at byte ", size_ + *next));
  }
}

// The library takes a piece whose end is zeros for damaged, which is what a page that did not reach
// the disk leaves.
void LogWalk::LookForZerosIn(absl::string_view block, const Piece& piece) {
  const uint64_t data = size_ + EndOfData(block);
  const uint64_t page = (data + kPageBytes - 1) / kPageBytes * kPageBytes;
  if (page + kZerosMin > size_ + piece.end() || piece.Fits()) return;
  const std::optional<size_t> length = piece.FittingLength(block);
  if (length.has_value()) {
    Damaged(piece.at, absl::StrCat("it says that it is ", piece.length,
                                   " bytes long, and its checksum fits ", *length));
  } else {
    torn_in_zeros_at_ = size_ + piece.at;
  }
}

std::optional<size_t> LogWalk::FindRecord(absl::string_view block, size_t from) const {
  if (file_ != LogFile::kWriteAhead) return std::nullopt;
  for (size_t at = from; at + kHeaderBytes + kBatchHeaderBytes <= block.size(); ++at) {
    const Piece piece(block, at);
    if (piece.kind != kWhole || !piece.is_whole() || piece.length < kBatchHeaderBytes) continue;
    const uint64_t sequence = LittleEndian(piece.contents.substr(0, kSequenceBytes));
    const bool goes_on = !next_sequence_.has_value() ||
                         (sequence >= *next_sequence_ &&
                          sequence - *next_sequence_ <= kSequenceSkippedMax);
    if (goes_on && piece.Fits()) return at;
  }
  return std::nullopt;
}

void LogWalk::Count(const Piece& piece) {
  is_in_record_ = piece.kind == kFirst || piece.kind == kMiddle;
  const bool begins = piece.kind == kWhole || piece.kind == kFirst;
  if (!begins || piece.contents.size() < kBatchHeaderBytes) return;
  next_sequence_ = LittleEndian(piece.contents.substr(0, kSequenceBytes)) +
                   LittleEndian(piece.contents.substr(kSequenceBytes, 4));
}

}  // namespace tidemark::vault
