// One session with a PostgreSQL server, by libpq. The only place that knows libpq.
//
// Messages carry what the server says first, never details or context, which quote rows; of errors
// in data (SQLSTATE 22 and 23) not even that. The URL is in none.
//
// Threads: one at a time. Errors: see export.h.
#ifndef TIDEMARK_FAILOVER_POSTGRES_CONNECTION_H_
#define TIDEMARK_FAILOVER_POSTGRES_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

typedef struct pg_conn PGconn;

namespace tidemark::failover {

class Connection {
 public:
  // In UTF-8, UTC and standard SQL strings. A server that does not answer within `connect_within`,
  // in whole seconds, 2 at least, is UNAVAILABLE, unless the URL or the environment says otherwise;
  // so is one of which later nothing is heard for two minutes, not even that it is busy.
  // INVALID_ARGUMENT: no URL, or one of another machine that may be talked to in the clear.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& url,
                                                          absl::Duration connect_within);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Returns how many rows it touched, 0 for what touches none.
  absl::StatusOr<uint64_t> Run(const std::string& sql);
  // The first column of the first row; nullopt if there is none, or it is null.
  absl::StatusOr<std::optional<std::string>> Ask(const std::string& sql);
  // `sql` is a COPY ... FROM STDIN in text format, `rows` all that it gets.
  absl::Status Copy(const std::string& sql, absl::string_view rows);

  // As a literal of SQL, quotes included.
  absl::StatusOr<std::string> Literal(absl::string_view text);

 private:
  explicit Connection(PGconn* connection) : connection_(connection) {}

  PGconn* const connection_;
};

// A name in double quotes. `name` has none.
std::string Quoted(absl::string_view name);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_CONNECTION_H_
