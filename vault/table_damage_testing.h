// For tests only: what a disk does to a block of a table file.
#ifndef TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
#define TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace tidemark::vault {

// Flips a bit of the byte `at` bytes into `bytes`, in every table file of `dir` that has them and
// is not larger than said. How many there were. Nobody may have the store open, or what it has in
// memory hides it.
int FlipInTables(const std::string& dir, const std::string& bytes, size_t at,
                 size_t table_bytes_max = SIZE_MAX);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
