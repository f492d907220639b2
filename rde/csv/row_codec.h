// Rows as values of a sort. Private to rde/csv/: never stored beyond one run.
#ifndef TIDEMARK_RDE_CSV_ROW_CODEC_H_
#define TIDEMARK_RDE_CSV_ROW_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/csv/row_reader.h"

namespace tidemark::rde::csv {

// `plan` is a number of the caller's.
void EncodeRow(uint32_t plan, const Row& row, std::string& out);
// Views into `value`. REQUIRES: made by EncodeRow.
uint32_t DecodeRow(absl::string_view value, Row& row);

// A key of an object, and what of it comes first. Keys that are no keys of RFC 9022 are cut.
std::string SortKey(absl::string_view key, uint8_t order);
absl::string_view KeyOf(absl::string_view sort_key);
uint8_t OrderOf(absl::string_view sort_key);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ROW_CODEC_H_
