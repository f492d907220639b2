// The schema that an export goes into: its name, whether one of that name may go, and that nobody
// but its owner can see into it.
#ifndef TIDEMARK_FAILOVER_POSTGRES_NEW_SCHEMA_H_
#define TIDEMARK_FAILOVER_POSTGRES_NEW_SCHEMA_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "failover/postgres/connection.h"
#include "failover/postgres/export.h"

namespace tidemark::failover {

// The one asked for, or that of the TLD. INVALID_ARGUMENT: not a name that needs no quoting, or one
// of PostgreSQL's own.
absl::StatusOr<std::string> SchemaName(const PostgresOptions& options);

// Makes the schema with its tables, empty, within the caller's transaction: nobody else can see
// that a former one went, should the rest fail. Its comment says what it is and whose; only what
// says the same of this very TLD is replaced. Whatever default privileges the database has
// (ALTER DEFAULT PRIVILEGES), nobody but the owner has a right in it afterwards.
// ALREADY_EXISTS, FAILED_PRECONDITION: see export.h.
absl::Status MakeSchema(Connection& connection, const std::string& schema,
                        const PostgresOptions& options);

// Takes every right from all but the owner; PERMISSION_DENIED names who has one still. Of what is
// made later, an event trigger of the database's may give rights: so it is asked for before the
// commit, too.
absl::Status LeaveToTheOwner(Connection& connection, const std::string& schema);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_NEW_SCHEMA_H_
