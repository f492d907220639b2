#include "rde/csv/table_cursor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::rde::csv {

absl::Status TableCursor::Advance() {
  valid_ = false;
  while (!flaws_.stopped() && part_ < parts_.size()) {
    if (reader_ == nullptr) {
      RETURN_IF_ERROR(OpenPart());
    } else if (reader_->Next(row_)) {
      if (row_.found != row_.fields.size()) ReportColumns();
      if (lost_) break;
      valid_ = true;
      return names_hosts_ ? NameHost() : absl::OkStatus();
    } else {
      RETURN_IF_ERROR(EndPart(reader_->status()));
    }
    if (lost_) break;
  }
  return lost_ ? absl::AbortedError("the form of a CSV file") : absl::OkStatus();
}

absl::Status TableCursor::OpenPart() {
  const Part& part = parts_[part_];
  plan_ = part.plan;
  key_field_ = plan_->key;
  names_hosts_ = plan_->host_roid >= 0 && hosts_ != nullptr;
  std::string why;
  if (!CanDecode(*part.file, &why)) {
    Report(FlawKind::kCsvUnreadable, part.plan->at, why);
    incomplete_ = true;
    ++part_;
    return absl::OkStatus();
  }
  // A name that is not plain was reported with the definition, and is nobody's.
  absl::StatusOr<std::unique_ptr<base::ByteSource>> stored =
      IsPlainFileName(part.file->name) ? files_.Open(part.file->name)
                                       : absl::NotFoundError("no such file");
  if (absl::IsNotFound(stored.status())) {
    Report(FlawKind::kCsvMissingFile, part.plan->at, "not among the files of the deposit");
    incomplete_ = true;
    ++part_;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(stored.status());
  source_ = std::make_unique<DecodedFile>(*part.file, *std::move(stored),
                                          looks_at_form() ? &first_ : nullptr);
  RowReader::OnFlaw on_flaw;
  if (looks_at_form()) {
    on_flaw = [this](const Position& at, absl::string_view detail) {
      Report(FlawKind::kCsvForm, at, detail);
    };
  }
  const CsvTable& table = *part.plan->table;
  RowForm form = {table.separator, table.fields.size(), part.number};
  // What the others say is for the second time.
  if (look_ == Look::kForm && plan_->key >= 0 && !names_hosts_) {
    form.only_field = static_cast<size_t>(plan_->key);
  }
  reader_ = std::make_unique<RowReader>(*source_, form, std::move(on_flaw));
  return absl::OkStatus();
}

absl::Status TableCursor::EndPart(const absl::Status& read) {
  const Position end = {1, 0, parts_[part_].number};
  if (absl::IsDataLoss(read)) {
    Report(FlawKind::kCsvUnreadable, end, read.message());
    incomplete_ = true;
  } else if (absl::IsResourceExhausted(read)) {
    ReportLimit(end, read.message());
  } else {
    RETURN_IF_ERROR(read);
  }
  if (looks_at_form() && !flaws_.stopped()) RETURN_IF_ERROR(CheckSum());
  // What could not be decoded has no end to be sure of.
  if (read.ok()) RETURN_IF_ERROR(source_->Close());
  reader_.reset();
  source_.reset();
  ++part_;
  return absl::OkStatus();
}

absl::Status TableCursor::CheckSum() {
  const CsvFile& file = *parts_[part_].file;
  if (!file.checksum.has_value()) return absl::OkStatus();
  const Position start = {1, 0, parts_[part_].number};
  if (!KnowsChecksum(file)) {
    Report(FlawKind::kCsvChecksum, parts_[part_].plan->at,
           "an algorithm that is neither CRC32 nor SHA256: not compared");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const bool agrees, source_->ChecksumAgrees());
  if (!agrees) {
    Report(
        FlawKind::kCsvChecksum, start,
        absl::StrCat("the file's ", file.checksum_algorithm, " is not the one of its definition"));
  }
  return absl::OkStatus();
}

void TableCursor::ReportColumns() {
  if (!looks_at_form()) return;
  Report(FlawKind::kCsvForm, row_.at,
         absl::StrCat(row_.found, row_.found == 1 ? " field" : " fields",
                      " where the definition has ", row_.fields.size()));
}

absl::Status TableCursor::NameHost() {
  absl::string_view& field = row_.fields[static_cast<size_t>(plan_->host_roid)];
  if (look_ == Look::kForm) return hosts_->Ask(Trimmed(field));
  ASSIGN_OR_RETURN(const absl::string_view name, hosts_->Next());
  // A host that is not there is named by what the row has.
  if (!name.empty()) {
    field = name;
    row_.tidy = row_.plain = false;
  }
  return absl::OkStatus();
}

void TableCursor::ReportLimit(const Position& at, absl::string_view detail) {
  if (look_ == Look::kOnBet) {
    lost_ = true;
    return;
  }
  const CsvTable& table = *plan().table;
  flaws_.Report(FlawKind::kLimitExceeded, {table.uri, table.name, at}, "", detail);
}

void TableCursor::Report(FlawKind kind, const Position& at, absl::string_view detail) {
  if (look_ == Look::kOnBet) lost_ = true;
  if (look_ != Look::kForm) return;
  const CsvTable& table = *parts_[part_].plan->table;
  // The file that a definition names; positions in a file name it themselves.
  const std::string& name = parts_[part_].file->name;
  flaws_.Report(kind, {table.uri, table.name, at}, at.file == 0 ? name : "", detail);
}

}  // namespace tidemark::rde::csv
