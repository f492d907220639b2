// RFC 9022's XML model, the objects beside domain, host and contact: registrar, IDN table
// reference, NNDN, EPP parameters, policy and header.
#include "rde/structure_types.h"

namespace tidemark::rde {
namespace {

// ---- rdeRegistrar-1.0.xsd, RFC 9022 section 5.4 --------------------------------------------
constexpr SimpleType kRegistrarNameType{"rdeRegistrar:nameType", Primitive::kNormalizedString, 1,
                                        255};
constexpr Type kRegistrarNameText = TextOf(kRegistrarNameType);
constexpr absl::string_view kRegistrarStatuses[] = {"ok", "readonly", "terminated"};
constexpr SimpleType kRegistrarStatusType{"rdeRegistrar:statusType", Primitive::kToken, 0,
                                          UINT32_MAX, kRegistrarStatuses};
constexpr Type kRegistrarStatusText = TextOf(kRegistrarStatusType);

// These five are contact-1.0.xsd's, word for word.
constexpr absl::string_view kPostalTypes[] = {"loc", "int"};
constexpr SimpleType kPostalType{"rdeRegistrar:postalInfoEnumType", Primitive::kToken, 0,
                                 UINT32_MAX, kPostalTypes};
constexpr SimpleType kPostalLineType{"rdeRegistrar:postalLineType", Primitive::kNormalizedString, 1,
                                     255};
constexpr Type kPostalLineText = TextOf(kPostalLineType);
constexpr SimpleType kOptPostalLineType{"rdeRegistrar:optPostalLineType",
                                        Primitive::kNormalizedString, 0, 255};
constexpr Type kOptPostalLineText = TextOf(kOptPostalLineType);
constexpr SimpleType kPcType{"rdeRegistrar:pcType", Primitive::kToken, 0, 16};
constexpr Type kPcText = TextOf(kPcType);
constexpr SimpleType kCcType{"rdeRegistrar:ccType", Primitive::kToken, 2, 2};
constexpr Type kCcText = TextOf(kCcType);

constexpr Particle kRegistrarAddrChildren[] = {
    {"street", &kOptPostalLineText, 0, 3, Slot::kStreet},
    {"city", &kPostalLineText, 1, 1, Slot::kCity},
    {"sp", &kOptPostalLineText, 0, 1, Slot::kSp},
    {"pc", &kPcText, 0, 1, Slot::kPc},
    {"cc", &kCcText, 1, 1, Slot::kCc},
};
constexpr Type kRegistrarAddrType{.name = "rdeRegistrar:addrType",
                                  .content = Content::kElements,
                                  .children_ns = Ns::kRegistrar,
                                  .children = kRegistrarAddrChildren};
constexpr Particle kRegistrarPostalChildren[] = {
    {"addr", &kRegistrarAddrType},
};
constexpr AttributeDeclaration kRegistrarPostalAttributes[] = {
    {"type", &kPostalType, true, Slot::kPostalType},
};
constexpr Type kRegistrarPostalType{.name = "rdeRegistrar:postalInfoType",
                                    .content = Content::kElements,
                                    .children_ns = Ns::kRegistrar,
                                    .children = kRegistrarPostalChildren,
                                    .attributes = kRegistrarPostalAttributes};
constexpr Particle kWhoisChildren[] = {
    {"name", &kLabelText, 0, 1, Slot::kWhoisName},
    {"url", &kAnyUriText, 0, 1, Slot::kWhoisUrl},
};
constexpr Type kWhoisType{.name = "rdeRegistrar:whoisInfoType",
                          .content = Content::kElements,
                          .children_ns = Ns::kRegistrar,
                          .children = kWhoisChildren};
constexpr Particle kRegistrarChildren[] = {
    {"id", &kClIdText, 1, 1, Slot::kId},
    {"name", &kRegistrarNameText, 1, 1, Slot::kName},
    {"gurid", &kPositiveIntegerText, 0, 1, Slot::kGurid},
    {"status", &kRegistrarStatusText, 0, 1, Slot::kRegistrarStatus},
    {"postalInfo", &kRegistrarPostalType, 0, 2, Slot::kPostalInfo},
    {"voice", &kE164Type, 0, 1, Slot::kVoice},
    {"fax", &kE164Type, 0, 1, Slot::kFax},
    {"email", &kMinTokenText, 0, 1, Slot::kEmail},
    {"url", &kAnyUriText, 0, 1, Slot::kUrl},
    {"whoisInfo", &kWhoisType, 0, 1},
    {"crDate", &kDateTimeText, 0, 1, Slot::kCrDate},
    {"upDate", &kDateTimeText, 0, 1, Slot::kUpDate},
};
constexpr Particle kRegistrarDeleteChildren[] = {
    {"id", &kClIdText, 0, kUnbounded, Slot::kDeleteId},
};

// ---- rdeIDN-1.0.xsd, RFC 9022 section 5.5 --------------------------------------------------
constexpr SimpleType kIdnIdType{"rdeIDN:idType", Primitive::kToken, 1, 64};
constexpr Particle kIdnChildren[] = {
    {"url", &kAnyUriText, 1, 1, Slot::kUrl},
    {"urlPolicy", &kAnyUriText, 1, 1, Slot::kUrlPolicy},
};
constexpr AttributeDeclaration kIdnAttributes[] = {
    {"id", &kIdnIdType, true, Slot::kId},
};
constexpr Particle kIdnDeleteChildren[] = {
    {"id", &kIdnIdText, 1, 1, Slot::kDeleteId},
};

// ---- rdeNNDN-1.0.xsd, RFC 9022 section 5.6 -------------------------------------------------
constexpr absl::string_view kNameStates[] = {"withheld", "blocked", "mirrored"};
constexpr SimpleType kNameStateValue{"rdeNNDN:nameStateValue", Primitive::kToken, 0, UINT32_MAX,
                                     kNameStates};
constexpr AttributeDeclaration kNameStateAttributes[] = {
    {"mirroringNS", &kBoolean, false, Slot::kMirroringNs},
};
constexpr Type kNameStateType{.name = "rdeNNDN:nameState",
                              .content = Content::kText,
                              .attributes = kNameStateAttributes,
                              .text = &kNameStateValue};
constexpr Particle kNndnChildren[] = {
    {"aName", &kLabelText, 1, 1, Slot::kAName},
    {"uName", &kLabelText, 0, 1, Slot::kUName},
    {"idnTableId", &kIdnIdText, 0, 1, Slot::kIdnTableId},
    {"originalName", &kLabelText, 0, 1, Slot::kOriginalName},
    {"nameState", &kNameStateType, 1, 1, Slot::kNameState},
    {"crDate", &kDateTimeText, 0, 1, Slot::kCrDate},
};
constexpr Particle kNndnDeleteChildren[] = {
    {"aName", &kLabelText, 0, kUnbounded, Slot::kDeleteId},
};

// ---- rdeEppParams-1.0.xsd, RFC 9022 section 5.7 --------------------------------------------
constexpr Particle kEppParamsChildren[] = {
    {"version", &kEppVersionText, 1, kUnbounded, Slot::kVersion},
    {"lang", &kLanguageText, 1, kUnbounded, Slot::kLang},
    {"objURI", &kAnyUriText, 1, kUnbounded, Slot::kObjUri},
    {"svcExtension", &kExtUriType, 0, 1},
    {"dcp", &kDcpType},
};

// ---- rdePolicy-1.0.xsd, RFC 9022 section 5.8 -----------------------------------------------
constexpr AttributeDeclaration kPolicyAttributes[] = {
    {"scope", &kToken, true, Slot::kPolicyScope},
    {"element", &kAnyUri, true, Slot::kPolicyElement},
};

// ---- rdeHeader-1.0.xsd, RFC 9022 section 5.9 -----------------------------------------------
constexpr AttributeDeclaration kCountAttributes[] = {
    {"uri", &kAnyUri, true, Slot::kCountUri},
    {"rcdn", &kLabelType, false, Slot::kCountRcdn},
    {"registrarId", &kPositiveInteger, false, Slot::kCountRegistrarId},
};
constexpr Type kCountType{.name = "rdeHeader:countType",
                          .content = Content::kText,
                          .attributes = kCountAttributes,
                          .text = &kLong};
constexpr Particle kHeaderChildren[] = {
    {"tld", &kLabelText, 1, 1, Slot::kTld, 1},
    {"registrar", &kPositiveIntegerText, 1, 1, Slot::kRegistrarId, 1},
    {"ppsp", &kTokenText, 1, 1, Slot::kPpsp, 1},
    {"reseller", &kTokenText, 1, 1, Slot::kReseller, 1},
    {"count", &kCountType, 1, kUnbounded, Slot::kCount},
    {"contentTag", &kTokenText, 0, 1, Slot::kContentTag},
};

}  // namespace

constexpr Type kIdnIdText = TextOf(kIdnIdType);

constexpr Type kRegistrarType{.name = "rdeRegistrar:abstractContentType",
                              .content = Content::kElements,
                              .children_ns = Ns::kRegistrar,
                              .children = kRegistrarChildren};

constexpr Type kRegistrarDeleteType{.name = "rdeRegistrar:deleteType",
                                    .content = Content::kElements,
                                    .children_ns = Ns::kRegistrar,
                                    .children = kRegistrarDeleteChildren,
                                    .repetitions_max = kUnbounded};

constexpr Type kIdnType{.name = "rdeIDN:contentType",
                        .content = Content::kElements,
                        .children_ns = Ns::kIdn,
                        .children = kIdnChildren,
                        .attributes = kIdnAttributes};

constexpr Type kIdnDeleteType{.name = "rdeIDN:deleteType",
                              .content = Content::kElements,
                              .children_ns = Ns::kIdn,
                              .children = kIdnDeleteChildren};

constexpr Type kNndnType{.name = "rdeNNDN:abstractContentType",
                         .content = Content::kElements,
                         .children_ns = Ns::kNndn,
                         .children = kNndnChildren};

constexpr Type kNndnDeleteType{.name = "rdeNNDN:deleteType",
                               .content = Content::kElements,
                               .children_ns = Ns::kNndn,
                               .children = kNndnDeleteChildren,
                               .repetitions_max = kUnbounded};

constexpr Type kEppParamsType{.name = "rdeEppParams:abstractContentType",
                              .content = Content::kElements,
                              .children_ns = Ns::kEppParams,
                              .children = kEppParamsChildren,
                              .repetitions_max = base::kHeaderEntriesMax};

constexpr Type kPolicyType{
    .name = "rdePolicy:policyType", .content = Content::kEmpty, .attributes = kPolicyAttributes};

constexpr Type kHeaderType{.name = "rdeHeader:contentType",
                           .content = Content::kElements,
                           .children_ns = Ns::kHeader,
                           .children = kHeaderChildren,
                           .repetitions_max = base::kHeaderEntriesMax};

}  // namespace tidemark::rde
