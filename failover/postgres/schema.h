// The tables of an export, version kSchemaVersion: docs/formats/postgres.md says what they mean.
// Names in here are our own, never a deposit's.
#ifndef TIDEMARK_FAILOVER_POSTGRES_SCHEMA_H_
#define TIDEMARK_FAILOVER_POSTGRES_SCHEMA_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::failover {

inline constexpr int kSchemaVersion = 1;

enum Table : size_t {
  kDepositTable,
  kHeaderCounts,
  kEppParamsTable,
  kPolicies,
  kRegistrars,
  kRegistrarPostalInfos,
  kIdnTables,
  kContacts,
  kContactStatuses,
  kContactPostalInfos,
  kContactTransfers,
  kHosts,
  kHostStatuses,
  kHostAddresses,
  kDomains,
  kDomainStatuses,
  kDomainRgpStatuses,
  kDomainContacts,
  kDomainHosts,
  kDomainHostAttributes,
  kDomainDs,
  kDomainKeys,
  kDomainTransfers,
  kNndns,
  kFormerRegistrars,
  kFlawedDates,
};
inline constexpr size_t kTables = 26;

struct TableDefinition {
  const char* name;
  const char* columns;      // of CREATE TABLE
  const char* primary_key;  // "": none
};
const TableDefinition& DefinitionOf(Table table);

// A column that names something in another table. Not every one of a deposit does so truly.
struct Reference {
  const char* table;
  const char* key;  // what names the row that refers, in dangling_references
  const char* column;
  const char* to_table;
  const char* to_column;
};
const std::vector<Reference>& References();

// SQL that makes every table, empty.
std::string CreateTables();
// SQL that fills host_names, and adds primary keys, and the foreign keys to the object that a row
// is a part of, one statement each.
std::vector<std::string> AddKeys();

// A column by which rows are looked for, other than by their key.
struct SearchedColumn {
  const char* table;
  const char* column;
};
const std::vector<SearchedColumn>& SearchedColumns();
enum class IndexKind {
  kTree,  // OUT_OF_RANGE if a value is too long for a row of it
  kHash,  // for equality alone
};
std::string CreateIndex(const SearchedColumn& column, IndexKind kind);
// SQL that looks at what is in the tables, for the server's plans.
std::string Analyze();
// SQL that lists what does not lead anywhere; it touches as many rows as there are.
std::string ListDangling(const Reference& reference);
std::string AddForeignKey(const Reference& reference);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_SCHEMA_H_
