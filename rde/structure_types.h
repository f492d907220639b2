// The tables of rde/structure.cc: simple types first, then the complex types that more than one
// object uses. Private to structure*.cc.
#ifndef TIDEMARK_RDE_STRUCTURE_TYPES_H_
#define TIDEMARK_RDE_STRUCTURE_TYPES_H_

#include "rde/structure.h"

namespace tidemark::rde {

// XML Schema's own.
inline constexpr SimpleType kToken{"xs:token", Primitive::kToken};
inline constexpr SimpleType kDateTime{"xs:dateTime", Primitive::kDateTime};
inline constexpr SimpleType kDuration{"xs:duration", Primitive::kDuration};
inline constexpr SimpleType kBoolean{"xs:boolean", Primitive::kBoolean};
inline constexpr SimpleType kLong{"xs:long", Primitive::kLong};
inline constexpr SimpleType kPositiveInteger{"xs:positiveInteger", Primitive::kPositiveInteger};
inline constexpr SimpleType kUnsignedShort{"xs:unsignedShort", Primitive::kUnsignedShort};
inline constexpr SimpleType kUnsignedByte{"xs:unsignedByte", Primitive::kUnsignedByte};
inline constexpr SimpleType kAnyUri{"xs:anyURI", Primitive::kAnyUri};
inline constexpr SimpleType kLanguage{"xs:language", Primitive::kLanguage};
inline constexpr SimpleType kHexBinary{"xs:hexBinary", Primitive::kHexBinary};

// eppcom-1.0.xsd, RFC 5730.
inline constexpr SimpleType kClIdType{"eppcom:clIDType", Primitive::kToken, 3, 16};
inline constexpr SimpleType kLabelType{"eppcom:labelType", Primitive::kToken, 1, 255};
inline constexpr SimpleType kMinTokenType{"eppcom:minTokenType", Primitive::kToken, 1};
inline constexpr SimpleType kRoidType{"eppcom:roidType", Primitive::kRoid};

// A complex type with simple content and no attributes: what <element type="SIMPLE"/> makes.
constexpr Type TextOf(const SimpleType& type) {
  return Type{.name = type.name, .content = Content::kText, .text = &type};
}

inline constexpr Type kTokenText = TextOf(kToken);
inline constexpr Type kDateTimeText = TextOf(kDateTime);
inline constexpr Type kPositiveIntegerText = TextOf(kPositiveInteger);
inline constexpr Type kUnsignedShortText = TextOf(kUnsignedShort);
inline constexpr Type kUnsignedByteText = TextOf(kUnsignedByte);
inline constexpr Type kAnyUriText = TextOf(kAnyUri);
inline constexpr Type kLanguageText = TextOf(kLanguage);
inline constexpr Type kClIdText = TextOf(kClIdType);
inline constexpr Type kLabelText = TextOf(kLabelType);
inline constexpr Type kMinTokenText = TextOf(kMinTokenType);
inline constexpr Type kRoidText = TextOf(kRoidType);
inline constexpr Type kAnyType{.name = "xs:anyType", .content = Content::kAny};

// structure_epp.cc: types of the EPP schemas.
extern const Type kEppVersionText;     // epp:versionType
extern const Type kTrStatusText;       // eppcom:trStatusType
extern const Type kDomainStatusType;   // domain:statusType
extern const Type kDomainContactType;  // domain:contactType
extern const Type kNsType;             // domain:nsType
extern const Type kHostStatusType;     // host:statusType
extern const Type kHostAddrType;       // host:addrType
extern const Type kContactStatusType;  // contact:statusType
extern const Type kPostalInfoType;     // contact:postalInfoType
extern const Type kE164Type;           // contact:e164Type
extern const Type kDiscloseType;       // contact:discloseType
extern const Type kRgpStatusType;      // rgp:statusType
extern const Type kDsOrKeyType;        // secDNS:dsOrKeyType
extern const Type kExtUriType;         // epp:extURIType
extern const Type kDcpType;            // epp:dcpType

// structure_reference.cc: the objects of RFC 9022 that are not in structure.cc.
extern const Type kIdnIdText;            // rdeIDN:idType
extern const Type kRegistrarType;        // rdeRegistrar:abstractContentType
extern const Type kRegistrarDeleteType;  // rdeRegistrar:deleteType
extern const Type kIdnType;              // rdeIDN:contentType
extern const Type kIdnDeleteType;        // rdeIDN:deleteType
extern const Type kNndnType;             // rdeNNDN:abstractContentType
extern const Type kNndnDeleteType;       // rdeNNDN:deleteType
extern const Type kEppParamsType;        // rdeEppParams:abstractContentType
extern const Type kPolicyType;           // rdePolicy:policyType
extern const Type kHeaderType;           // rdeHeader:contentType

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_STRUCTURE_TYPES_H_
