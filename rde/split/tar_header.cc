#include "rde/split/tar_header.h"

#include "absl/strings/numbers.h"

namespace tidemark::rde {
namespace {

struct Field {
  size_t offset;
  size_t size;
};
constexpr Field kName = {0, 100};
constexpr Field kSize = {124, 12};
constexpr Field kChecksum = {148, 8};
constexpr size_t kTypeOffset = 156;
constexpr Field kMagic = {257, 5};

absl::string_view Get(absl::string_view block, Field field) {
  return block.substr(field.offset, field.size);
}

absl::string_view UpToNul(absl::string_view text) { return text.substr(0, text.find('\0')); }

// Octal digits between spaces or NULs; with the high bit of the first byte set, GNU's base-256 for
// what needs more than eleven of them.
std::optional<uint64_t> ParseNumber(absl::string_view field) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(field[i]); };
  uint64_t value = 0;
  if (byte(0) == 0x80) {
    for (size_t i = 1; i < field.size(); ++i) {
      value = value * 256 + byte(i);
      if (value > kTarMemberBytesMax) return std::nullopt;
    }
    return value;
  }
  size_t i = 0;
  while (i < field.size() && field[i] == ' ') ++i;
  const size_t first = i;
  for (; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i) {
    value = value * 8 + byte(i) - '0';
  }
  const bool has_digits = i > first;
  while (i < field.size() && (field[i] == ' ' || field[i] == '\0')) ++i;
  if (!has_digits || i < field.size() || value > kTarMemberBytesMax) return std::nullopt;
  return value;
}

// The sum of all bytes, those of the checksum itself taken as spaces.
uint64_t Checksum(absl::string_view block) {
  uint64_t sum = kChecksum.size * ' ';
  for (size_t i = 0; i < block.size(); ++i) {
    const bool is_checksum = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    if (!is_checksum) sum += static_cast<unsigned char>(block[i]);
  }
  return sum;
}

}  // namespace

std::optional<TarHeader> ParseTarHeader(absl::string_view block) {
  if (block.size() != kTarBlockBytes || Get(block, kMagic) != "ustar") return std::nullopt;
  if (ParseNumber(Get(block, kChecksum)) != Checksum(block)) return std::nullopt;
  const std::optional<uint64_t> size_bytes = ParseNumber(Get(block, kSize));
  if (!size_bytes.has_value()) return std::nullopt;
  return TarHeader{block[kTypeOffset], *size_bytes, std::string(UpToNul(Get(block, kName)))};
}

// Records of "LENGTH KEY=VALUE\n", where LENGTH counts all of the record. Behind the last one there
// may be NULs: the padding.
std::optional<PaxRecords> ParsePaxRecords(absl::string_view bytes) {
  PaxRecords records;
  while (!bytes.empty() && bytes[0] != '\0') {
    const size_t space = bytes.find(' ');
    size_t length = 0;
    if (space == absl::string_view::npos || !absl::SimpleAtoi(bytes.substr(0, space), &length) ||
        length < space + 2 || length > bytes.size() || bytes[length - 1] != '\n') {
      return std::nullopt;
    }
    const absl::string_view record = bytes.substr(space + 1, length - space - 2);
    bytes.remove_prefix(length);
    const size_t equals = record.find('=');
    if (equals == absl::string_view::npos) return std::nullopt;
    const absl::string_view key = record.substr(0, equals);
    const absl::string_view value = record.substr(equals + 1);
    if (key == "path") records.path = std::string(value);
    if (key == "size") {
      uint64_t size_bytes = 0;
      if (!absl::SimpleAtoi(value, &size_bytes) || size_bytes > kTarMemberBytesMax) {
        return std::nullopt;
      }
      records.size_bytes = size_bytes;
    }
  }
  return records;
}

}  // namespace tidemark::rde
