// The complex types of RFC 8909, RFC 9022's XML model and the EPP types inside them, as tables.
//
// Private to rde/. One table a type, in the order of its XSD, so that the two can be held side by
// side. The walker of rde/reader.cc interprets them; a Slot says where a value goes in a record.
#ifndef TIDEMARK_RDE_STRUCTURE_H_
#define TIDEMARK_RDE_STRUCTURE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "rde/simple_types.h"

namespace tidemark::rde {

// The namespaces that the tables use; the index into Namespaces().
enum class Ns : int {
  kRde,
  kHeader,
  kDomain,
  kHost,
  kContact,
  kRegistrar,
  kIdn,
  kNndn,
  kEppParams,
  kPolicy,
  kEpp,         // epp-1.0
  kEppDomain,   // domain-1.0
  kEppContact,  // contact-1.0
  kEppHost,     // host-1.0
  kSecDns,      // secDNS-1.1
  kRgp,         // rgp-1.0
  kXsi,         // http://www.w3.org/2001/XMLSchema-instance
  kCsv,         // rdeCsv-1.0
  kCsvDomain,
  kCsvHost,
  kCsvContact,
  kCsvRegistrar,
  kCsvIdn,
  kCsvNndn,
};
absl::Span<const absl::string_view> Namespaces();

// Where the text of an element or the value of an attribute goes.
enum class Slot : uint8_t {
  kNone,
  // Deposit and menu.
  kDepositType,
  kDepositId,
  kPrevId,
  kResend,
  kWatermark,
  kMenu,
  kMenuVersion,
  kMenuUri,
  kDeletes,
  kContents,
  // Keys of a delete element.
  kDeleteId,
  kDeleteRoid,
  // Fields of several objects.
  kId,
  kName,
  kRoid,
  kUName,
  kIdnTableId,
  kOriginalName,
  kStatus,
  kStatusS,
  kStatusLang,
  kClId,
  kCrRr,
  kUpRr,
  kClient,
  kCrDate,
  kUpDate,
  kExDate,
  kTrDate,
  kVoice,
  kFax,
  kPhoneExtension,
  kEmail,
  kUrl,
  // Transfers.
  kTransfer,
  kTrStatus,
  kReRr,
  kReDate,
  kAcRr,
  kAcDate,
  kTrExDate,
  // Domain.
  kRgpStatus,
  kRegistrant,
  kDomainContact,
  kDomainContactType,
  kHostObject,
  kHostAttribute,
  kHostAttributeName,
  kHostAttributeAddress,
  kIpVersion,
  // secDNS.
  kSecDns,
  kMaxSigLife,
  kDs,
  kKeyTag,
  kDsAlgorithm,
  kDigestType,
  kDigest,
  kDsKey,
  kKey,
  kKeyFlags,
  kKeyProtocol,
  kKeyAlgorithm,
  kPublicKey,
  // Host.
  kHostAddress,
  // Postal addresses of contact and registrar.
  kPostalInfo,
  kPostalType,
  kPostalName,
  kPostalOrg,
  kStreet,
  kCity,
  kSp,
  kPc,
  kCc,
  // contact:discloseType.
  kDisclose,
  kDiscloseFlag,
  kDiscloseName,
  kDiscloseOrg,
  kDiscloseAddr,
  kDiscloseVoice,
  kDiscloseFax,
  kDiscloseEmail,
  kDiscloseType,
  // Registrar.
  kGurid,
  kRegistrarStatus,
  kWhoisName,
  kWhoisUrl,
  // IDN table reference.
  kUrlPolicy,
  // NNDN.
  kAName,
  kNameState,
  kMirroringNs,
  // EPP parameters; kDcp and every element below it.
  kVersion,
  kLang,
  kObjUri,
  kExtUri,
  kDcp,
  // Policy.
  kPolicyScope,
  kPolicyElement,
  // Header.
  kTld,
  kRegistrarId,
  kPpsp,
  kReseller,
  kCount,
  kCountUri,
  kCountRcdn,
  kCountRegistrarId,
  kContentTag,
  // A table of the CSV model.
  kCsv,
  kCsvName,
  kCsvSeparator,
  kCsvField,
  kCsvFieldRequired,
  kCsvFieldParent,
  kCsvFieldLoc,
  kCsvFieldIndex,
  kCsvFieldCustom,
  kCsvFile,
  kCsvCompression,
  kCsvEncoding,
  kCsvChecksum,
  kCsvChecksumAlgorithm,
};
inline constexpr size_t kSlots = static_cast<size_t>(Slot::kCsvChecksumAlgorithm) + 1;

struct Type;

inline constexpr uint32_t kUnbounded = UINT32_MAX;

// A child element. Its namespace is that of the schema of the type that it is a child of.
struct Particle {
  absl::string_view name;
  const Type* type = nullptr;
  uint32_t occurs_min = 1;
  uint32_t occurs_max = 1;
  Slot slot = Slot::kNone;
  // Particles with a number other than 0 are the alternatives of the type's required xs:choice.
  uint8_t choice = 0;
};

struct AttributeDeclaration {
  absl::string_view name;
  const SimpleType* type = nullptr;
  bool required = false;
  Slot slot = Slot::kNone;
};

enum class Content : uint8_t {
  kElements,  // the children, white space between them
  kText,      // a simple type
  kEmpty,     // nothing
  kObjects,   // rde:contents and rde:deletes: objects by substitution group
  kFields,    // rdeCsv:fields: fields by substitution group
  kAny,       // xs:anyType: not looked at
};

// No type has more children; the walker keeps a count of each.
inline constexpr size_t kParticlesMax = 19;

// A bit for each of the children that must be there whatever else is; and for each that is one of
// the alternatives.
constexpr uint32_t RequiredOf(absl::Span<const Particle> children) {
  uint32_t bits = 0;
  for (size_t i = 0; i < children.size(); ++i) {
    if (children[i].occurs_min > 0 && children[i].choice == 0) bits |= uint32_t{1} << i;
  }
  return bits;
}
constexpr uint32_t AlternativesOf(absl::Span<const Particle> children) {
  uint32_t bits = 0;
  for (size_t i = 0; i < children.size(); ++i) {
    if (children[i].choice != 0) bits |= uint32_t{1} << i;
  }
  return bits;
}

constexpr bool NeedAny(absl::Span<const AttributeDeclaration> attributes) {
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].required) return true;
  }
  return false;
}

