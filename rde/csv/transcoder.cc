#include "rde/csv/transcoder.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::rde::csv {
namespace {

constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr uint32_t kMark = 0xFEFF;

struct EncodingName {
  absl::string_view name;
  Encoding encoding;
};
constexpr EncodingName kNames[] = {
    {"UTF-8", Encoding::kUtf8},       {"US-ASCII", Encoding::kAscii},
    {"ASCII", Encoding::kAscii},      {"ISO-8859-1", Encoding::kLatin1},
    {"latin1", Encoding::kLatin1},    {"UTF-16", Encoding::kUtf16},
    {"UTF-16LE", Encoding::kUtf16Le}, {"UTF-16BE", Encoding::kUtf16Be},
};

void AppendUtf8(uint32_t c, std::string& out) {
  const auto tail = [&out](uint32_t bits) {
    out.push_back(static_cast<char>(0x80 | (bits & 0x3F)));
  };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | c >> 6));
    tail(c);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | c >> 12));
    tail(c >> 6);
    tail(c);
  } else {
    out.push_back(static_cast<char>(0xF0 | c >> 18));
    tail(c >> 12);
    tail(c >> 6);
    tail(c);
  }
}

// UTF-8 is what comes out: all but the mark goes straight through.
class MarkDropper final : public base::ByteSource {
 public:
  explicit MarkDropper(base::ByteSource& source) : source_(source) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (!started_) RETURN_IF_ERROR(Start());
    if (given_ == head_.size()) return source_.Read(buffer);
    const size_t n = std::min(buffer.size(), head_.size() - given_);
    std::memcpy(buffer.data(), head_.data() + given_, n);
    given_ += n;
    return n;
  }

  absl::Status Close() override { return source_.Close(); }

 private:
  // Reads as much as a mark has.
  absl::Status Start() {
    char bytes[kUtf8Mark.size()];
    size_t have = 0;
    while (have < sizeof(bytes)) {
      ASSIGN_OR_RETURN(const size_t got,
                       source_.Read(absl::MakeSpan(bytes + have, sizeof(bytes) - have)));
      if (got == 0) break;
      have += got;
    }
    head_.assign(bytes, have);
    if (head_ == kUtf8Mark) head_.clear();
    started_ = true;
    return absl::OkStatus();
  }

  base::ByteSource& source_;
  std::string head_;
  size_t given_ = 0;
  bool started_ = false;
};

class Transcoder final : public base::ByteSource {
 public:
  Transcoder(base::ByteSource& source, Encoding encoding) : source_(source), encoding_(encoding) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    RETURN_IF_ERROR(status_);
    while (given_ == out_.size() && !source_end_) {
      status_ = Convert();
      RETURN_IF_ERROR(status_);
    }
    const size_t n = std::min(buffer.size(), out_.size() - given_);
    if (n > 0) std::memcpy(buffer.data(), out_.data() + given_, n);
    given_ += n;
    return n;
  }

  absl::Status Close() override {
    RETURN_IF_ERROR(status_);
    return source_.Close();
  }

 private:
  // Reads a piece and makes `out_` of it.
  absl::Status Convert() {
    // Of a piece before, at most half a character or mark is left.
    const size_t left = in_.size() - used_;
    in_.erase(0, used_);
    used_ = 0;
    in_.resize(left + base::kCopyBufferBytes);
    ASSIGN_OR_RETURN(const size_t got,
                     source_.Read(absl::MakeSpan(in_.data() + left, base::kCopyBufferBytes)));
    in_.resize(left + got);
    source_end_ = got == 0;
    out_.clear();
    given_ = 0;
    switch (encoding_) {
      case Encoding::kAscii:
        return ConvertAscii();
      case Encoding::kLatin1:
        for (const char c : in_) AppendUtf8(static_cast<unsigned char>(c), out_);
        used_ = in_.size();
        return absl::OkStatus();
      default:
        return ConvertUtf16();
    }
  }

  absl::Status ConvertAscii() {
    if (std::any_of(in_.begin(), in_.end(), [](char c) { return (c & 0x80) != 0; })) {
      return absl::DataLossError("a byte that is not US-ASCII");
    }
    out_ = in_;
    used_ = in_.size();
    return absl::OkStatus();
  }

  uint32_t UnitAt(size_t at) const {
    const uint32_t first = static_cast<unsigned char>(in_[at]);
    const uint32_t second = static_cast<unsigned char>(in_[at + 1]);
    return big_endian_ ? first << 8 | second : second << 8 | first;
  }

  absl::Status ConvertUtf16() {
    if (in_.size() >= 2 && at_start_) {
      // Without a mark UTF-16 is big-endian, RFC 2781 section 4.3.
      big_endian_ = encoding_ != Encoding::kUtf16Le;
      if (encoding_ == Encoding::kUtf16 && UnitAt(0) == 0xFFFE) big_endian_ = false;
      if (UnitAt(0) == kMark) used_ = 2;
      at_start_ = false;
    }
    while (in_.size() - used_ >= 2) {
      const uint32_t unit = UnitAt(used_);
      if (unit < 0xD800 || unit > 0xDFFF) {
        AppendUtf8(unit, out_);
        used_ += 2;
        continue;
      }
      if (in_.size() - used_ < 4 && !source_end_) return absl::OkStatus();
      const uint32_t low = in_.size() - used_ < 4 ? 0 : UnitAt(used_ + 2);
      if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
        return absl::DataLossError("a surrogate of UTF-16 without the other");
      }
      AppendUtf8(0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00)), out_);
      used_ += 4;
    }
    if (source_end_ && used_ != in_.size()) return absl::DataLossError("half a unit of UTF-16");
    return absl::OkStatus();
  }

  base::ByteSource& source_;
  const Encoding encoding_;
  std::string in_;
  size_t used_ = 0;
  std::string out_;
  size_t given_ = 0;
  bool at_start_ = true;
  bool big_endian_ = true;
  bool source_end_ = false;
  absl::Status status_;
};

}  // namespace

bool ParseEncoding(absl::string_view name, Encoding* out) {
  for (const EncodingName& row : kNames) {
    if (!absl::EqualsIgnoreCase(row.name, name)) continue;
    *out = row.encoding;
    return true;
  }
  return false;
}

std::unique_ptr<base::ByteSource> NewTranscoder(base::ByteSource& source, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return std::make_unique<MarkDropper>(source);
  return std::make_unique<Transcoder>(source, encoding);
}

}  // namespace tidemark::rde::csv
