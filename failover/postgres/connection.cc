#include "failover/postgres/connection.h"

#include <arpa/inet.h>
#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kPutBytes = 64 * 1024;
// A server whose machine or network is gone; one that is busy for hours answers all the same, on
// TCP's level.
constexpr char kUnansweredMilliseconds[] = "120000";
constexpr char kKeepaliveIdleSeconds[] = "60";
constexpr char kKeepaliveIntervalSeconds[] = "15";

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

absl::StatusCode CodeOf(absl::string_view sql_state) {
  if (sql_state == "42501" || absl::StartsWith(sql_state, "28")) {
    return absl::StatusCode::kPermissionDenied;
  }
  if (sql_state == "42P06") return absl::StatusCode::kAlreadyExists;
  if (absl::StartsWith(sql_state, "54")) return absl::StatusCode::kOutOfRange;
  if (absl::StartsWith(sql_state, "53")) return absl::StatusCode::kResourceExhausted;
  if (absl::StartsWith(sql_state, "22") || absl::StartsWith(sql_state, "23")) {
    return absl::StatusCode::kInvalidArgument;
  }
  return absl::StatusCode::kUnavailable;
}

// libpq's own words come with line ends, and several attempts at once.
std::string OneLine(absl::string_view text) {
  std::string line(absl::StripAsciiWhitespace(text));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

absl::Status StatusOf(const PGresult* result, PGconn* connection) {
  const char* const field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (field == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("PostgreSQL: the connection is gone: ", OneLine(PQerrorMessage(connection))));
  }
  const absl::string_view sql_state = field;
  const absl::StatusCode code = CodeOf(sql_state);
  const char* const words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const bool quotes_a_row = code == absl::StatusCode::kInvalidArgument;
  return absl::Status(code, absl::StrCat("PostgreSQL: ",
                                         quotes_a_row       ? "a row or value is refused"
                                         : words == nullptr ? "error"
                                                            : OneLine(words),
                                         " (SQLSTATE ", sql_state, ")"));
}

// A password with a '/' or '@' that is not percent-encoded ends up in other parts of the URL, which
// libpq's errors quote.
bool HasStrayPassword(const PQconninfoOption* option) {
  for (; option->keyword != nullptr; ++option) {
    const absl::string_view keyword = option->keyword;
    const absl::string_view value = option->val == nullptr ? "" : option->val;
    const bool is_stray =
        keyword == "port"
            ? value.find_first_not_of("0123456789,") != absl::string_view::npos
            : (keyword == "host" || keyword == "dbname") && absl::StrContains(value, "@");
    if (is_stray) return true;
  }
  return false;
}

// What the URL says, else the environment or a service file; "": nobody says anything.
std::string OptionOf(const PQconninfoOption* option, absl::string_view keyword) {
  for (; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->keyword == keyword) return option->val == nullptr ? "" : option->val;
  }
  return "";
}

