// RFC 9022's CSV model, section 4.6.2: the definition of a table, and the fields that its columns
// can be. Which table has which fields is rde/csv/tables.h's.
#include "rde/structure_types.h"

namespace tidemark::rde {
namespace {

// ---- rdeCsv-1.0.xsd ------------------------------------------------------------------------
constexpr SimpleType kSepType{"rdeCsv:sepType", Primitive::kString, 1, 1};

// A definition of a field is empty: `type` is for people, and defaults to the type of the values
// that kFields names.
constexpr AttributeDeclaration kFieldAttributes[] = {
    {"isRequired", &kBoolean, false, Slot::kCsvFieldRequired},
    {"parent", &kBoolean, false, Slot::kCsvFieldParent},
    {"type", &kToken},
};
constexpr Type kField{
    .name = "rdeCsv:fieldType", .content = Content::kEmpty, .attributes = kFieldAttributes};
constexpr AttributeDeclaration kCustomAttributes[] = {
    {"isRequired", &kBoolean, false, Slot::kCsvFieldRequired},
    {"parent", &kBoolean, false, Slot::kCsvFieldParent},
    {"type", &kToken},
    {"name", &kToken, false, Slot::kCsvFieldCustom},
};
constexpr Type kCustom{
    .name = "rdeCsv:fCustomType", .content = Content::kEmpty, .attributes = kCustomAttributes};
// csvContact-1.0.xsd and csvRegistrar-1.0.xsd: fields in either form.
constexpr AttributeDeclaration kLocAttributes[] = {
    {"isRequired", &kBoolean, false, Slot::kCsvFieldRequired},
    {"parent", &kBoolean, false, Slot::kCsvFieldParent},
    {"type", &kToken},
    {"isLoc", &kBoolean, false, Slot::kCsvFieldLoc},
};
constexpr Type kLocField{
    .name = "csvContact:fPostalLineType", .content = Content::kEmpty, .attributes = kLocAttributes};
constexpr AttributeDeclaration kStreetAttributes[] = {
    {"isRequired", &kBoolean, false, Slot::kCsvFieldRequired},
    {"parent", &kBoolean, false, Slot::kCsvFieldParent},
    {"type", &kToken},
    {"isLoc", &kBoolean, false, Slot::kCsvFieldLoc},
    {"index", &kInt, true, Slot::kCsvFieldIndex},
};
constexpr Type kStreetField{
    .name = "csvContact:fStreetType", .content = Content::kEmpty, .attributes = kStreetAttributes};

// An element of the substitution group: namespace, name, type of the values, whether a value is
// required where the definition does not say.
constexpr FieldElement Field(Ns ns, absl::string_view name, const SimpleType* value,
                             bool required = false, const Type* type = &kField) {
  return {ns, Particle{name, type, 1, 1, Slot::kCsvField}, value, required};
}

constexpr bool kRequired = true;

constexpr FieldElement kFields[] = {
    Field(Ns::kCsv, "fUName", &kLabelType),
    Field(Ns::kCsv, "fRoid", &kRoidType, kRequired),
    Field(Ns::kCsv, "fRegistrant", &kClIdType),
    Field(Ns::kCsv, "fStatusDescription", &kNormalizedString),
    Field(Ns::kCsv, "fClID", &kClIdType, kRequired),
    Field(Ns::kCsv, "fCrRr", &kClIdType),
    Field(Ns::kCsv, "fCrID", &kClIdType),
    Field(Ns::kCsv, "fUpRr", &kClIdType),
    Field(Ns::kCsv, "fUpID", &kClIdType),
    Field(Ns::kCsv, "fReRr", &kClIdType, kRequired),
    Field(Ns::kCsv, "fReID", &kClIdType),
    Field(Ns::kCsv, "fAcRr", &kClIdType, kRequired),
    Field(Ns::kCsv, "fAcID", &kClIdType),
    Field(Ns::kCsv, "fCrDate", &kDateTime),
    Field(Ns::kCsv, "fUpDate", &kDateTime),
    Field(Ns::kCsv, "fExDate", &kDateTime),
    Field(Ns::kCsv, "fReDate", &kDateTime, kRequired),
    Field(Ns::kCsv, "fAcDate", &kDateTime, kRequired),
    Field(Ns::kCsv, "fTrDate", &kDateTime),
    Field(Ns::kCsv, "fLang", &kLanguage),
    Field(Ns::kCsv, "fIdnTableId", &kToken),
    Field(Ns::kCsv, "fTrStatus", &kTrStatusType, kRequired),
    Field(Ns::kCsv, "fCustom", &kToken, false, &kCustom),
    Field(Ns::kCsv, "fUrl", &kAnyUri),

    // ---- csvDomain-1.0.xsd -----------------------------------------------------------------
    Field(Ns::kCsvDomain, "fName", &kLabelType, kRequired),
    Field(Ns::kCsvDomain, "fRgpStatus", &kRgpStatusValue),
    Field(Ns::kCsvDomain, "fContactType", &kContactAttrType, kRequired),
    Field(Ns::kCsvDomain, "fMaxSigLife", &kMaxSigLifeType),
    Field(Ns::kCsvDomain, "fKeyTag", &kUnsignedShort, kRequired),
    Field(Ns::kCsvDomain, "fDsAlg", &kUnsignedByte, kRequired),
    Field(Ns::kCsvDomain, "fDigestType", &kUnsignedByte, kRequired),
    Field(Ns::kCsvDomain, "fDigest", &kHexBinary, kRequired),
    Field(Ns::kCsvDomain, "fFlags", &kUnsignedShort, kRequired),
    Field(Ns::kCsvDomain, "fProtocol", &kUnsignedByte, kRequired),
    Field(Ns::kCsvDomain, "fKeyAlg", &kUnsignedByte, kRequired),
    Field(Ns::kCsvDomain, "fPubKey", &kKeyType, kRequired),
    Field(Ns::kCsvDomain, "fOriginalName", &kLabelType),
    Field(Ns::kCsvDomain, "fStatus", &kDomainStatusValue, kRequired),

    // ---- csvHost-1.0.xsd -------------------------------------------------------------------
    Field(Ns::kCsvHost, "fName", &kLabelType, kRequired),
    Field(Ns::kCsvHost, "fAddr", &kAddrStringType),
    Field(Ns::kCsvHost, "fAddrVersion", &kIpType),
    Field(Ns::kCsvHost, "fStatus", &kHostStatusValue, kRequired),

    // ---- csvContact-1.0.xsd ----------------------------------------------------------------
    Field(Ns::kCsvContact, "fId", &kClIdType, kRequired),
    Field(Ns::kCsvContact, "fIsRegistrarContact", &kBoolean),
    Field(Ns::kCsvContact, "fVoice", &kE164StringType),
    Field(Ns::kCsvContact, "fFax", &kE164StringType),
    Field(Ns::kCsvContact, "fVoiceExt", &kToken),
    Field(Ns::kCsvContact, "fFaxExt", &kToken),
    Field(Ns::kCsvContact, "fEmail", &kMinTokenType, kRequired),
    Field(Ns::kCsvContact, "fPostalType", &kPostalType, kRequired),
    Field(Ns::kCsvContact, "fName", &kPostalLineType, kRequired, &kLocField),
    Field(Ns::kCsvContact, "fOrg", &kOptPostalLineType, false, &kLocField),
    Field(Ns::kCsvContact, "fStreet", &kOptPostalLineType, false, &kStreetField),
    Field(Ns::kCsvContact, "fCity", &kPostalLineType, kRequired, &kLocField),
    Field(Ns::kCsvContact, "fSp", &kOptPostalLineType, false, &kLocField),
    Field(Ns::kCsvContact, "fPc", &kPcType, false, &kLocField),
    Field(Ns::kCsvContact, "fCc", &kCcType, kRequired, &kLocField),
    Field(Ns::kCsvContact, "fDiscloseFlag", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseNameLoc", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseNameInt", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseOrgLoc", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseOrgInt", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseAddrLoc", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseAddrInt", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseVoice", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseFax", &kBoolean),
    Field(Ns::kCsvContact, "fDiscloseEmail", &kBoolean),
    Field(Ns::kCsvContact, "fStatus", &kContactStatusValue, kRequired),

    // ---- csvRegistrar-1.0.xsd --------------------------------------------------------------
    Field(Ns::kCsvRegistrar, "fId", &kClIdType, kRequired),
    Field(Ns::kCsvRegistrar, "fName", &kRegistrarNameType, kRequired, &kLocField),
    Field(Ns::kCsvRegistrar, "fGurid", &kPositiveInteger),
    Field(Ns::kCsvRegistrar, "fStatus", &kRegistrarStatusType, kRequired),
    Field(Ns::kCsvRegistrar, "fStatusName", &kToken),
    Field(Ns::kCsvRegistrar, "fWhoisUrl", &kAnyUri),

    // ---- csvNNDN-1.0.xsd -------------------------------------------------------------------
    Field(Ns::kCsvNndn, "fAName", &kLabelType, kRequired),
    Field(Ns::kCsvNndn, "fOriginalName", &kLabelType),
    Field(Ns::kCsvNndn, "fNameState", &kNameStateValue, kRequired),
    Field(Ns::kCsvNndn, "fMirroringNS", &kBoolean),
};

// The abstract element speaks for whatever stands in its place.
constexpr Particle kFieldsChildren[] = {
    {"field", nullptr, 1, kUnbounded},
};
constexpr Type kFieldsType{
    .name = "rdeCsv:fieldsType", .content = Content::kFields, .children = kFieldsChildren};

constexpr AttributeDeclaration kFileAttributes[] = {
    {"compression", &kToken, false, Slot::kCsvCompression},
    {"encoding", &kToken, false, Slot::kCsvEncoding},
    {"cksum", &kToken, false, Slot::kCsvChecksum},
    {"cksumAlg", &kToken, false, Slot::kCsvChecksumAlgorithm},
};
constexpr Type kFileType{.name = "rdeCsv:fileType",
                         .content = Content::kText,
                         .attributes = kFileAttributes,
                         .text = &kToken};
constexpr Particle kFilesChildren[] = {
    {"file", &kFileType, 1, kUnbounded, Slot::kCsvFile},
};
constexpr Type kFilesType{.name = "rdeCsv:filesType",
                          .content = Content::kElements,
                          .children_ns = Ns::kCsv,
                          .children = kFilesChildren};

constexpr Particle kCsvChildren[] = {
    {"fields", &kFieldsType},
    {"files", &kFilesType},
};
constexpr AttributeDeclaration kCsvAttributes[] = {
    {"name", &kToken, true, Slot::kCsvName},
    {"sep", &kSepType, false, Slot::kCsvSeparator},
};
constexpr Type kCsvType{.name = "rdeCsv:csvType",
                        .content = Content::kElements,
                        .children_ns = Ns::kCsv,
                        .children = kCsvChildren,
                        .attributes = kCsvAttributes};
constexpr Particle kTablesChildren[] = {
    {"csv", &kCsvType, 1, kUnbounded, Slot::kCsv},
};

}  // namespace

constexpr Type kCsvTablesType{.name = "contentType",
                              .content = Content::kElements,
                              .children_ns = Ns::kCsv,
                              .children = kTablesChildren};

absl::Span<const FieldElement> FieldElements() { return kFields; }

const FieldElement* FindField(int ns, absl::string_view local) {
  for (const FieldElement& field : kFields) {
    if (ns == static_cast<int>(field.ns) && local == field.particle.name) return &field;
  }
  return nullptr;
}

}  // namespace tidemark::rde
