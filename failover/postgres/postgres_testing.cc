#include "failover/postgres/postgres_testing.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin/";
constexpr absl::Duration kTimeout = absl::Minutes(2);
constexpr size_t kOutputBytesMax = 64 << 20;
constexpr char kFieldEnd[] = "\x1f";
constexpr char kRowEnd[] = "\x1e";

absl::StatusOr<std::optional<base::ProcessUser>> WhoRunsIt() {
  if (geteuid() != 0) return std::nullopt;
  const passwd* const user = getpwnam("postgres");
  if (user == nullptr) return absl::NotFoundError("there is no user postgres");
  return base::ProcessUser{user->pw_uid, user->pw_gid};
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start() {
  if (access(absl::StrCat(kPrograms, "postgres").c_str(), X_OK) != 0) {
    return absl::NotFoundError("PostgreSQL 15 is not installed");
  }
  ASSIGN_OR_RETURN(const std::optional<base::ProcessUser> user, WhoRunsIt());
  std::string dir = user.has_value() ? "/tmp/tidemark-postgres.XXXXXX"
                                     : absl::StrCat(base::TestDir(), "/p.XXXXXX");
  if (mkdtemp(dir.data()) == nullptr) return absl::UnavailableError("no directory for PostgreSQL");
  auto server = absl::WrapUnique(new PostgresServer(dir));
  const std::string password = dir + "/password";
  RETURN_IF_ERROR(base::WriteFile(password, kTestPassword, base::FileMode::kPublic));
  if (user.has_value() && chown(dir.c_str(), user->uid, user->gid) != 0) {
    return absl::UnavailableError("its directory cannot be given to the user postgres");
  }
  base::SubprocessOptions options;
  options.user = user;
  options.work_dir = dir;
  options.out = base::ProcessOutput::ToFile(dir + "/log");
  options.err = base::ProcessOutput::ToFile(dir + "/log");
  options.argv = {absl::StrCat(kPrograms, "initdb"),
                  "-D",
                  dir + "/data",
                  "-A",
                  "scram-sha-256",
                  "-U",
                  "postgres",
                  "--no-sync",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--pwfile=" + password};
  ASSIGN_OR_RETURN(const auto initdb, base::Subprocess::Start(options));
  ASSIGN_OR_RETURN(const int made, initdb->Wait(kTimeout));
  if (made != 0) {
    return absl::InternalError(base::ReadSmallFile(dir + "/log").value_or("initdb failed"));
  }
  options.argv = {absl::StrCat(kPrograms, "postgres"),
                  "-D",
                  dir + "/data",
                  "-k",
                  dir,
                  "-c",
                  "listen_addresses=",
                  "-c",
                  "fsync=off",
                  "-c",
                  "log_statement=all"};
  ASSIGN_OR_RETURN(server->server_, base::Subprocess::Start(options));
  const absl::Time deadline = absl::Now() + kTimeout;
  while (true) {
    ASSIGN_OR_RETURN(const base::RunResult ready,
                     base::RunAndCapture({absl::StrCat(kPrograms, "pg_isready"), "-h", dir},
                                         kTimeout, kOutputBytesMax));
    if (ready.exit_status == 0) return server;
    if (absl::Now() > deadline || server->server_->Wait(absl::Milliseconds(20)).ok()) {
      return absl::InternalError(base::ReadSmallFile(dir + "/log").value_or("it does not start"));
    }
  }
}

PostgresServer::~PostgresServer() {
  // Its fast shutdown; SIGTERM would wait for clients.
  if (server_ != nullptr && server_->Kill(SIGINT).ok()) {
    server_->Wait(base::kStopGraceDefault).IgnoreError();
  }
  server_.reset();
  std::error_code error;
  fs::remove_all(dir_, error);
}

std::string PostgresServer::url() const {
  return absl::StrCat("postgresql://postgres:", kTestPassword, "@/postgres?host=", dir_);
}

std::string PostgresServer::url_without_password() const {
  return absl::StrCat("postgresql://postgres@/postgres?host=", dir_);
}

std::vector<std::vector<std::string>> PostgresServer::Rows(const std::string& sql) const {
  std::vector<std::vector<std::string>> rows;
  const absl::StatusOr<base::RunResult> result = base::RunAndCapture(
      {"env", "PGTZ=UTC", absl::StrCat(kPrograms, "psql"), url(), "-X", "-A", "-t", "-F", kFieldEnd,
       "-R", kRowEnd, "-P", absl::StrCat("null=", kNull), "-v", "ON_ERROR_STOP=1", "-c", sql},
      kTimeout, kOutputBytesMax);
  EXPECT_OK(result);
  if (!result.ok()) return rows;
  EXPECT_EQ(result->exit_status, 0) << sql << "\n" << result->err;
  absl::string_view out = result->out;
  if (!out.empty() && out.back() == '\n') out.remove_suffix(1);
  if (out.empty()) return rows;
  for (const absl::string_view row : absl::StrSplit(out, kRowEnd)) {
    rows.push_back(absl::StrSplit(row, kFieldEnd));
  }
  return rows;
}

std::string PostgresServer::One(const std::string& sql) const {
  const std::vector<std::vector<std::string>> rows = Rows(sql);
  EXPECT_EQ(rows.size(), 1u) << sql;
  return rows.empty() || rows[0].empty() ? "" : rows[0][0];
}

void PostgresServer::Kill() {
  // The server's own way to drop everything at once, children included.
  EXPECT_OK(server_->Kill(SIGQUIT));
  EXPECT_OK(server_->Wait(kTimeout));
}

}  // namespace tidemark::failover
