#include "rde/csv/csv_reader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/csv/assembler.h"
#include "rde/csv/chain_names.h"
#include "rde/csv/flaw_reporter.h"
#include "rde/csv/host_names.h"
#include "rde/csv/join.h"
#include "rde/csv/plan.h"
#include "rde/csv/relay.h"
#include "rde/csv/tables.h"
#include "rde/csv_table_bytes.h"

namespace tidemark::rde::csv {
namespace {

// Files of one deposit: what Position::file can number.
constexpr size_t kFilesMax = UINT16_MAX;
constexpr size_t kNameBytesMax = 255;

struct PlacedTable {
  CsvTable table;
  Position at;
};

// The tables of one object type.
struct ObjectTables {
  std::vector<std::unique_ptr<TablePlan>> plans;
  TableParts contents;
  std::vector<Part> deletes;
};

}  // namespace

bool IsPlainFileName(absl::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name.front() == '.') return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == '/' || c == '\\';
  });
}

class CsvReader::Impl {
 public:
  Impl(RecordSink& sink, const CsvOptions& options)
      : sink_(sink), options_(options), flaws_(sink), registrars_(options.chain) {}

  void OnDeposit(const DepositInfo& info, const Position& at) {
    deposit_at_ = at;
    const auto announces = [&info](absl::string_view uri) {
      return std::find(info.menu_uris.begin(), info.menu_uris.end(), uri) != info.menu_uris.end();
    };
    // Their domains may name these hosts by ROID.
    if (announces(kCsvDomainUri) && announces(kHostUri)) host_names_.emplace(options_);
    sink_.OnDeposit(info, at);
  }

  void OnRecord(const Record& record, const Position& at) {
    if (const auto* registrar = std::get_if<Registrar>(&record)) {
      registrars_.Learn(*registrar);
    } else if (const auto* table = std::get_if<CsvTable>(&record)) {
      Keep(*table, at);
    } else if (host_names_.has_value()) {
      const auto* host = std::get_if<Host>(&record);
      if (host != nullptr && status_.ok()) status_ = host_names_->Learn(host->roid, host->name);
    }
    sink_.OnRecord(record, at);
  }

  void OnFlaw(const Flaw& flaw) {
    ended_ = ended_ || EndsReading(flaw.kind);
    sink_.OnFlaw(flaw);
  }

  void OnFile(uint16_t file, absl::string_view name, FileKind kind) {
    sink_.OnFile(file, name, kind);
  }

  absl::Status ReadFiles(FileSet& files) {
    RETURN_IF_ERROR(status_);
    if (ended_ || flaws_.stopped()) return absl::OkStatus();
    const absl::Span<const ObjectRules> objects = AllObjects();
    std::vector<ObjectTables> tables(objects.size());
    for (size_t i = 0; i < objects.size(); ++i) Plan(objects[i], tables[i]);
    ReportUnnamed(files);
    if (flaws_.stopped() || tables_.empty()) return absl::OkStatus();
    if (host_names_.has_value() && options_.chain != nullptr) {
      RETURN_IF_ERROR(
          options_.chain->ForEachHost([this](absl::string_view roid, absl::string_view name) {
            return host_names_->LearnOfChain(roid, name);
          }));
    }
    return ReadAndDeliver(
        [&](RecordSink& sink, RecordRoom& room) { return ReadRows(tables, files, sink, room); },
        options_.threads, sink_);
  }

 private:
  absl::Status ReadRows(const std::vector<ObjectTables>& tables, FileSet& files, RecordSink& sink,
                        RecordRoom& room) {
    FlawReporter flaws(sink);
    FirstReading first = {options_.sha256};
    HostNames* const host_names = host_names_.has_value() ? &*host_names_ : nullptr;
    const JoinContext context = {options_, files, first, flaws, room, registrars_, host_names};
    const absl::Span<const ObjectRules> objects = AllObjects();
    for (const bool deletes : {true, false}) {
      for (size_t i = 0; i < objects.size() && !flaws.stopped(); ++i) {
        if (deletes && tables[i].deletes.empty()) continue;
        Join join(objects[i], tables[i].contents, context);
        RETURN_IF_ERROR(deletes ? join.ReadDeletes(tables[i].deletes) : join.ReadContents());
      }
    }
    return absl::OkStatus();
  }

