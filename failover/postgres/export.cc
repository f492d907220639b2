#include "failover/postgres/export.h"

#include <chrono>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/postgres/connection.h"
#include "failover/postgres/new_schema.h"
#include "failover/postgres/registry_rows.h"
#include "failover/postgres/schema.h"
#include "failover/postgres/table_sender.h"
#include "failover/zone/delegation.h"

namespace tidemark::failover {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kProgressObjects = 1000;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

// A part of the deposit that need not be there.
template <typename T>
absl::StatusOr<T> OrNone(absl::StatusOr<T> found) {
  if (absl::IsNotFound(found.status())) return T();
  return found;
}

absl::Status SendRows(const RegistryStore& store, const PostgresOptions& options,
                      TableSender& sender) {
  const Delegations delegations(store, options.tld, options.zone);
  RegistryRows rows(store, delegations, sender);
  ASSIGN_OR_RETURN(const rde::DepositInfo deposit, OrNone(store.Deposit()));
  ASSIGN_OR_RETURN(const rde::Header header, OrNone(store.Header()));
  RETURN_IF_ERROR(rows.Put(options.tld, deposit, header));
  const absl::StatusOr<rde::EppParams> params = store.EppParams();
  if (params.ok()) RETURN_IF_ERROR(rows.Put(*params));
  if (!params.ok() && !absl::IsNotFound(params.status())) return params.status();
  uint64_t objects = 0;
  const auto put = [&](const auto& object) {
    if (++objects % kProgressObjects == 0 && options.on_progress) options.on_progress(objects);
    return rows.Put(object);
  };
  RETURN_IF_ERROR(store.ForEachPolicy(put));
  RETURN_IF_ERROR(store.ForEachRegistrar(put));
  RETURN_IF_ERROR(store.ForEachIdnTable(put));
  RETURN_IF_ERROR(store.ForEachContact(put));
  RETURN_IF_ERROR(store.ForEachHost(put));
  RETURN_IF_ERROR(store.ForEachDomain(put));
  RETURN_IF_ERROR(store.ForEachNndn(put));
  RETURN_IF_ERROR(store.ForEachFormerRegistrars(put));
  return sender.Finish();
}

// A deposit may name an object by more than a row of a B-tree holds, a third of a page; of that a
// hash is searched, which says as well what is equal.
absl::Status AddIndex(Connection& connection, const SearchedColumn& column) {
  RETURN_IF_ERROR(connection.Run("SAVEPOINT before_index").status());
  const absl::Status added = connection.Run(CreateIndex(column, IndexKind::kTree)).status();
  if (!absl::IsOutOfRange(added)) return added;
  RETURN_IF_ERROR(connection.Run("ROLLBACK TO SAVEPOINT before_index").status());
  return connection.Run(CreateIndex(column, IndexKind::kHash)).status();
}

absl::Status AddKeysAndReferences(Connection& connection, PostgresReport& report) {
  // What sorting may use: within what a small server has.
  RETURN_IF_ERROR(connection.Run("SET LOCAL maintenance_work_mem = '128MB'").status());
  for (const std::string& sql : AddKeys()) RETURN_IF_ERROR(connection.Run(sql).status());
  for (const SearchedColumn& column : SearchedColumns()) {
    RETURN_IF_ERROR(AddIndex(connection, column));
  }
  // Plans of what follows depend on it.
  RETURN_IF_ERROR(connection.Run(Analyze()).status());
  for (const Reference& reference : References()) {
    ASSIGN_OR_RETURN(const uint64_t dangling, connection.Run(ListDangling(reference)));
    if (dangling == 0) {
      RETURN_IF_ERROR(connection.Run(AddForeignKey(reference)).status());
    } else {
      report.dangling.emplace_back(absl::StrCat(reference.table, ".", reference.column), dangling);
    }
  }
  return connection.Run("CREATE INDEX ON dangling_references (from_table, from_key)").status();
}

}  // namespace

absl::StatusOr<PostgresReport> ExportToPostgres(const RegistryStore& store,
                                                const PostgresOptions& options) {
  PostgresReport report;
  ASSIGN_OR_RETURN(report.schema, SchemaName(options));
  ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                   Connection::Open(options.url, options.connect_within));
  const Clock::time_point begin = Clock::now();
  // Whatever returns early closes the connection, and the server forgets all of it.
  RETURN_IF_ERROR(connection->Run("BEGIN").status());
  RETURN_IF_ERROR(MakeSchema(*connection, report.schema, options));
  {
    TableSender sender(*connection);
    RETURN_IF_ERROR(SendRows(store, options, sender));
    report.bytes = sender.bytes();
    for (size_t i = 0; i < kTables; ++i) {
      const auto table = static_cast<Table>(i);
      report.rows.emplace_back(DefinitionOf(table).name, sender.Of(table).rows());
    }
  }
  const Clock::time_point copied = Clock::now();
  RETURN_IF_ERROR(AddKeysAndReferences(*connection, report));
  RETURN_IF_ERROR(LeaveToTheOwner(*connection, report.schema));
  const absl::Status committed = connection->Run("COMMIT").status();
  if (absl::IsUnavailable(committed)) {
    return base::Annotate(committed, "at the commit: whether it took place is not known");
  }
  RETURN_IF_ERROR(committed);
  report.seconds_copy = Seconds(copied - begin);
  report.seconds_keys = Seconds(Clock::now() - copied);
  return report;
}

}  // namespace tidemark::failover
