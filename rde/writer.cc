#include "rde/writer.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/write_objects.h"
#include "rde/xml_text.h"

namespace tidemark::rde {
namespace {

constexpr Tag kWatermark = TIDEMARK_TAG("  ", "rde:watermark");
constexpr Tag kVersion = TIDEMARK_TAG("    ", "rde:version");
constexpr Tag kObjUri = TIDEMARK_TAG("    ", "rde:objURI");

// The place is markup of ours, never content.
absl::Status UnwritableText(absl::string_view place) {
  return absl::InvalidArgumentError(
      absl::StrCat("a value holds bytes that XML 1.0 cannot carry, near '", place, "'"));
}

// Writes any record into `xml`.
struct ObjectVisitor {
  XmlText& xml;
  absl::Status operator()(const Delete& deletion) const { return WriteDelete(deletion, xml); }
  absl::Status operator()(const CsvTable& table) const { return WriteCsvTable(table, xml); }
  absl::Status operator()(const UnknownObject&) const {
    return absl::InvalidArgumentError("an object of an unknown namespace has no content to write");
  }
  template <typename T>
  absl::Status operator()(const T& object) const {
    WriteObject(object, xml);
    return absl::OkStatus();
  }
};

}  // namespace

absl::Status XmlWriter::Begin(const DepositInfo& info) {
  RETURN_IF_ERROR(status_);
  buffer_.reserve(2 * base::kCopyBufferBytes);
  XmlText xml(buffer_);
  xml.Markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit");
  xml.Attribute("type", info.type);
  xml.Attribute("id", info.id);
  xml.OptionalAttribute("prevId", info.prev_id);
  xml.OptionalAttribute("resend", info.resend_text);
  for (const Binding& binding : kBindings) {
    xml.Markup("\n    xmlns:");
    xml.Markup(binding.prefix);
    xml.Markup("=\"");
    xml.Markup(binding.uri);
    xml.Markup("\"");
  }
  xml.Markup(">\n");
  xml.Element(kWatermark, info.watermark.text);
  xml.Markup("  <rde:rdeMenu>\n");
  xml.Element(kVersion, info.menu_version);
  for (const std::string& uri : info.menu_uris) xml.Element(kObjUri, uri);
  xml.Markup("  </rde:rdeMenu>\n");
  if (!xml.ok()) status_ = UnwritableText(xml.failed_place());
  return status_;
}

absl::Status XmlWriter::Write(const Record& record) {
  RETURN_IF_ERROR(status_);
  const auto* table = std::get_if<CsvTable>(&record);
  const bool is_delete =
      std::holds_alternative<Delete>(record) || (table != nullptr && table->deletes);
  status_ = Enter(is_delete ? Section::kDeletes : Section::kContents);
  RETURN_IF_ERROR(status_);
  XmlText xml(buffer_);
  status_ = std::visit(ObjectVisitor{xml}, record);
  if (status_.ok() && !xml.ok()) status_ = UnwritableText(xml.failed_place());
  if (status_.ok()) status_ = FlushIfLarge();
  return status_;
}

absl::Status XmlWriter::Close() {
  if (!status_.ok() || section_ == Section::kClosed) return status_;
  if (section_ == Section::kDeletes) buffer_.append("</rde:deletes>\n");
  if (section_ == Section::kContents) buffer_.append("</rde:contents>\n");
  buffer_.append("</rde:deposit>\n");
  status_ = sink_.Write(buffer_);
  buffer_.clear();
  section_ = Section::kClosed;
  return status_;
}

absl::Status XmlWriter::Enter(Section section) {
  if (section == section_) return absl::OkStatus();
  if (section_ == Section::kClosed) return absl::FailedPreconditionError("the deposit is closed");
  if (section == Section::kDeletes && section_ == Section::kContents) {
    return absl::FailedPreconditionError("a delete after the first content");
  }
  if (section_ == Section::kDeletes) buffer_.append("</rde:deletes>\n");
  buffer_.append(section == Section::kDeletes ? "<rde:deletes>\n" : "<rde:contents>\n");
  section_ = section;
  return absl::OkStatus();
}

absl::Status XmlWriter::FlushIfLarge() {
  if (buffer_.size() < base::kCopyBufferBytes) return absl::OkStatus();
  absl::Status status = sink_.Write(buffer_);
  buffer_.clear();
  return status;
}

}  // namespace tidemark::rde
