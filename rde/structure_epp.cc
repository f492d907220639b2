// Types of the EPP schemas (RFC 5730 to 5733, 3915, 5910), as far as RFC 9022 uses them.
#include "rde/structure_types.h"

namespace tidemark::rde {
namespace {

// ---- epp-1.0.xsd ---------------------------------------------------------------------------
constexpr absl::string_view kVersions[] = {"1.0"};
// The pattern [1-9]+\.[0-9]+ adds nothing to the enumeration.
constexpr SimpleType kVersionType{"epp:versionType", Primitive::kToken, 0, UINT32_MAX, kVersions};

constexpr Particle kExtUriChildren[] = {
    {"extURI", &kAnyUriText, 1, kUnbounded, Slot::kExtUri},
};

constexpr SimpleType kRecDescType{"epp:dcpRecDescType", Primitive::kToken, 1, 255};
constexpr Type kRecDescText = TextOf(kRecDescType);
constexpr Type kDurationText = TextOf(kDuration);

constexpr Particle kAccessChildren[] = {
    {"all", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"none", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"null", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"other", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"personal", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"personalAndOther", &kAnyType, 1, 1, Slot::kDcp, 1},
};
constexpr Type kAccessType{.name = "epp:dcpAccessType",
                           .content = Content::kElements,
                           .children_ns = Ns::kEpp,
                           .children = kAccessChildren};

constexpr Particle kPurposeChildren[] = {
    {"admin", &kAnyType, 0, 1, Slot::kDcp},
    {"contact", &kAnyType, 0, 1, Slot::kDcp},
    {"other", &kAnyType, 0, 1, Slot::kDcp},
    {"prov", &kAnyType, 0, 1, Slot::kDcp},
};
constexpr Type kPurposeType{.name = "epp:dcpPurposeType",
                            .content = Content::kElements,
                            .children_ns = Ns::kEpp,
                            .children = kPurposeChildren};

constexpr Particle kOursChildren[] = {
    {"recDesc", &kRecDescText, 0, 1, Slot::kDcp},
};
constexpr Type kOursType{.name = "epp:dcpOursType",
                         .content = Content::kElements,
                         .children_ns = Ns::kEpp,
                         .children = kOursChildren};

constexpr Particle kRecipientChildren[] = {
    {"other", &kAnyType, 0, 1, Slot::kDcp},     {"ours", &kOursType, 0, kUnbounded, Slot::kDcp},
    {"public", &kAnyType, 0, 1, Slot::kDcp},    {"same", &kAnyType, 0, 1, Slot::kDcp},
    {"unrelated", &kAnyType, 0, 1, Slot::kDcp},
};
constexpr Type kRecipientType{.name = "epp:dcpRecipientType",
                              .content = Content::kElements,
                              .children_ns = Ns::kEpp,
                              .children = kRecipientChildren};

constexpr Particle kRetentionChildren[] = {
    {"business", &kAnyType, 1, 1, Slot::kDcp, 1}, {"indefinite", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"legal", &kAnyType, 1, 1, Slot::kDcp, 1},    {"none", &kAnyType, 1, 1, Slot::kDcp, 1},
    {"stated", &kAnyType, 1, 1, Slot::kDcp, 1},
};
constexpr Type kRetentionType{.name = "epp:dcpRetentionType",
                              .content = Content::kElements,
                              .children_ns = Ns::kEpp,
                              .children = kRetentionChildren};

constexpr Particle kStatementChildren[] = {
    {"purpose", &kPurposeType, 1, 1, Slot::kDcp},
    {"recipient", &kRecipientType, 1, 1, Slot::kDcp},
    {"retention", &kRetentionType, 1, 1, Slot::kDcp},
};
constexpr Type kStatementType{.name = "epp:dcpStatementType",
                              .content = Content::kElements,
                              .children_ns = Ns::kEpp,
                              .children = kStatementChildren};

constexpr Particle kExpiryChildren[] = {
    {"absolute", &kDateTimeText, 1, 1, Slot::kDcp, 1},
    {"relative", &kDurationText, 1, 1, Slot::kDcp, 1},
};
constexpr Type kExpiryType{.name = "epp:dcpExpiryType",
                           .content = Content::kElements,
                           .children_ns = Ns::kEpp,
                           .children = kExpiryChildren};

constexpr Particle kDcpChildren[] = {
    {"access", &kAccessType, 1, 1, Slot::kDcp},
    {"statement", &kStatementType, 1, kUnbounded, Slot::kDcp},
    {"expiry", &kExpiryType, 0, 1, Slot::kDcp},
};

// ---- eppcom-1.0.xsd ------------------------------------------------------------------------
constexpr absl::string_view kTrStatuses[] = {
    "clientApproved", "clientCancelled", "clientRejected",
    "pending",        "serverApproved",  "serverCancelled",
};
constexpr SimpleType kTrStatusType{"eppcom:trStatusType", Primitive::kToken, 0, UINT32_MAX,
                                   kTrStatuses};

// ---- Statuses: a value, and a text for people ----------------------------------------------
constexpr SimpleType kNormalizedString{"xs:normalizedString", Primitive::kNormalizedString};

constexpr absl::string_view kDomainStatuses[] = {
    "clientDeleteProhibited",
    "clientHold",
    "clientRenewProhibited",
    "clientTransferProhibited",
    "clientUpdateProhibited",
    "inactive",
    "ok",
    "pendingCreate",
    "pendingDelete",
    "pendingRenew",
    "pendingTransfer",
    "pendingUpdate",
    "serverDeleteProhibited",
    "serverHold",
    "serverRenewProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
};
constexpr SimpleType kDomainStatusValue{"domain:statusValueType", Primitive::kToken, 0, UINT32_MAX,
                                        kDomainStatuses};
constexpr AttributeDeclaration kDomainStatusAttributes[] = {
    {"s", &kDomainStatusValue, true, Slot::kStatusS},
    {"lang", &kLanguage, false, Slot::kStatusLang},
};

constexpr absl::string_view kHostStatuses[] = {
    "clientDeleteProhibited", "clientUpdateProhibited", "linked",          "ok",
    "pendingCreate",          "pendingDelete",          "pendingTransfer", "pendingUpdate",
    "serverDeleteProhibited", "serverUpdateProhibited",
};
constexpr SimpleType kHostStatusValue{"host:statusValueType", Primitive::kToken, 0, UINT32_MAX,
                                      kHostStatuses};
constexpr AttributeDeclaration kHostStatusAttributes[] = {
    {"s", &kHostStatusValue, true, Slot::kStatusS},
    {"lang", &kLanguage, false, Slot::kStatusLang},
};

constexpr absl::string_view kContactStatuses[] = {
    "clientDeleteProhibited",
    "clientTransferProhibited",
    "clientUpdateProhibited",
    "linked",
    "ok",
    "pendingCreate",
    "pendingDelete",
    "pendingTransfer",
    "pendingUpdate",
    "serverDeleteProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
};
constexpr SimpleType kContactStatusValue{"contact:statusValueType", Primitive::kToken, 0,
                                         UINT32_MAX, kContactStatuses};
constexpr AttributeDeclaration kContactStatusAttributes[] = {
    {"s", &kContactStatusValue, true, Slot::kStatusS},
    {"lang", &kLanguage, false, Slot::kStatusLang},
};

// rgp-1.0.xsd, RFC 3915.
constexpr absl::string_view kRgpStatuses[] = {
    "addPeriod",     "autoRenewPeriod", "renewPeriod",      "transferPeriod",
    "pendingDelete", "pendingRestore",  "redemptionPeriod",
};
constexpr SimpleType kRgpStatusValue{"rgp:statusValueType", Primitive::kToken, 0, UINT32_MAX,
                                     kRgpStatuses};
constexpr AttributeDeclaration kRgpStatusAttributes[] = {
    {"s", &kRgpStatusValue, true, Slot::kStatusS},
    {"lang", &kLanguage, false, Slot::kStatusLang},
};

// ---- domain-1.0.xsd ------------------------------------------------------------------------
constexpr absl::string_view kContactRoles[] = {"admin", "billing", "tech"};
constexpr SimpleType kContactAttrType{"domain:contactAttrType", Primitive::kToken, 0, UINT32_MAX,
                                      kContactRoles};
constexpr AttributeDeclaration kDomainContactAttributes[] = {
    {"type", &kContactAttrType, false, Slot::kDomainContactType},
};

constexpr Particle kHostAttrChildren[] = {
    {"hostName", &kLabelText, 1, 1, Slot::kHostAttributeName},
    {"hostAddr", &kHostAddrType, 0, kUnbounded, Slot::kHostAttributeAddress},
};
constexpr Type kHostAttrType{.name = "domain:hostAttrType",
                             .content = Content::kElements,
                             .children_ns = Ns::kEppDomain,
                             .children = kHostAttrChildren};

constexpr Particle kNsChildren[] = {
    {"hostObj", &kLabelText, 1, kUnbounded, Slot::kHostObject, 1},
    {"hostAttr", &kHostAttrType, 1, kUnbounded, Slot::kHostAttribute, 1},
};

// ---- host-1.0.xsd --------------------------------------------------------------------------
constexpr SimpleType kAddrStringType{"host:addrStringType", Primitive::kToken, 3, 45};
constexpr absl::string_view kIpVersions[] = {"v4", "v6"};
constexpr SimpleType kIpType{"host:ipType", Primitive::kToken, 0, UINT32_MAX, kIpVersions};
constexpr AttributeDeclaration kAddrAttributes[] = {
    {"ip", &kIpType, false, Slot::kIpVersion},
};

// ---- contact-1.0.xsd -----------------------------------------------------------------------
constexpr absl::string_view kPostalTypes[] = {"loc", "int"};
constexpr SimpleType kPostalLineType{"contact:postalLineType", Primitive::kNormalizedString, 1,
                                     255};
constexpr SimpleType kOptPostalLineType{"contact:optPostalLineType", Primitive::kNormalizedString,
                                        0, 255};
constexpr SimpleType kPcType{"contact:pcType", Primitive::kToken, 0, 16};
constexpr SimpleType kCcType{"contact:ccType", Primitive::kToken, 2, 2};
constexpr SimpleType kPostalType{"contact:postalInfoEnumType", Primitive::kToken, 0, UINT32_MAX,
                                 kPostalTypes};
constexpr Type kPostalLineText = TextOf(kPostalLineType);
constexpr Type kOptPostalLineText = TextOf(kOptPostalLineType);
constexpr Type kPcText = TextOf(kPcType);
constexpr Type kCcText = TextOf(kCcType);

constexpr Particle kAddrChildren[] = {
    {"street", &kOptPostalLineText, 0, 3, Slot::kStreet},
    {"city", &kPostalLineText, 1, 1, Slot::kCity},
    {"sp", &kOptPostalLineText, 0, 1, Slot::kSp},
    {"pc", &kPcText, 0, 1, Slot::kPc},
    {"cc", &kCcText, 1, 1, Slot::kCc},
};
constexpr Type kAddrType{.name = "contact:addrType",
                         .content = Content::kElements,
                         .children_ns = Ns::kEppContact,
                         .children = kAddrChildren};

constexpr Particle kPostalInfoChildren[] = {
    {"name", &kPostalLineText, 1, 1, Slot::kPostalName},
    {"org", &kOptPostalLineText, 0, 1, Slot::kPostalOrg},
    {"addr", &kAddrType},
};
constexpr AttributeDeclaration kPostalInfoAttributes[] = {
    {"type", &kPostalType, true, Slot::kPostalType},
};

constexpr SimpleType kE164StringType{"contact:e164StringType", Primitive::kE164, 0, 17};
constexpr AttributeDeclaration kE164Attributes[] = {
    {"x", &kToken, false, Slot::kPhoneExtension},
};

constexpr AttributeDeclaration kIntLocAttributes[] = {
    {"type", &kPostalType, true, Slot::kDiscloseType},
};
constexpr Type kIntLocType{
    .name = "contact:intLocType", .content = Content::kEmpty, .attributes = kIntLocAttributes};
constexpr Particle kDiscloseChildren[] = {
    {"name", &kIntLocType, 0, 2, Slot::kDiscloseName},
    {"org", &kIntLocType, 0, 2, Slot::kDiscloseOrg},
    {"addr", &kIntLocType, 0, 2, Slot::kDiscloseAddr},
    {"voice", &kAnyType, 0, 1, Slot::kDiscloseVoice},
    {"fax", &kAnyType, 0, 1, Slot::kDiscloseFax},
    {"email", &kAnyType, 0, 1, Slot::kDiscloseEmail},
};
constexpr AttributeDeclaration kDiscloseAttributes[] = {
    {"flag", &kBoolean, true, Slot::kDiscloseFlag},
};

// ---- secDNS-1.1.xsd, RFC 5910 --------------------------------------------------------------
constexpr SimpleType kMaxSigLifeType{"secDNS:maxSigLifeType", Primitive::kMaxSigLife};
constexpr Type kMaxSigLifeText = TextOf(kMaxSigLifeType);
constexpr SimpleType kKeyType{"secDNS:keyType", Primitive::kBase64Binary, 1};
constexpr Type kKeyText = TextOf(kKeyType);
constexpr Type kHexBinaryText = TextOf(kHexBinary);

constexpr Particle kKeyDataChildren[] = {
    {"flags", &kUnsignedShortText, 1, 1, Slot::kKeyFlags},
    {"protocol", &kUnsignedByteText, 1, 1, Slot::kKeyProtocol},
    {"alg", &kUnsignedByteText, 1, 1, Slot::kKeyAlgorithm},
    {"pubKey", &kKeyText, 1, 1, Slot::kPublicKey},
};
constexpr Type kKeyDataType{.name = "secDNS:keyDataType",
                            .content = Content::kElements,
                            .children_ns = Ns::kSecDns,
                            .children = kKeyDataChildren};

constexpr Particle kDsDataChildren[] = {
    {"keyTag", &kUnsignedShortText, 1, 1, Slot::kKeyTag},
    {"alg", &kUnsignedByteText, 1, 1, Slot::kDsAlgorithm},
    {"digestType", &kUnsignedByteText, 1, 1, Slot::kDigestType},
    {"digest", &kHexBinaryText, 1, 1, Slot::kDigest},
    {"keyData", &kKeyDataType, 0, 1, Slot::kDsKey},
};
constexpr Type kDsDataType{.name = "secDNS:dsDataType",
                           .content = Content::kElements,
                           .children_ns = Ns::kSecDns,
                           .children = kDsDataChildren};

constexpr Particle kDsOrKeyChildren[] = {
    {"maxSigLife", &kMaxSigLifeText, 0, 1, Slot::kMaxSigLife},
    {"dsData", &kDsDataType, 1, kUnbounded, Slot::kDs, 1},
    {"keyData", &kKeyDataType, 1, kUnbounded, Slot::kKey, 1},
};

}  // namespace

constexpr Type kEppVersionText = TextOf(kVersionType);
constexpr Type kExtUriType{.name = "epp:extURIType",
                           .content = Content::kElements,
                           .children_ns = Ns::kEpp,
                           .children = kExtUriChildren,
                           .repetitions_max = base::kHeaderEntriesMax};
constexpr Type kDcpType{.name = "epp:dcpType",
                        .content = Content::kElements,
                        .children_ns = Ns::kEpp,
                        .children = kDcpChildren};

constexpr Type kTrStatusText = TextOf(kTrStatusType);

constexpr Type kDomainStatusType{.name = "domain:statusType",
                                 .content = Content::kText,
                                 .attributes = kDomainStatusAttributes,
                                 .text = &kNormalizedString};
constexpr Type kHostStatusType{.name = "host:statusType",
                               .content = Content::kText,
                               .attributes = kHostStatusAttributes,
                               .text = &kNormalizedString};
constexpr Type kContactStatusType{.name = "contact:statusType",
                                  .content = Content::kText,
                                  .attributes = kContactStatusAttributes,
                                  .text = &kNormalizedString};
constexpr Type kRgpStatusType{.name = "rgp:statusType",
                              .content = Content::kText,
                              .attributes = kRgpStatusAttributes,
                              .text = &kNormalizedString};

constexpr Type kDomainContactType{.name = "domain:contactType",
                                  .content = Content::kText,
                                  .attributes = kDomainContactAttributes,
                                  .text = &kClIdType};
constexpr Type kNsType{.name = "domain:nsType",
                       .content = Content::kElements,
                       .children_ns = Ns::kEppDomain,
                       .children = kNsChildren};

constexpr Type kHostAddrType{.name = "host:addrType",
                             .content = Content::kText,
                             .attributes = kAddrAttributes,
                             .text = &kAddrStringType};

constexpr Type kPostalInfoType{.name = "contact:postalInfoType",
                               .content = Content::kElements,
                               .children_ns = Ns::kEppContact,
                               .children = kPostalInfoChildren,
                               .attributes = kPostalInfoAttributes};
constexpr Type kE164Type{.name = "contact:e164Type",
                         .content = Content::kText,
                         .attributes = kE164Attributes,
                         .text = &kE164StringType};
constexpr Type kDiscloseType{.name = "contact:discloseType",
                             .content = Content::kElements,
                             .children_ns = Ns::kEppContact,
                             .children = kDiscloseChildren,
                             .attributes = kDiscloseAttributes};

constexpr Type kDsOrKeyType{.name = "secDNS:dsOrKeyType",
                            .content = Content::kElements,
                            .children_ns = Ns::kSecDns,
                            .children = kDsOrKeyChildren};

}  // namespace tidemark::rde
