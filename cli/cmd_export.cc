// tidemark export: a rebuilt registry goes into a successor's PostgreSQL.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "failover/postgres/export.h"
#include "failover/rebuild/rebuild.h"
#include "failover/store/registry_store.h"

namespace tidemark::cli {
namespace {

struct Arguments {
  std::string dir;
  std::string url;
  std::string schema;
  bool replace = false;
  std::string format = "text";
};

uint64_t ObjectsOf(const failover::RegistryStore& store) {
  uint64_t objects = 0;
  for (const uint64_t count : store.counts()) objects += count;
  return objects;
}

absl::StatusOr<failover::PostgresReport> Run(const Arguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::FinishedRebuild> rebuild,
                   failover::FinishedRebuild::Open(arguments.dir));
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::RegistryStore> store,
                   failover::RegistryStore::Open(arguments.dir + "/registry"));
  base::Progress progress({.label = "exporting",
                           .total = ObjectsOf(*store),
                           .unit = base::ProgressUnit::kItems,
                           .quiet = session.quiet});
  failover::PostgresOptions options;
  options.url = arguments.url;
  options.schema = arguments.schema;
  options.tld = rebuild->tld();
  options.zone.publish_pending_delete = rebuild->publish_pending_delete();
  if (arguments.replace) options.if_exists = failover::IfSchemaExists::kReplace;
  options.on_progress = [&progress](uint64_t objects) { progress.Update(objects); };
  return failover::ExportToPostgres(*store, options);
}

std::string ToJson(const failover::PostgresReport& report) {
  nlohmann::ordered_json json = {
      {"schema", report.schema},
      {"rows", nlohmann::ordered_json::object()},
      {"dangling", nlohmann::ordered_json::object()},
      {"bytes", report.bytes},
      {"seconds", {{"copy", report.seconds_copy}, {"keys", report.seconds_keys}}}};
  for (const auto& [table, rows] : report.rows) json["rows"][table] = rows;
  for (const auto& [column, count] : report.dangling) json["dangling"][column] = count;
  return json.dump(2) + "\n";
}

std::string ToText(const failover::PostgresReport& report) {
  std::string out = absl::StrFormat("schema %s: %.1f MB in %.2f s, keys and indexes in %.2f s\n",
                                    report.schema, static_cast<double>(report.bytes) / 1e6,
                                    report.seconds_copy, report.seconds_keys);
  for (const auto& [table, rows] : report.rows) {
    if (rows > 0) absl::StrAppendFormat(&out, "  %-24s %10d rows\n", table, rows);
  }
  for (const auto& [column, count] : report.dangling) {
    absl::StrAppendFormat(&out, "  %s: %d lead nowhere, so it has no foreign key\n", column, count);
  }
  return out;
}

}  // namespace

void AddExport(CLI::App& app, Session& session) {
  CLI::App* const command =
      app.add_subcommand("export", "Put a rebuilt registry into a successor's PostgreSQL");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->dir, "Directory that tidemark rebuild filled")->required();
  command
      ->add_option(
          "--to-postgres", arguments->url,
          "postgresql://USER@HOST:PORT/DATABASE; passwords are better in PGPASSFILE, since "
          "others on this machine can read command lines. Another machine's with "
          "?sslmode=verify-full, or another mode by your own choice")
      ->required()
      ->type_name("URL");
  command->add_option("--schema", arguments->schema,
                      "Schema to make: a-z, 0-9 and _ (default: tidemark_TLD)");
  command->add_flag("--replace", arguments->replace,
                    "An export of this TLD that is there under this name goes, with all that "
                    "others made depend on it; until the end it stays visible");
  AddFormatOption(*command, arguments->format);
  command->footer(
      "All of it becomes visible at once, at the end. It is all the personal data of a registry:\n"
      "who may read the schema besides its owner is yours to grant.\n"
      "Exit status: 0 it is there, 2 it is not, and nothing changed.\n"
      "Example: tidemark export rebuilt --to-postgres\n"
      "             'postgresql://registry@db.example/registry?sslmode=verify-full'");
  command->callback([arguments, &session] {
    const absl::StatusOr<failover::PostgresReport> report = Run(*arguments, session);
    if (!report.ok()) return Fail(session, "export", report.status());
    const std::string text = arguments->format == "json" ? ToJson(*report) : ToText(*report);
    std::fputs(text.c_str(), stdout);
  });
}

}  // namespace tidemark::cli
