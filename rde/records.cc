#include "rde/records.h"

namespace tidemark::rde {
namespace {

struct UriVisitor {
  absl::string_view operator()(const Header&) const { return kHeaderUri; }
  absl::string_view operator()(const Domain&) const { return kDomainUri; }
  absl::string_view operator()(const Host&) const { return kHostUri; }
  absl::string_view operator()(const Contact&) const { return kContactUri; }
  absl::string_view operator()(const Registrar&) const { return kRegistrarUri; }
  absl::string_view operator()(const IdnTableRef&) const { return kIdnUri; }
  absl::string_view operator()(const Nndn&) const { return kNndnUri; }
  absl::string_view operator()(const EppParams&) const { return kEppParamsUri; }
  absl::string_view operator()(const Policy&) const { return kPolicyUri; }
  absl::string_view operator()(const Delete&) const { return {}; }
  absl::string_view operator()(const UnknownObject& object) const { return object.uri; }
  absl::string_view operator()(const CsvTable& table) const { return table.uri; }
};

// The two models' namespaces of one object type.
struct ModelUris {
  absl::string_view xml;
  absl::string_view csv;
};
constexpr ModelUris kModels[] = {
    {kDomainUri, kCsvDomainUri},       {kHostUri, kCsvHostUri}, {kContactUri, kCsvContactUri},
    {kRegistrarUri, kCsvRegistrarUri}, {kIdnUri, kCsvIdnUri},   {kNndnUri, kCsvNndnUri},
};

}  // namespace

absl::string_view CsvUriOf(absl::string_view xml_uri) {
  for (const ModelUris& model : kModels) {
    if (model.xml == xml_uri) return model.csv;
  }
  return {};
}

absl::string_view XmlUriOf(absl::string_view csv_uri) {
  for (const ModelUris& model : kModels) {
    if (model.csv == csv_uri) return model.xml;
  }
  return {};
}

absl::string_view UriOf(const Record& record) { return std::visit(UriVisitor{}, record); }

}  // namespace tidemark::rde
