// What it takes to keep a definition of the CSV model.
#ifndef TIDEMARK_RDE_CSV_TABLE_BYTES_H_
#define TIDEMARK_RDE_CSV_TABLE_BYTES_H_

#include <cstddef>

#include "rde/records.h"

namespace tidemark::rde {

inline size_t BytesOf(const CsvTable& table) {
  size_t bytes = sizeof(table) + table.uri.size() + table.name.size() + table.separator.size();
  for (const CsvField& field : table.fields) {
    bytes += sizeof(field) + field.uri.size() + field.name.size() + field.custom_name.size();
  }
  for (const CsvFile& file : table.files) {
    bytes += sizeof(file) + file.name.size() + file.compression.size() + file.encoding.size() +
             file.checksum.value_or("").size() + file.checksum_algorithm.size();
  }
  return bytes;
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_CSV_TABLE_BYTES_H_
