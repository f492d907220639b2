#include "vault/fsck/log_walk.h"

namespace tidemark::vault {
namespace {

// A header is checksum, length and kind; kinds from 5 on carry the log's number, too.
constexpr size_t kHeaderBytes = 7;
constexpr size_t kLongHeaderBytes = 11;
constexpr unsigned kUnused = 0;  // room that was allocated and not written to
constexpr unsigned kFirstLongKind = 5;
constexpr unsigned kLastLongKind = 8;

// Whole, or the last piece of one; the other kinds are first and middle pieces.
bool EndsRecord(unsigned kind) { return kind > kLastLongKind || kind % 4 == 0 || kind % 4 == 1; }

}  // namespace

void LogWalk::Add(absl::string_view block) {
  size_t at = 0;
  while (!is_broken_ && block.size() - at >= kHeaderBytes) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(block[at + i]); };
    const size_t length = byte(4) | byte(5) << 8;
    const unsigned kind = byte(6);
    if (kind == kUnused && length == 0) break;
    const bool is_long = kind >= kFirstLongKind && kind <= kLastLongKind;
    const size_t record = (is_long ? kLongHeaderBytes : kHeaderBytes) + length;
    is_broken_ = record > block.size() - at;
    if (is_broken_) break;
    at += record;
    if (EndsRecord(kind)) whole_end_ = size_ + at;
  }
  // What has no room for a header is padded with zeros, and so may a file's end be.
  const bool is_padding = block.substr(at).find_first_not_of('\0') == absl::string_view::npos;
  if (!is_broken_ && is_padding && whole_end_ == size_ + at) whole_end_ = size_ + block.size();
  size_ += block.size();
}

}  // namespace tidemark::vault
