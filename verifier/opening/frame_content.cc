#include "verifier/opening/frame_content.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr int kVarintBytesMax = 5;
// Enough for objects of 200 bytes and more; room for smaller ones is made when it is known to lack.
constexpr size_t kHeadBytes = 16 * 1024;

size_t VarintBytes(uint32_t value) {
  size_t n = 1;
  for (; value >= 0x80; value >>= 7) ++n;
  return n;
}

absl::Status Bad(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("frame content: ", why));
}

}  // namespace

void AppendVarint(uint32_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

absl::StatusOr<uint32_t> ConsumeVarint(absl::string_view& rest) {
  uint64_t value = 0;
  for (int i = 0; i < kVarintBytesMax && static_cast<size_t>(i) < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i > 0) return absl::InvalidArgumentError("a number not in shortest form");
      if (value > UINT32_MAX) return absl::InvalidArgumentError("a number over 32 bits");
      rest.remove_prefix(i + 1);
      return static_cast<uint32_t>(value);
    }
  }
  return absl::InvalidArgumentError("a number that does not end");
}

bool FrameContentBuilder::Fits(size_t object_bytes) const {
  // Three bytes hold any length here, and the count.
  return lengths_bytes_ + (content_.size() - room_) + object_bytes + 2 * 3 <=
         base::kFramePlainBytes;
}

void FrameContentBuilder::Add(absl::string_view object) {
  CHECK(!object.empty() && object.size() <= base::kFrameObjectBytesMax && Fits(object.size()));
  if (content_.empty()) {
    room_ = kHeadBytes;
    content_.reserve(kHeadBytes + base::kFramePlainBytes);
    content_.resize(kHeadBytes);
  }
  lengths_.push_back(static_cast<uint32_t>(object.size()));
  lengths_bytes_ += VarintBytes(lengths_.back());
  content_.append(object.data(), object.size());
}

absl::string_view FrameContentBuilder::Encode() {
  std::string head;
  head.reserve(3 + lengths_bytes_);
  AppendVarint(count(), head);
  for (const uint32_t length : lengths_) AppendVarint(length, head);
  if (head.size() > room_) {
    content_.insert(0, head.size() - room_, '\0');
    room_ = head.size();
  }
  const size_t begin = room_ - head.size();
  content_.replace(begin, head.size(), head);
  return absl::string_view(content_).substr(begin);
}

void FrameContentBuilder::Clear() {
  lengths_.clear();
  lengths_bytes_ = 0;
  content_.clear();
  room_ = 0;
}

absl::StatusOr<FrameContent> FrameContent::Parse(std::string plain) {
  if (plain.size() > base::kFramePlainBytes) return Bad("over the limit of bytes");
  FrameContent content;
  absl::string_view rest = plain;
  ASSIGN_OR_RETURN(const uint32_t count, ConsumeVarint(rest));
  // Each object costs a length and a byte at least: nothing is allocated on the count's word.
  if (count == 0 || count > rest.size() / 2) return Bad("a count that does not fit");
  content.ends_.reserve(count);
  uint64_t end = 0;
  for (uint32_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(const uint32_t length, ConsumeVarint(rest));
    if (length == 0 || length > base::kFrameObjectBytesMax) return Bad("an object's length");
    end += length;
    if (end > plain.size()) return Bad("objects longer than the frame");
    content.ends_.push_back(static_cast<uint32_t>(end));
  }
  if (end != rest.size()) return Bad("lengths do not add up to its size");
  content.begin_ = plain.size() - rest.size();
  content.plain_ = std::move(plain);
  return content;
}

absl::string_view FrameContent::object(uint32_t ordinal) const {
  CHECK(ordinal < ends_.size());
  const uint32_t begin = ordinal == 0 ? 0 : ends_[ordinal - 1];
  return absl::string_view(plain_).substr(begin_ + begin, ends_[ordinal] - begin);
}

}  // namespace tidemark::verifier
