#include "vault/table_damage_testing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/table_properties.h"

namespace tidemark::vault {
namespace {

uint64_t RowsIn(const std::string& path) {
  rocksdb::SstFileReader table{rocksdb::Options()};
  return table.Open(path).ok() ? table.GetTableProperties()->num_entries : UINT64_MAX;
}

}  // namespace

int FlipInTables(const std::string& dir, const std::string& bytes, size_t at,
                 uint64_t rows_max) {
  int flipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    const size_t found = all.find(bytes);
    if (found == std::string::npos || RowsIn(entry.path().string()) > rows_max) continue;
    file.clear();
    file.seekp(static_cast<std::streamoff>(found + at));
    file.put(static_cast<char>(all[found + at] ^ 1));
    ++flipped;
  }
  return flipped;
}

std::vector<std::string> TablesOf(const std::string& dir, const std::string& family) {
  std::vector<std::string> tables;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (entry.path().extension() != ".sst") continue;
    rocksdb::SstFileReader table{rocksdb::Options()};
    if (!table.Open(entry.path().string()).ok()) continue;
    if (table.GetTableProperties()->column_family_name == family) {
      tables.push_back(entry.path().string());
    }
  }
  std::sort(tables.begin(), tables.end());
  return tables;
}

void FlipBit(const std::string& path, uint64_t at, int bit) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ 1 << bit));
}

}  // namespace tidemark::vault
