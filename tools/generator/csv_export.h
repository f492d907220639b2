// Writes records as the CSV files of RFC 9022's CSV model, and the definitions that name them.
//
// One file a table, named {prefix}{table}.csv, with its CRC32. Objects of types that are not asked
// for are left to the XML.
//
// Threads: one at a time. Ownership: Close() closes the files.
#ifndef TIDEMARK_TOOLS_GENERATOR_CSV_EXPORT_H_
#define TIDEMARK_TOOLS_GENERATOR_CSV_EXPORT_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {

class CsvExport {
 public:
  // `uris`: of the object types, in the CSV model. `registrant_required`: every domain has one.
  CsvExport(std::set<std::string> uris, bool registrant_required, std::string prefix,
            NewCsvFile new_file);
  ~CsvExport();

  // True if records of this kind go into CSV files.
  bool Takes(const rde::Record& record) const;
  // REQUIRES: Takes(record).
  absl::Status Write(const rde::Record& record);
  // Closes the files. The definitions of all tables of the types asked for, also of empty ones.
  absl::StatusOr<std::vector<rde::CsvTable>> Close();

 private:
  class Table;
  absl::StatusOr<Table*> TableOf(absl::string_view name);
  absl::Status WriteDomain(const rde::Domain& domain);
  absl::Status WriteDomainParts(const rde::Domain& domain);
  absl::Status WriteHost(const rde::Host& host);
  absl::Status WriteContact(const rde::Contact& contact);
  absl::Status WriteRegistrar(const rde::Registrar& registrar);

  const std::set<std::string> uris_;
  const bool registrant_required_;
  const std::string prefix_;
  const NewCsvFile new_file_;
  std::vector<std::unique_ptr<Table>> tables_;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_CSV_EXPORT_H_
