// The definition of a table of the CSV model. Its namespaces are declared on the element itself, so
// that deposits of the XML model do not carry them.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "rde/write_objects.h"

namespace tidemark::rde {
namespace {

struct CsvPrefix {
  absl::string_view uri;
  absl::string_view prefix;
};
constexpr CsvPrefix kPrefixes[] = {
    {kCsvFieldUri, "rdeCsv"}, {kCsvDomainUri, "csvDomain"},
    {kCsvHostUri, "csvHost"}, {kCsvContactUri, "csvContact"},
    {kCsvIdnUri, "csvIDN"},   {kCsvRegistrarUri, "csvRegistrar"},
    {kCsvNndnUri, "csvNNDN"},
};

absl::string_view PrefixOf(absl::string_view uri) {
  for (const CsvPrefix& row : kPrefixes) {
    if (row.uri == uri) return row.prefix;
  }
  return {};
}

bool IsPlainName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), absl::ascii_isalpha);
}

void WriteField(const CsvField& field, XmlText& xml) {
  xml.Markup("        <");
  xml.Markup(PrefixOf(field.uri));
  xml.Markup(":");
  xml.Markup(field.name);
  if (field.is_required.has_value()) {
    xml.Attribute("isRequired", *field.is_required ? "true" : "false");
  }
  if (field.parent) xml.Attribute("parent", "true");
  if (field.is_loc.has_value()) xml.Attribute("isLoc", *field.is_loc ? "true" : "false");
  if (field.name == "fStreet") xml.Attribute("index", absl::StrCat(field.index));
  xml.OptionalAttribute("name", field.custom_name);
  xml.Markup("/>\n");
}

void WriteFile(const CsvFile& file, XmlText& xml) {
  xml.Markup("        <rdeCsv:file");
  xml.OptionalAttribute("compression", file.compression);
  if (file.encoding != "UTF-8") xml.Attribute("encoding", file.encoding);
  if (file.checksum.has_value()) xml.Attribute("cksum", *file.checksum);
  if (file.checksum_algorithm != "CRC32") xml.Attribute("cksumAlg", file.checksum_algorithm);
  xml.Markup(">");
  xml.Text(file.name, "rdeCsv:file");
  xml.Markup("</rdeCsv:file>\n");
}

}  // namespace

absl::Status WriteCsvTable(const CsvTable& table, XmlText& xml) {
  const absl::string_view prefix = PrefixOf(table.uri);
  for (const CsvField& field : table.fields) {
    if (PrefixOf(field.uri).empty() || !IsPlainName(field.name)) {
      return absl::InvalidArgumentError("a field of a CSV table is not one of RFC 9022");
    }
  }
  if (prefix.empty()) return absl::InvalidArgumentError("a CSV table of no object of RFC 9022");
  const std::string element = absl::StrCat(prefix, table.deletes ? ":deletes" : ":contents");
  xml.Markup("  <");
  xml.Markup(element);
  for (const CsvPrefix& row : kPrefixes) {
    xml.Markup("\n      xmlns:");
    xml.Markup(row.prefix);
    xml.Markup("=\"");
    xml.Markup(row.uri);
    xml.Markup("\"");
  }
  xml.Markup(">\n    <rdeCsv:csv");
  xml.Attribute("name", table.name);
  if (table.separator != ",") xml.Attribute("sep", table.separator);
  xml.Markup(">\n      <rdeCsv:fields>\n");
  for (const CsvField& field : table.fields) WriteField(field, xml);
  xml.Markup("      </rdeCsv:fields>\n      <rdeCsv:files>\n");
  for (const CsvFile& file : table.files) WriteFile(file, xml);
  xml.Markup("      </rdeCsv:files>\n    </rdeCsv:csv>\n  </");
  xml.Markup(element);
  xml.Markup(">\n");
  return absl::OkStatus();
}

}  // namespace tidemark::rde
