// For tests only: what a disk does to a block of a table file.
#ifndef TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
#define TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::vault {

// Flips a bit of the byte `at` bytes into `bytes`, in every table file of `dir` that has them, and
// no more rows than said. How many there were. Nobody may have the store open, or what it has in
// memory hides it.
int FlipInTables(const std::string& dir, const std::string& bytes, size_t at,
                 uint64_t rows_max = UINT64_MAX);

// The table files of `dir` that have rows of the family, in order of their numbers.
std::vector<std::string> TablesOf(const std::string& dir, const std::string& family);

// Flips the bit of the byte at `at`.
void FlipBit(const std::string& path, uint64_t at, int bit);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_TABLE_DAMAGE_TESTING_H_
