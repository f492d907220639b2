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
};

}  // namespace

absl::string_view UriOf(const Record& record) { return std::visit(UriVisitor{}, record); }

}  // namespace tidemark::rde