  void Keep(const CsvTable& table, const Position& at) {
    if (tables_.size() >= base::kHeaderEntriesMax) {
      return flaws_.Report(FlawKind::kLimitExceeded, {table.uri, table.name, at}, "csv",
                           absl::StrCat("over ", base::kHeaderEntriesMax, " tables"));
    }
    definition_bytes_ += BytesOf(table);
    if (definition_bytes_ > base::kCsvDefinitionBytesMax) {
      return flaws_.Report(
          FlawKind::kLimitExceeded, {table.uri, table.name, at}, "csv",
          absl::StrCat("definitions of over ", base::kCsvDefinitionBytesMax, " bytes"));
    }
    tables_.push_back({table, at});
  }

  void Plan(const ObjectRules& object, ObjectTables& out) {
    out.contents.resize(object.tables.size());
    for (const PlacedTable& placed : tables_) {
      const CsvTable& table = placed.table;
      if (table.uri != object.csv_uri) continue;
      for (const CsvFile& file : table.files) Name(placed, file);
      out.plans.push_back(std::make_unique<TablePlan>(MakePlan(object, table, placed.at, flaws_)));
      const TablePlan& plan = *out.plans.back();
      if (plan.host_roid >= 0 && !host_names_.has_value()) host_names_.emplace(options_);
      for (const CsvFile& file : table.files) {
        const std::optional<uint16_t> number = Number(placed, file);
        if (!number.has_value()) return;
        if (plan.rules == nullptr) continue;
        (table.deletes ? out.deletes : out.contents[plan.rules_index])
            .push_back({&plan, &file, *number});
      }
    }
  }

  // Rows that are read twice have effects all over the report; this is why.
  void Name(const PlacedTable& placed, const CsvFile& file) {
    if (named_.insert(file.name).second) return;
    flaws_.Report(FlawKind::kCsvDefinition, {placed.table.uri, placed.table.name, placed.at},
                  file.name, "named a second time: its rows are read again");
  }

  std::optional<uint16_t> Number(const PlacedTable& placed, const CsvFile& file) {
    if (files_ == kFilesMax) {
      flaws_.Report(FlawKind::kLimitExceeded, {placed.table.uri, placed.table.name, placed.at},
                    "file", absl::StrCat("over ", kFilesMax, " files"));
      return std::nullopt;
    }
    const auto number = static_cast<uint16_t>(++files_);
    sink_.OnFile(number, file.name, FileKind::kCsv);
    return number;
  }

  void ReportUnnamed(const FileSet& files) {
    for (const std::string& name : files.Names()) {
      if (named_.contains(name)) continue;
      flaws_.Report(FlawKind::kCsvUnnamedFile, {"", "", deposit_at_}, name,
                    "no table of the deposit names it");
    }
  }

  RecordSink& sink_;
  const CsvOptions options_;
  FlawReporter flaws_;
  RegistrarIds registrars_;
  std::optional<HostNames> host_names_;
  std::vector<PlacedTable> tables_;
  size_t definition_bytes_ = 0;
  std::set<std::string> named_;
  size_t files_ = 0;
  Position deposit_at_;
  bool ended_ = false;  // the XML
  absl::Status status_;
};

CsvReader::CsvReader(RecordSink& sink, const CsvOptions& options)
    : impl_(std::make_unique<Impl>(sink, options)) {}
CsvReader::~CsvReader() = default;

void CsvReader::OnDeposit(const DepositInfo& info, const Position& at) {
  impl_->OnDeposit(info, at);
}
void CsvReader::OnRecord(const Record& record, const Position& at) { impl_->OnRecord(record, at); }
void CsvReader::OnFlaw(const Flaw& flaw) { impl_->OnFlaw(flaw); }
void CsvReader::OnFile(uint16_t file, absl::string_view name, FileKind kind) {
  impl_->OnFile(file, name, kind);
}
absl::Status CsvReader::ReadFiles(FileSet& files) { return impl_->ReadFiles(files); }

}  // namespace tidemark::rde::csv