// A socket, or an address of this machine alone.
bool IsOfThisMachine(const std::string& host) {
  if (host.empty() || host[0] == '/' || host[0] == '@' || host == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

// libpq's own mode, prefer, takes any server's certificate, and none if there is none: whoever is
// between reads all of it. Nor is there a word of that.
absl::Status CheckPrivate(const PQconninfoOption* of_url) {
  if (!OptionOf(of_url, "sslmode").empty()) return absl::OkStatus();
  const std::unique_ptr<PQconninfoOption, FreeOptions> defaults(PQconndefaults());
  const auto said = [&](absl::string_view keyword) {
    const std::string by_url = OptionOf(of_url, keyword);
    return by_url.empty() ? OptionOf(defaults.get(), keyword) : by_url;
  };
  const std::string mode = OptionOf(defaults.get(), "sslmode");
  if (mode == "verify-full" || mode == "verify-ca") return absl::OkStatus();
  // Where there is an address, a host is but the name to verify. A service may hold any of it.
  const std::string addresses = said("hostaddr");
  const std::vector<std::string> hosts =
      absl::StrSplit(addresses.empty() ? said("host") : addresses, ',');
  if (OptionOf(of_url, "service").empty() &&
      std::all_of(hosts.begin(), hosts.end(), IsOfThisMachine)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the database is on another machine, and nothing says that only the right one is talked to, "
      "in private: put sslmode=verify-full into its URL, with sslrootcert=FILE for an authority of "
      "your own; another sslmode there is taken as your word");
}

absl::Status CheckUrl(const std::string& url) {
  if (!absl::StartsWith(url, "postgresql://") && !absl::StartsWith(url, "postgres://")) {
    return absl::InvalidArgumentError("the database's URL does not begin with postgresql://");
  }
  char* words = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(url.c_str(), &words));
  PQfreemem(words);  // it quotes the URL
  if (options == nullptr) {
    return absl::InvalidArgumentError("the database's URL is not one that libpq understands");
  }
  if (!HasStrayPassword(options.get())) return CheckPrivate(options.get());
  return absl::InvalidArgumentError(
      "the database's URL has a port that is no number, or an '@' in host or database: '@', '/' "
      "and "
      "':' of a password have to be percent-encoded");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& url,
                                                             absl::Duration connect_within) {
  RETURN_IF_ERROR(CheckUrl(url));
  // What stands before the URL gives way to it, and what is null to the environment.
  const char* const by_environment = std::getenv("PGCONNECT_TIMEOUT");
  const std::string connect_seconds = absl::StrCat(absl::ToInt64Seconds(connect_within));
  const char* const keys[] = {
      "connect_timeout", "tcp_user_timeout", "keepalives_idle",           "keepalives_interval",
      "dbname",          "client_encoding",  "fallback_application_name", nullptr};
  const char* const values[] = {by_environment == nullptr ? connect_seconds.c_str() : nullptr,
                                kUnansweredMilliseconds,
                                kKeepaliveIdleSeconds,
                                kKeepaliveIntervalSeconds,
                                url.c_str(),
                                "UTF8",
                                "tidemark",
                                nullptr};
  PGconn* const raw = PQconnectdbParams(keys, values, /*expand_dbname=*/1);
  if (raw == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  auto connection = absl::WrapUnique(new Connection(raw));
  if (PQstatus(raw) != CONNECTION_OK) {
    const std::string words = OneLine(PQerrorMessage(raw));
    if (PQconnectionNeedsPassword(raw) || PQconnectionUsedPassword(raw)) {
      return absl::PermissionDeniedError(absl::StrCat("PostgreSQL: ", words));
    }
    return absl::UnavailableError(absl::StrCat("PostgreSQL: ", words));
  }
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);
  // Threat: in a database where others may make functions, one of theirs with the name of
  // PostgreSQL's own would run with the rights of whoever exports, and read what is exported. So
  // names mean PostgreSQL's own, from the first word on.
  RETURN_IF_ERROR(connection->Run("SET search_path = pg_catalog, pg_temp").status());
  ASSIGN_OR_RETURN(const std::optional<std::string> encoding,
                   connection->Ask("SHOW server_encoding"));
  if (encoding.value_or("") != "UTF8") {
    return absl::FailedPreconditionError(absl::StrCat(
        "PostgreSQL: the database is in ", encoding.value_or("no encoding"), ", not in UTF8"));
  }
  RETURN_IF_ERROR(connection
                      ->Run("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; "
                            "SET standard_conforming_strings = on; SET statement_timeout = 0; "
                            "SET idle_in_transaction_session_timeout = 0; "
                            "SET synchronous_commit = on")
                      .status());
  return connection;
}

Connection::~Connection() { PQfinish(connection_); }

absl::StatusOr<uint64_t> Connection::Run(const std::string& sql) {
  const Result result(PQexec(connection_, sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return StatusOf(result.get(), connection_);
  }
  uint64_t rows = 0;
  if (!absl::SimpleAtoi(PQcmdTuples(result.get()), &rows)) return 0;
  return rows;
}

absl::StatusOr<std::optional<std::string>> Connection::Ask(const std::string& sql) {
  const Result result(PQexec(connection_, sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return StatusOf(result.get(), connection_);
  if (PQntuples(result.get()) == 0 || PQgetisnull(result.get(), 0, 0) != 0) return std::nullopt;
  return std::string(PQgetvalue(result.get(), 0, 0));
}

absl::Status Connection::Copy(const std::string& sql, absl::string_view rows) {
  const Result begun(PQexec(connection_, sql.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return StatusOf(begun.get(), connection_);
  // Waits while the server has enough to do: the connection blocks.
  bool sent = true;
  while (sent && !rows.empty()) {
    const absl::string_view part = rows.substr(0, kPutBytes);
    sent = PQputCopyData(connection_, part.data(), static_cast<int>(part.size())) == 1;
    rows.remove_prefix(part.size());
  }
  if (sent) sent = PQputCopyEnd(connection_, nullptr) == 1;
  // Also after a failure to send: what the server said of it comes here.
  absl::Status status;
  while (const Result result{PQgetResult(connection_)}) {
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) continue;
    status = StatusOf(result.get(), connection_);
    if (PQstatus(connection_) != CONNECTION_OK) break;
  }
  if (status.ok() && !sent) {
    status = absl::UnavailableError(
        absl::StrCat("PostgreSQL: the connection is gone: ", OneLine(PQerrorMessage(connection_))));
  }
  return status;
}

absl::StatusOr<std::string> Connection::Literal(absl::string_view text) {
  char* const literal = PQescapeLiteral(connection_, text.data(), text.size());
  if (literal == nullptr) return absl::InvalidArgumentError("text that SQL cannot hold");
  std::string out = literal;
  PQfreemem(literal);
  return out;
}

std::string Quoted(absl::string_view name) {
  CHECK(!absl::StrContains(name, '"'));
  return absl::StrCat("\"", name, "\"");
}

}  // namespace tidemark::failover
