// A rebuilt registry in PostgreSQL, for a successor whose own system begins there: a schema of
// plain tables (docs/formats/postgres.md), filled by COPY.
//
// All of it is one transaction: tables, rows, keys, indexes and foreign keys become visible
// together at its commit, or not at all, whatever dies in the middle. What refers to something that
// is not in the registry stays as it is, without a foreign key, and is listed in
// dangling_references. Statuses say which ones the deposit claimed and which are in force
// (lookup/derived.h).
//
// What it is not: a replica. Nothing is read back, and a schema that is there is never added to.
//
// Threats: it is all the personal data of a registry, in a place that Tidemark does not guard. As
// it is made, nobody but its owner has a right in it, whatever the database's default privileges
// say; superusers, members of the owner's role and of pg_read_all_data, and whoever reads the
// server's disk are the database's to keep away. On its way it is encrypted for that server, or
// goes nowhere, unless the URL says otherwise. Values go through
// COPY, never into SQL text; the schema's name is checked and quoted. The URL may hold a password:
// it is in no message of ours, and what the server says of a row it refuses is kept back, since it
// quotes the row.
//
// Memory: kChunkBytes a table, and four chunks on their way. Threads: one caller; it has a thread
// of its own that sends. Errors: INVALID_ARGUMENT URL or schema name; ALREADY_EXISTS the schema is
// there; FAILED_PRECONDITION it is no export of this TLD, or the database is not in UTF-8;
// PERMISSION_DENIED, RESOURCE_EXHAUSTED (its disk) and UNAVAILABLE of the server; the store's own.
#ifndef TIDEMARK_FAILOVER_POSTGRES_EXPORT_H_
#define TIDEMARK_FAILOVER_POSTGRES_EXPORT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone_config.h"

namespace tidemark::failover {

enum class IfSchemaExists { kRefuse, kReplace };

struct PostgresOptions {
  // postgresql://..., as libpq has it. Of another machine only with sslmode=verify-full or
  // verify-ca, or with another mode that the URL itself names.
  std::string url;
  absl::Duration connect_within = absl::Seconds(20);  // where the URL has no connect_timeout
  // "": tidemark_TLD with '-' and '.' as '_'. Two TLDs that come to the same name keep each other
  // out, since an export is only ever replaced by one of its own TLD.
  std::string schema;
  std::string tld;  // canonical
  ZoneConfig zone;  // as the rebuild's: what mirrors a name that is not published is inactive
  IfSchemaExists if_exists = IfSchemaExists::kRefuse;  // only an export of this TLD is replaced
  std::function<void(uint64_t objects)> on_progress;   // objects so far; called now and then
};

struct PostgresReport {
  std::string schema;
  std::vector<std::pair<std::string, uint64_t>> rows;      // by table
  std::vector<std::pair<std::string, uint64_t>> dangling;  // by column; those without a foreign key
  uint64_t bytes = 0;                                      // of COPY
  double seconds_copy = 0;
  double seconds_keys = 0;
};

absl::StatusOr<PostgresReport> ExportToPostgres(const RegistryStore& store,
                                                const PostgresOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_EXPORT_H_
