// For tests only: what a disk does to a block of a table file.
#ifndef TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
#define TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace tidemark::vault {

// Flips a bit of the byte `at` bytes into `bytes`, in every table file of `dir` that has them, and
// no more rows than said. How many there were. Nobody may have the store open, or what it has in
// memory hides it.
int FlipInTables(const std::string& dir, const std::string& bytes, size_t at,
                 uint64_t rows_max = UINT64_MAX);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
