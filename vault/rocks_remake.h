// Private to vault/: what a table that was being made anew when the process ended leaves behind.
#ifndef TIDEMARK_VAULT_ROCKS_REMAKE_H_
#define TIDEMARK_VAULT_ROCKS_REMAKE_H_

#include <string>

namespace tidemark::vault {

// Before the database is opened; it is in nobody's list.
void RemoveUnfinishedTable(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_REMAKE_H_
