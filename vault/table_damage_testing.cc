#include "vault/table_damage_testing.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidemark::vault {

int FlipInTables(const std::string& dir, const std::string& bytes, size_t at,
                 size_t table_bytes_max) {
  int flipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    const size_t found = all.find(bytes);
    if (found == std::string::npos || all.size() > table_bytes_max) continue;
    file.clear();
    file.seekp(static_cast<std::streamoff>(found + at));
    file.put(static_cast<char>(all[found + at] ^ 1));
    ++flipped;
  }
  return flipped;
}

}  // namespace tidemark::vault