struct Type {
  absl::string_view name;  // as in the schema
  Content content = Content::kEmpty;
  Ns children_ns = Ns::kRde;
  absl::Span<const Particle> children = {};
  absl::Span<const AttributeDeclaration> attributes = {};
  const SimpleType* text = nullptr;
  // True for an xs:choice with maxOccurs: children in any order.
  bool any_order = false;
  // Our own bound on the repetitions of an unbounded child.
  uint32_t repetitions_max = base::kObjectChildrenMax;
  uint32_t required = RequiredOf(children);
  uint32_t alternatives = AlternativesOf(children);
  bool needs_attributes = NeedAny(attributes);
};

// What an object is, in contents or in deletes.
enum class ObjectKind : uint8_t {
  kHeader,
  kDomain,
  kHost,
  kContact,
  kRegistrar,
  kIdnTableRef,
  kNndn,
  kEppParams,
  kPolicy,
  kDelete,
  // One record a table, like kDelete's keys.
  kCsvContents,
  kCsvDeletes,
};
inline constexpr size_t kObjectKinds = 12;

// A global element that can stand for rde:content or rde:delete.
struct ObjectElement {
  Ns ns;
  absl::string_view name;
  const Type* type;
  ObjectKind kind;
};

// rde:deposit, and the objects that may stand in its contents and deletes.
const Type& DepositType();
absl::Span<const ObjectElement> ContentElements();
absl::Span<const ObjectElement> DeleteElements();

// The one of `elements` with that name; `ns` is an index into Namespaces() or negative. nullptr if
// there is none.
const ObjectElement* FindObject(absl::Span<const ObjectElement> elements, int ns,
                                absl::string_view local);

// An element that can stand for rdeCsv:field.
struct FieldElement {
  Ns ns;
  Particle particle;        // of the definition
  const SimpleType* value;  // what the CSV files have in that column
  bool required = false;    // where the definition has no isRequired
};
absl::Span<const FieldElement> FieldElements();
// nullptr if there is none.
const FieldElement* FindField(int ns, absl::string_view local);

// The index of the child of `type` with that name, looked for from `from` on and then from the
// start: a child usually comes soon after the one before it. -1 if there is none.
int FindChild(const Type& type, int ns, absl::string_view local, size_t from);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_STRUCTURE_H_
