// rdeCsv:csv, RFC 9022 section 4.6.2.1.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

class CsvTableBuilder final : public ObjectBuilder {
 public:
  explicit CsvTableBuilder(bool deletes) : ObjectBuilder({.close = true}), deletes_(deletes) {}

  void Begin(Record& record, absl::string_view uri, const Bindings&) override {
    table_ = &std::get<CsvTable>(record);
    uri_ = std::string(uri);
    Clear();
  }

  void Open(const Particle& particle) override {
    if (particle.slot == Slot::kCsv) Clear();
    if (particle.slot == Slot::kCsvFile) table_->files.emplace_back();
  }

  void OpenField(absl::string_view uri, absl::string_view name) override {
    CsvField& field = table_->fields.emplace_back();
    field.uri = std::string(uri);
    field.name = std::string(name);
  }

  void SetOther(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kCsvName:
        return Assign(table_->name, value);
      case Slot::kCsvSeparator:
        return Assign(table_->separator, value);
      case Slot::kCsvFieldRequired:
        if (value.valid) table_->fields.back().is_required = value.number != 0;
        return;
      case Slot::kCsvFieldParent:
        table_->fields.back().parent = value.valid && value.number != 0;
        return;
      case Slot::kCsvFieldLoc:
        if (value.valid) table_->fields.back().is_loc = value.number != 0;
        return;
      case Slot::kCsvFieldIndex:
        if (value.valid) table_->fields.back().index = static_cast<int32_t>(value.number);
        return;
      case Slot::kCsvFieldCustom:
        return Assign(table_->fields.back().custom_name, value);
      default:
        SetFile(slot, value);
    }
  }

  bool one_a_child() const override { return true; }
  absl::string_view key() const override { return table_->name; }

 private:
  void Clear() {
    *table_ = CsvTable();
    table_->uri = uri_;
    table_->deletes = deletes_;
  }

  void SetFile(Slot slot, const Value& value) {
    if (table_->files.empty()) return;
    CsvFile& file = table_->files.back();
    switch (slot) {
      case Slot::kCsvFile:
        return Assign(file.name, value);
      case Slot::kCsvCompression:
        return Assign(file.compression, value);
      case Slot::kCsvEncoding:
        return Assign(file.encoding, value);
      case Slot::kCsvChecksum:
        return Assign(file.checksum.emplace(), value);
      case Slot::kCsvChecksumAlgorithm:
        file.names_algorithm = true;
        return Assign(file.checksum_algorithm, value);
      default:
        return;
    }
  }

  const bool deletes_;
  std::string uri_;
  CsvTable* table_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewCsvTableBuilder(bool deletes) {
  return std::make_unique<CsvTableBuilder>(deletes);
}

}  // namespace tidemark::rde
