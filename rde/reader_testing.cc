#include "rde/reader_testing.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bytes.h"
#include "base/status.h"
#include "rde/writer.h"

namespace tidemark::rde {
namespace {

class ReadingSink final : public RecordSink {
 public:
  explicit ReadingSink(Reading& reading) : reading_(reading) {}
  void OnDeposit(const DepositInfo& info, const Position& at) override {
    reading_.order += 'd';
    reading_.deposits.emplace_back(info, at);
  }
  void OnRecord(const Record& record, const Position& at) override {
    reading_.order += 'r';
    reading_.records.emplace_back(record, at);
  }
  void OnFlaw(const Flaw& flaw) override {
    reading_.order += 'f';
    reading_.flaws.push_back(flaw);
  }

 private:
  Reading& reading_;
};

absl::string_view NameOf(FlawKind kind) {
  switch (kind) {
    case FlawKind::kNotWellFormed:
      return "not well-formed";
    case FlawKind::kDoctype:
      return "doctype";
    case FlawKind::kNotUtf8:
      return "not UTF-8";
    case FlawKind::kLimitExceeded:
      return "limit";
    case FlawKind::kUnexpectedElement:
      return "unexpected";
    case FlawKind::kMissingElement:
      return "missing";
    case FlawKind::kRepeatedElement:
      return "repeated";
    case FlawKind::kInvalidValue:
      return "invalid";
    case FlawKind::kMissingAttribute:
      return "missing @";
    case FlawKind::kUnexpectedAttribute:
      return "unexpected @";
    case FlawKind::kInvalidAttribute:
      return "invalid @";
    case FlawKind::kUnknownNamespace:
      return "unknown namespace";
    case FlawKind::kAuthInfo:
      return "credentials";
    case FlawKind::kFilesMissing:
      return "missing files";
    case FlawKind::kFilesRefused:
      return "refused files";
    case FlawKind::kCsvDefinition:
      return "definition of";
    case FlawKind::kCsvMissingFile:
      return "missing file";
    case FlawKind::kCsvUnnamedFile:
      return "unnamed file";
    case FlawKind::kCsvUnreadable:
      return "unreadable file";
    case FlawKind::kCsvChecksum:
      return "checksum";
    case FlawKind::kCsvForm:
      return "form";
    case FlawKind::kCsvMissingValue:
      return "empty";
    case FlawKind::kCsvInvalidValue:
      return "bad";
    case FlawKind::kCsvOrphan:
      return "orphan";
  }
  return "";
}

std::string TextOf(const CsvTable& table) {
  std::string text = absl::StrCat(table.uri, table.deletes ? " deletes " : " contents ", table.name,
                                  " by '", table.separator, "':");
  for (const CsvField& field : table.fields) {
    const auto flag = [](std::optional<bool> value) {
      return !value.has_value() ? "" : *value ? "yes" : "no";
    };
    absl::StrAppend(&text, " ", field.uri, " ", field.name, "(", flag(field.is_required), ",",
                    field.parent, ",", flag(field.is_loc), ",", field.index, ",", field.custom_name,
                    ")");
  }
  for (const CsvFile& file : table.files) {
    absl::StrAppend(&text, " ", file.name, "(", file.compression, ",", file.encoding, ",",
                    file.checksum.value_or("none"), ",", file.checksum_algorithm, ",",
                    file.names_algorithm, ")");
  }
  return text;
}

std::string PositionText(const Position& at) { return absl::StrCat(at.line, ":", at.offset); }

}  // namespace

std::string Reading::Flaws() const {
  std::vector<std::string> parts;
  for (const Flaw& flaw : flaws) {
    const absl::string_view name = NameOf(flaw.kind);
    const bool spaced = name.back() != '@' && !flaw.element.empty();
    parts.push_back(absl::StrCat(name, spaced ? " " : "", flaw.element));
  }
  return absl::StrJoin(parts, ", ");
}

std::string Reading::Digest() const {
  std::string text;
  for (const auto& [info, at] : deposits) {
    absl::StrAppend(&text, "deposit ", info.type, "|", info.id, "|", info.prev_id, "|",
                    info.resend_text, "|", info.watermark.text, "|", info.menu_version, "|",
                    absl::StrJoin(info.menu_uris, " "), " at ", PositionText(at), "\n");
  }
  for (const auto& [record, at] : records) {
    absl::StrAppend(&text, "record ", record.index(), " at ", PositionText(at), "\n");
    if (const auto* unknown = std::get_if<UnknownObject>(&record)) {
      absl::StrAppend(&text, unknown->uri, " ", unknown->local_name, "\n");
      continue;
    }
    if (const auto* table = std::get_if<CsvTable>(&record)) {
      absl::StrAppend(&text, TextOf(*table), "\n");
      continue;
    }
    // What the writer makes of it is the text of a record.
    std::string xml;
    base::StringSink sink(xml, 16 << 20);
    XmlWriter writer(sink);
    CHECK(writer.Begin(DepositInfo()).ok());
    CHECK(writer.Write(record).ok());
    CHECK(writer.Close().ok());
    text += xml;
  }
  for (const Flaw& flaw : flaws) {
    absl::StrAppend(&text, "flaw ", NameOf(flaw.kind), " ", flaw.element, " at ",
                    PositionText(flaw.position), " in ", flaw.object_uri, " ", flaw.object_key,
                    ": ", flaw.detail, "\n");
  }
  absl::StrAppend(&text, order, complete ? "complete" : "ended early");
  return text;
}

Reading Read(absl::string_view xml, size_t chunk_bytes) {
  Reading reading;
  ReadingSink sink(reading);
  XmlReader reader(sink);
  if (chunk_bytes == 0) chunk_bytes = xml.size() + 1;
  for (size_t i = 0; i < xml.size(); i += chunk_bytes) {
    CHECK(reader.Write(xml.substr(i, chunk_bytes)).ok());
  }
  CHECK(reader.Close().ok());
  reading.complete = reader.complete();
  return reading;
}

Reading ReadWith(absl::string_view xml, const ReadOptions& options) {
  Reading reading;
  ReadingSink sink(reading);
  base::StringSource source(xml);
  CHECK(ReadDeposit(source, sink, options).ok());
  reading.complete = reading.flaws.empty() || !EndsReading(reading.flaws.back().kind);
  return reading;
}

std::string DepositOf(absl::string_view contents, absl::string_view deletes) {
  constexpr absl::string_view kPrefixes[][2] = {
      {"rde", "rde"},
      {"rdeHeader", "rdeHeader"},
      {"rdeDomain", "rdeDomain"},
      {"rdeHost", "rdeHost"},
      {"rdeContact", "rdeContact"},
      {"rdeRegistrar", "rdeRegistrar"},
      {"rdeIDN", "rdeIDN"},
      {"rdeNNDN", "rdeNNDN"},
      {"rdeEppParams", "rdeEppParams"},
      {"rdePolicy", "rdePolicy"},
      {"epp", "epp"},
      {"domain", "domain"},
      {"contact", "contact"},
      {"host", "host"},
  };
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit type=\"FULL\" id=\"1\"";
  for (const auto& [prefix, name] : kPrefixes) {
    absl::StrAppend(&xml, " xmlns:", prefix, "=\"urn:ietf:params:xml:ns:", name, "-1.0\"");
  }
  absl::StrAppend(&xml,
                  " xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\""
                  " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
                  "<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n"
                  "<rde:rdeMenu><rde:version>1.0</rde:version>"
                  "<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>"
                  "</rde:rdeMenu>\n");
  if (!deletes.empty()) absl::StrAppend(&xml, "<rde:deletes>", deletes, "</rde:deletes>\n");
  absl::StrAppend(&xml, "<rde:contents>\n", contents, "\n</rde:contents>\n</rde:deposit>\n");
  return xml;
}

}  // namespace tidemark::rde
