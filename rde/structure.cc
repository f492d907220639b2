// RFC 8909, and the domain, host and contact of RFC 9022's XML model.
#include "rde/structure.h"

#include "rde/records.h"
#include "rde/structure_types.h"

namespace tidemark::rde {
namespace {

// ---- rdeDnrdCommon-1.0.xsd -----------------------------------------------------------------
constexpr AttributeDeclaration kRrAttributes[] = {
    {"client", &kClIdType, false, Slot::kClient},
};
constexpr Type kRrType{.name = "rdeDnrdCommon:rrType",
                       .content = Content::kText,
                       .attributes = kRrAttributes,
                       .text = &kClIdType};

// ---- rdeDomain-1.0.xsd, RFC 9022 section 5.1 -----------------------------------------------
constexpr Particle kDomainTransferChildren[] = {
    {"trStatus", &kTrStatusText, 1, 1, Slot::kTrStatus},
    {"reRr", &kRrType, 1, 1, Slot::kReRr},
    {"reDate", &kDateTimeText, 1, 1, Slot::kReDate},
    {"acRr", &kRrType, 1, 1, Slot::kAcRr},
    {"acDate", &kDateTimeText, 1, 1, Slot::kAcDate},
    {"exDate", &kDateTimeText, 0, 1, Slot::kTrExDate},
};
constexpr Type kDomainTransferType{.name = "rdeDomain:transferDataType",
                                   .content = Content::kElements,
                                   .children_ns = Ns::kDomain,
                                   .children = kDomainTransferChildren};
constexpr Particle kDomainChildren[] = {
    {"name", &kLabelText, 1, 1, Slot::kName},
    {"roid", &kRoidText, 1, 1, Slot::kRoid},
    {"uName", &kLabelText, 0, 1, Slot::kUName},
    {"idnTableId", &kIdnIdText, 0, 1, Slot::kIdnTableId},
    {"originalName", &kLabelText, 0, 1, Slot::kOriginalName},
    {"status", &kDomainStatusType, 1, 11, Slot::kStatus},
    {"rgpStatus", &kRgpStatusType, 0, kUnbounded, Slot::kRgpStatus},
    {"registrant", &kClIdText, 0, 1, Slot::kRegistrant},
    {"contact", &kDomainContactType, 0, kUnbounded, Slot::kDomainContact},
    {"ns", &kNsType, 0, 1},
    {"clID", &kClIdText, 1, 1, Slot::kClId},
    {"crRr", &kRrType, 0, 1, Slot::kCrRr},
    {"crDate", &kDateTimeText, 0, 1, Slot::kCrDate},
    {"exDate", &kDateTimeText, 0, 1, Slot::kExDate},
    {"upRr", &kRrType, 0, 1, Slot::kUpRr},
    {"upDate", &kDateTimeText, 0, 1, Slot::kUpDate},
    {"secDNS", &kDsOrKeyType, 0, 1, Slot::kSecDns},
    {"trDate", &kDateTimeText, 0, 1, Slot::kTrDate},
    {"trnData", &kDomainTransferType, 0, 1, Slot::kTransfer},
};
constexpr Type kDomainType{.name = "rdeDomain:abstractContentType",
                           .content = Content::kElements,
                           .children_ns = Ns::kDomain,
                           .children = kDomainChildren};
constexpr Particle kDomainDeleteChildren[] = {
    {"name", &kLabelText, 0, kUnbounded, Slot::kDeleteId},
};
constexpr Type kDomainDeleteType{.name = "rdeDomain:deleteType",
                                 .content = Content::kElements,
                                 .children_ns = Ns::kDomain,
                                 .children = kDomainDeleteChildren,
                                 .repetitions_max = kUnbounded};

// ---- rdeHost-1.0.xsd, RFC 9022 section 5.2 -------------------------------------------------
constexpr Particle kHostChildren[] = {
    {"name", &kLabelText, 1, 1, Slot::kName},
    {"roid", &kRoidText, 1, 1, Slot::kRoid},
    {"status", &kHostStatusType, 1, 7, Slot::kStatus},
    {"addr", &kHostAddrType, 0, kUnbounded, Slot::kHostAddress},
    {"clID", &kClIdText, 1, 1, Slot::kClId},
    {"crRr", &kRrType, 0, 1, Slot::kCrRr},
    {"crDate", &kDateTimeText, 0, 1, Slot::kCrDate},
    {"upRr", &kRrType, 0, 1, Slot::kUpRr},
    {"upDate", &kDateTimeText, 0, 1, Slot::kUpDate},
    {"trDate", &kDateTimeText, 0, 1, Slot::kTrDate},
};
constexpr Type kHostType{.name = "rdeHost:abstractContentType",
                         .content = Content::kElements,
                         .children_ns = Ns::kHost,
                         .children = kHostChildren};
constexpr Particle kHostDeleteChildren[] = {
    {"name", &kLabelText, 0, kUnbounded, Slot::kDeleteId},
    {"roid", &kRoidText, 0, kUnbounded, Slot::kDeleteRoid},
};
constexpr Type kHostDeleteType{.name = "rdeHost:deleteType",
                               .content = Content::kElements,
                               .children_ns = Ns::kHost,
                               .children = kHostDeleteChildren,
                               .any_order = true,
                               .repetitions_max = kUnbounded};

// ---- rdeContact-1.0.xsd, RFC 9022 section 5.3 ----------------------------------------------
constexpr Particle kContactTransferChildren[] = {
    {"trStatus", &kTrStatusText, 1, 1, Slot::kTrStatus}, {"reRr", &kRrType, 1, 1, Slot::kReRr},
    {"reDate", &kDateTimeText, 1, 1, Slot::kReDate},     {"acRr", &kRrType, 1, 1, Slot::kAcRr},
    {"acDate", &kDateTimeText, 1, 1, Slot::kAcDate},
};
constexpr Type kContactTransferType{.name = "rdeContact:transferDataType",
                                    .content = Content::kElements,
                                    .children_ns = Ns::kContact,
                                    .children = kContactTransferChildren};
constexpr Particle kContactChildren[] = {
    {"id", &kClIdText, 1, 1, Slot::kId},
    {"roid", &kRoidText, 1, 1, Slot::kRoid},
    {"status", &kContactStatusType, 1, 7, Slot::kStatus},
    {"postalInfo", &kPostalInfoType, 1, 2, Slot::kPostalInfo},
    {"voice", &kE164Type, 0, 1, Slot::kVoice},
    {"fax", &kE164Type, 0, 1, Slot::kFax},
    {"email", &kMinTokenText, 1, 1, Slot::kEmail},
    {"clID", &kClIdText, 1, 1, Slot::kClId},
    {"crRr", &kRrType, 0, 1, Slot::kCrRr},
    {"crDate", &kDateTimeText, 0, 1, Slot::kCrDate},
    {"upRr", &kRrType, 0, 1, Slot::kUpRr},
    {"upDate", &kDateTimeText, 0, 1, Slot::kUpDate},
    {"trDate", &kDateTimeText, 0, 1, Slot::kTrDate},
    {"trnData", &kContactTransferType, 0, 1, Slot::kTransfer},
    {"disclose", &kDiscloseType, 0, 1, Slot::kDisclose},
};
constexpr Type kContactType{.name = "rdeContact:abstractContentType",
                            .content = Content::kElements,
                            .children_ns = Ns::kContact,
                            .children = kContactChildren};
constexpr Particle kContactDeleteChildren[] = {
    {"id", &kClIdText, 0, kUnbounded, Slot::kDeleteId},
};
constexpr Type kContactDeleteType{.name = "rdeContact:deleteType",
                                  .content = Content::kElements,
                                  .children_ns = Ns::kContact,
                                  .children = kContactDeleteChildren,
                                  .repetitions_max = kUnbounded};

// ---- rde-1.0.xsd, RFC 8909 section 5.1 -----------------------------------------------------
constexpr absl::string_view kDepositKinds[] = {"FULL", "INCR", "DIFF"};
constexpr SimpleType kDepositTypeType{"rde:depositTypeType", Primitive::kToken, 0, UINT32_MAX,
                                      kDepositKinds};
constexpr SimpleType kDepositIdType{"rde:depositIdType", Primitive::kDepositId};
constexpr absl::string_view kVersions[] = {"1.0"};
// As in epp-1.0.xsd, the pattern [1-9]+\.[0-9]+ adds nothing to the enumeration.
constexpr SimpleType kVersionType{"rde:versionType", Primitive::kToken, 0, UINT32_MAX, kVersions};
constexpr Type kVersionText = TextOf(kVersionType);
constexpr Particle kMenuChildren[] = {
    {"version", &kVersionText, 1, 1, Slot::kMenuVersion},
    {"objURI", &kAnyUriText, 1, kUnbounded, Slot::kMenuUri},
};
constexpr Type kMenuType{.name = "rde:rdeMenuType",
                         .content = Content::kElements,
                         .children_ns = Ns::kRde,
                         .children = kMenuChildren,
                         .repetitions_max = base::kHeaderEntriesMax};
constexpr Type kDeletesType{.name = "rde:deletesType", .content = Content::kObjects};
constexpr Type kContentsType{.name = "rde:contentsType", .content = Content::kObjects};
constexpr Particle kDepositChildren[] = {
    {"watermark", &kDateTimeText, 1, 1, Slot::kWatermark},
    {"rdeMenu", &kMenuType, 1, 1, Slot::kMenu},
    {"deletes", &kDeletesType, 0, 1, Slot::kDeletes},
    {"contents", &kContentsType, 0, 1, Slot::kContents},
};
constexpr AttributeDeclaration kDepositAttributes[] = {
    {"type", &kDepositTypeType, true, Slot::kDepositType},
    {"id", &kDepositIdType, true, Slot::kDepositId},
    {"prevId", &kDepositIdType, false, Slot::kPrevId},
    {"resend", &kUnsignedShort, false, Slot::kResend},
};
constexpr Type kDepositType{.name = "rde:escrowDepositType",
                            .content = Content::kElements,
                            .children_ns = Ns::kRde,
                            .children = kDepositChildren,
                            .attributes = kDepositAttributes};

constexpr ObjectElement kContentElements[] = {
    {Ns::kDomain, "domain", &kDomainType, ObjectKind::kDomain},
    {Ns::kContact, "contact", &kContactType, ObjectKind::kContact},
    {Ns::kHost, "host", &kHostType, ObjectKind::kHost},
    {Ns::kRegistrar, "registrar", &kRegistrarType, ObjectKind::kRegistrar},
    {Ns::kIdn, "idnTableRef", &kIdnType, ObjectKind::kIdnTableRef},
    {Ns::kNndn, "NNDN", &kNndnType, ObjectKind::kNndn},
    {Ns::kEppParams, "eppParams", &kEppParamsType, ObjectKind::kEppParams},
    {Ns::kPolicy, "policy", &kPolicyType, ObjectKind::kPolicy},
    {Ns::kHeader, "header", &kHeaderType, ObjectKind::kHeader},
};

constexpr ObjectElement kDeleteElements[] = {
    {Ns::kDomain, "delete", &kDomainDeleteType, ObjectKind::kDelete},
    {Ns::kContact, "delete", &kContactDeleteType, ObjectKind::kDelete},
    {Ns::kHost, "delete", &kHostDeleteType, ObjectKind::kDelete},
    {Ns::kRegistrar, "delete", &kRegistrarDeleteType, ObjectKind::kDelete},
    {Ns::kIdn, "delete", &kIdnDeleteType, ObjectKind::kDelete},
    {Ns::kNndn, "delete", &kNndnDeleteType, ObjectKind::kDelete},
};

// In the order of Ns.
constexpr absl::string_view kNamespaces[] = {
    kRdeUri,
    kHeaderUri,
    kDomainUri,
    kHostUri,
    kContactUri,
    kRegistrarUri,
    kIdnUri,
    kNndnUri,
    kEppParamsUri,
    kPolicyUri,
    "urn:ietf:params:xml:ns:epp-1.0",
    "urn:ietf:params:xml:ns:domain-1.0",
    "urn:ietf:params:xml:ns:contact-1.0",
    "urn:ietf:params:xml:ns:host-1.0",
    "urn:ietf:params:xml:ns:secDNS-1.1",
    "urn:ietf:params:xml:ns:rgp-1.0",
    "http://www.w3.org/2001/XMLSchema-instance",
};
static_assert(sizeof(kDomainChildren) / sizeof(Particle) == kParticlesMax);

}  // namespace

absl::Span<const absl::string_view> Namespaces() { return kNamespaces; }
const Type& DepositType() { return kDepositType; }
absl::Span<const ObjectElement> ContentElements() { return kContentElements; }
absl::Span<const ObjectElement> DeleteElements() { return kDeleteElements; }

const ObjectElement* FindObject(absl::Span<const ObjectElement> elements, int ns,
                                absl::string_view local) {
  for (const ObjectElement& element : elements) {
    if (ns == static_cast<int>(element.ns) && local == element.name) return &element;
  }
  return nullptr;
}

int FindChild(const Type& type, int ns, absl::string_view local, size_t from) {
  if (ns != static_cast<int>(type.children_ns)) return -1;
  const size_t size = type.children.size();
  for (size_t i = from; i < size; ++i) {
    if (type.children[i].name == local) return static_cast<int>(i);
  }
  for (size_t i = 0; i < from; ++i) {
    if (type.children[i].name == local) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace tidemark::rde
