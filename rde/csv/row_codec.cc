#include "rde/csv/row_codec.h"

#include <cstring>

#include "base/external_sort.h"
#include "base/status.h"

namespace tidemark::rde::csv {
namespace {

template <typename T>
void Put(T number, std::string& out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &number, sizeof(T));
  out.append(bytes, sizeof(T));
}

template <typename T>
T Get(absl::string_view& rest) {
  CHECK(rest.size() >= sizeof(T));
  T number;
  std::memcpy(&number, rest.data(), sizeof(T));
  rest.remove_prefix(sizeof(T));
  return number;
}

}  // namespace

void EncodeRow(uint32_t plan, const Row& row, std::string& out) {
  out.clear();
  Put(plan, out);
  Put(row.at.line, out);
  Put(row.at.offset, out);
  Put(row.at.file, out);
  for (const absl::string_view field : row.fields) {
    Put(static_cast<uint32_t>(field.size()), out);
    out.append(field.data(), field.size());
  }
}

uint32_t DecodeRow(absl::string_view value, Row& row) {
  const auto plan = Get<uint32_t>(value);
  row.at.line = Get<int64_t>(value);
  row.at.offset = Get<int64_t>(value);
  row.at.file = Get<uint16_t>(value);
  row.tidy = row.plain = false;
  row.fields.clear();
  while (!value.empty()) {
    const auto size = Get<uint32_t>(value);
    CHECK(value.size() >= size);
    row.fields.push_back(value.substr(0, size));
    value.remove_prefix(size);
  }
  return plan;
}

std::string SortKey(absl::string_view key, uint8_t order) {
  std::string sort_key(key.substr(0, base::kSortKeyBytesMax - 2));
  sort_key.push_back('\0');
  sort_key.push_back(static_cast<char>(order));
  return sort_key;
}

absl::string_view KeyOf(absl::string_view sort_key) {
  return sort_key.substr(0, sort_key.size() - 2);
}

uint8_t OrderOf(absl::string_view sort_key) { return static_cast<uint8_t>(sort_key.back()); }

}  // namespace tidemark::rde::csv
