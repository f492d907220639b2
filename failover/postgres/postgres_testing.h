// For tests only: a PostgreSQL server of its own, on a socket in a directory that goes with it, and
// questions to it through psql, which shares no code with ours but libpq.
#ifndef TIDEMARK_FAILOVER_POSTGRES_POSTGRES_TESTING_H_
#define TIDEMARK_FAILOVER_POSTGRES_POSTGRES_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/subprocess.h"

namespace tidemark::failover {

// What psql prints for null.
inline constexpr char kNull[] = "<null>";
inline constexpr char kTestPassword[] = "correct-horse";

class PostgresServer {
 public:
  // NOT_FOUND, with a word for whoever reads the skipped test, if it cannot run here. It does not
  // run as root, so root's goes as the user postgres, below /tmp, which that user can reach.
  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start();
  ~PostgresServer();

  // Of the superuser, with the password.
  std::string url() const;
  std::string url_without_password() const;

  // Rows of fields. Any error fails the test.
  std::vector<std::vector<std::string>> Rows(const std::string& sql) const;
  // The one field of the one row.
  std::string One(const std::string& sql) const;

  // As if the power failed.
  void Kill();

 private:
  explicit PostgresServer(std::string dir) : dir_(std::move(dir)) {}

  const std::string dir_;
  std::unique_ptr<base::Subprocess> server_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_POSTGRES_TESTING_H_
