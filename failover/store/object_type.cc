#include "failover/store/registry_store.h"

namespace tidemark::failover {

absl::string_view ObjectTypeName(ObjectType type) {
  constexpr absl::string_view kNames[kObjectTypes] = {"domain",    "host",        "contact",
                                                      "registrar", "idnTableRef", "NNDN",
                                                      "eppParams", "policy",      "header"};
  return kNames[static_cast<size_t>(type)];
}

absl::string_view ObjectTypeUri(ObjectType type) {
  constexpr absl::string_view kUris[kObjectTypes] = {
      rde::kDomainUri, rde::kHostUri,      rde::kContactUri, rde::kRegistrarUri, rde::kIdnUri,
      rde::kNndnUri,   rde::kEppParamsUri, rde::kPolicyUri,  rde::kHeaderUri};
  return kUris[static_cast<size_t>(type)];
}

}  // namespace tidemark::failover
