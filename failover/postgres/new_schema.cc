#include "failover/postgres/new_schema.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "failover/postgres/schema.h"

namespace tidemark::failover {
namespace {

constexpr size_t kSchemaNameBytesMax = 63;  // PostgreSQL cuts longer ones
// A schema's comment: kMark, the version, kMarkOf, the TLD.
constexpr absl::string_view kMark = "tidemark export, version ";
constexpr absl::string_view kMarkOf = ": personal data of the registry of ";

// Whose export a schema is by its comment; nullopt: it is none.
std::optional<std::string> TldOf(absl::string_view comment) {
  if (!absl::ConsumePrefix(&comment, kMark)) return std::nullopt;
  const size_t of = comment.find(kMarkOf);
  const absl::string_view version = comment.substr(0, of);
  if (of == absl::string_view::npos || version.empty() ||
      !std::all_of(version.begin(), version.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  return std::string(comment.substr(of + kMarkOf.size()));
}

absl::Status CheckMayGo(const std::string& schema, const std::string& comment,
                        const PostgresOptions& options) {
  const std::optional<std::string> tld = TldOf(comment);
  if (options.if_exists == IfSchemaExists::kRefuse) {
    return absl::AlreadyExistsError(
        absl::StrCat("PostgreSQL: schema ", schema, " is there already",
                     tld.has_value() && *tld != options.tld ? ": an export of another TLD" : ""));
  }
  if (!tld.has_value()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "PostgreSQL: schema ", schema, " is no export of tidemark, and stays as it is"));
  }
  if (*tld == options.tld) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("PostgreSQL: schema ", schema, " is an export of another TLD than ", options.tld,
                   ", and stays as it is; give this one a --schema of its own"));
}

// SQL that gives whoever has a right in the schema, as a list for REVOKE; null if nobody has but
// the owner. A default privilege may be for roles, or for PUBLIC, which is 0.
std::string AskGrantees(const std::string& schema_literal) {
  return absl::StrCat(
      "SELECT string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE "
      "quote_ident(pg_get_userbyid(a.grantee)) END, ', ') FROM ("
      "SELECT nspacl AS acl, nspowner AS owner FROM pg_namespace WHERE nspname = ",
      schema_literal,
      " UNION ALL SELECT relacl, relowner FROM pg_class WHERE relnamespace = (SELECT oid FROM "
      "pg_namespace WHERE nspname = ",
      schema_literal,
      ") UNION ALL SELECT attacl, relowner FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
      "WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ",
      schema_literal, ")) o, aclexplode(o.acl) a WHERE a.grantee <> o.owner");
}

}  // namespace

absl::StatusOr<std::string> SchemaName(const PostgresOptions& options) {
  std::string name =
      options.schema.empty()
          ? absl::StrCat("tidemark_", absl::StrReplaceAll(options.tld, {{"-", "_"}, {".", "_"}}))
          : options.schema;
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
  });
  if (name.empty() || name.size() > kSchemaNameBytesMax || !is_plain ||
      absl::StartsWith(name, "pg_") || name == "public" || name == "information_schema") {
    return absl::InvalidArgumentError(
        absl::StrCat("a schema's name has 1 to ", kSchemaNameBytesMax,
                     " of a-z, 0-9 and _, and is none of PostgreSQL's own"));
  }
  return name;
}

absl::Status MakeSchema(Connection& connection, const std::string& schema,
                        const PostgresOptions& options) {
  const std::string quoted = Quoted(schema);
  ASSIGN_OR_RETURN(const std::string literal, connection.Literal(schema));
  ASSIGN_OR_RETURN(
      const std::optional<std::string> former,
      connection.Ask(absl::StrCat("SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM "
                                  "pg_namespace WHERE nspname = ",
                                  literal)));
  if (former.has_value()) {
    RETURN_IF_ERROR(CheckMayGo(schema, *former, options));
    RETURN_IF_ERROR(connection.Run(absl::StrCat("DROP SCHEMA ", quoted, " CASCADE")).status());
  }
  const absl::Status made = connection.Run(absl::StrCat("CREATE SCHEMA ", quoted)).status();
  // A row of that name is in the catalogue, which was not when it was looked at.
  if (absl::IsInvalidArgument(made)) {
    return absl::AlreadyExistsError(
        absl::StrCat("PostgreSQL: somebody else has just made schema ", schema));
  }
  RETURN_IF_ERROR(made);
  ASSIGN_OR_RETURN(const std::string comment,
                   connection.Literal(absl::StrCat(kMark, kSchemaVersion, kMarkOf, options.tld)));
  RETURN_IF_ERROR(
      connection
          .Run(absl::StrCat("COMMENT ON SCHEMA ", quoted, " IS ", comment,
                            "; SET LOCAL search_path = ", quoted, ", pg_temp;\n", CreateTables()))
          .status());
  // Now, since nobody wants to wait for what cannot be done in the end.
  return LeaveToTheOwner(connection, schema);
}

absl::Status LeaveToTheOwner(Connection& connection, const std::string& schema) {
  ASSIGN_OR_RETURN(const std::string literal, connection.Literal(schema));
  const std::string ask = AskGrantees(literal);
  ASSIGN_OR_RETURN(const std::optional<std::string> grantees, connection.Ask(ask));
  if (!grantees.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(connection
                      .Run(absl::StrCat("REVOKE ALL ON ALL TABLES IN SCHEMA ", Quoted(schema),
                                        " FROM ", *grantees, " CASCADE; REVOKE ALL ON SCHEMA ",
                                        Quoted(schema), " FROM ", *grantees, " CASCADE"))
                      .status());
  ASSIGN_OR_RETURN(const std::optional<std::string> left, connection.Ask(ask));
  if (!left.has_value()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("PostgreSQL: the rights of others in schema ",
                                                  schema, " cannot be revoked: ", *left));
}

}  // namespace tidemark::failover
