#include "rde/csv/tables.h"

#include "rde/records.h"

namespace tidemark::rde::csv {
namespace {

// Fields of rdeCsv that several parent tables have. The client's name is in the element of the
// registrar.
#define CREATED_AND_UPDATED                                        \
  {Ns::kCsv, "fCrRr", Need::kMay, Slot::kCrRr, Slot::kCrRr},       \
      {Ns::kCsv, "fCrID", Need::kMay, Slot::kClient, Slot::kCrRr}, \
      {Ns::kCsv, "fCrDate", Need::kMay, Slot::kCrDate},            \
      {Ns::kCsv, "fUpRr", Need::kMay, Slot::kUpRr, Slot::kUpRr},   \
      {Ns::kCsv, "fUpID", Need::kMay, Slot::kClient, Slot::kUpRr}, \
      {Ns::kCsv, "fUpDate", Need::kMay, Slot::kUpDate}, {          \
    Ns::kCsv, "fTrDate", Need::kMay, Slot::kTrDate                 \
  }
#define SPONSOR                                                                      \
  {Ns::kCsv, "fClID", Need::kOneOf, Slot::kClId}, {                                  \
    Ns::kCsvRegistrar, "fGurid", Need::kOneOf, Slot::kClId, Slot::kNone, Use::kGurid \
  }
#define TRANSFER                                                     \
  {Ns::kCsv, "fTrStatus", Need::kMust, Slot::kTrStatus},             \
      {Ns::kCsv, "fReRr", Need::kMust, Slot::kReRr, Slot::kReRr},    \
      {Ns::kCsv, "fReID", Need::kMay, Slot::kClient, Slot::kReRr},   \
      {Ns::kCsv, "fReDate", Need::kMust, Slot::kReDate},             \
      {Ns::kCsv, "fAcRr", Need::kMust, Slot::kAcRr, Slot::kAcRr},    \
      {Ns::kCsv, "fAcID", Need::kMay, Slot::kClient, Slot::kAcRr}, { \
    Ns::kCsv, "fAcDate", Need::kMust, Slot::kAcDate                  \
  }
#define STATUS(ns)                                                                  \
  {ns, "fStatus", Need::kMust, Slot::kStatusS, Slot::kStatus},                      \
      {Ns::kCsv, "fStatusDescription", Need::kMay, Slot::kStatus, Slot::kStatus}, { \
    Ns::kCsv, "fLang", Need::kMay, Slot::kStatusLang, Slot::kStatus                 \
  }
#define PHONES                                                                         \
  {Ns::kCsvContact, "fVoice", Need::kMay, Slot::kVoice, Slot::kVoice},                 \
      {Ns::kCsvContact, "fVoiceExt", Need::kMay, Slot::kPhoneExtension, Slot::kVoice}, \
      {Ns::kCsvContact, "fFax", Need::kMay, Slot::kFax, Slot::kFax}, {                 \
    Ns::kCsvContact, "fFaxExt", Need::kMay, Slot::kPhoneExtension, Slot::kFax          \
  }

// ---- Domain, RFC 9022 section 5.1.2 --------------------------------------------------------
constexpr Column kDomainKey{Ns::kCsvDomain, "fName",     Need::kMust,
                            Slot::kNone,    Slot::kNone, Use::kKey};
constexpr Column kDomain[] = {
    {Ns::kCsvDomain, "fName", Need::kMust, Slot::kName},
    {Ns::kCsv, "fRoid", Need::kMust, Slot::kRoid},
    {Ns::kCsv, "fUName", Need::kMay, Slot::kUName},
    {Ns::kCsv, "fIdnTableId", Need::kMay, Slot::kIdnTableId},
    {Ns::kCsvDomain, "fOriginalName", Need::kMay, Slot::kOriginalName},
    {Ns::kCsv, "fRegistrant", Need::kMay, Slot::kRegistrant},
    SPONSOR,
    CREATED_AND_UPDATED,
    {Ns::kCsv, "fExDate", Need::kMay, Slot::kExDate},
};
constexpr Column kDomainStatuses[] = {
    kDomainKey,
    STATUS(Ns::kCsvDomain),
    {Ns::kCsvDomain, "fRgpStatus", Need::kMay, Slot::kStatusS, Slot::kRgpStatus},
};
constexpr Column kDomainContacts[] = {
    kDomainKey,
    {Ns::kCsvContact, "fId", Need::kMust, Slot::kDomainContact, Slot::kDomainContact},
    {Ns::kCsvDomain, "fContactType", Need::kMust, Slot::kDomainContactType, Slot::kDomainContact},
};
constexpr Column kDomainNameServers[] = {
    kDomainKey,
    {Ns::kCsvHost, "fName", Need::kOneOf, Slot::kHostObject},
    {Ns::kCsv, "fRoid", Need::kOneOf, Slot::kHostObject, Slot::kNone, Use::kHostRoid},
};
constexpr Column kDomainNameServersAddresses[] = {
    kDomainKey,
    {Ns::kCsvHost, "fName", Need::kMust, Slot::kHostAttributeName, Slot::kHostAttribute},
    {Ns::kCsvHost, "fAddr", Need::kMay, Slot::kHostAttributeAddress, Slot::kHostAttributeAddress},
    {Ns::kCsvHost, "fAddrVersion", Need::kMay, Slot::kIpVersion, Slot::kHostAttributeAddress},
};
constexpr Column kDnssecDs[] = {
    kDomainKey,
    {Ns::kCsvDomain, "fMaxSigLife", Need::kMay, Slot::kMaxSigLife},
    {Ns::kCsvDomain, "fKeyTag", Need::kMust, Slot::kKeyTag},
    {Ns::kCsvDomain, "fDsAlg", Need::kMust, Slot::kDsAlgorithm},
    {Ns::kCsvDomain, "fDigestType", Need::kMust, Slot::kDigestType},
    {Ns::kCsvDomain, "fDigest", Need::kMust, Slot::kDigest},
    {Ns::kCsvDomain, "fFlags", Need::kMay, Slot::kKeyFlags, Slot::kDsKey},
    {Ns::kCsvDomain, "fProtocol", Need::kMay, Slot::kKeyProtocol, Slot::kDsKey},
    {Ns::kCsvDomain, "fKeyAlg", Need::kMay, Slot::kKeyAlgorithm, Slot::kDsKey},
    {Ns::kCsvDomain, "fPubKey", Need::kMay, Slot::kPublicKey, Slot::kDsKey},
};
constexpr Column kDnssecKey[] = {
    kDomainKey,
    {Ns::kCsvDomain, "fMaxSigLife", Need::kMay, Slot::kMaxSigLife},
    {Ns::kCsvDomain, "fFlags", Need::kMust, Slot::kKeyFlags},
    {Ns::kCsvDomain, "fProtocol", Need::kMust, Slot::kKeyProtocol},
    {Ns::kCsvDomain, "fKeyAlg", Need::kMust, Slot::kKeyAlgorithm},
    {Ns::kCsvDomain, "fPubKey", Need::kMust, Slot::kPublicKey},
};
constexpr Column kDomainTransfer[] = {
    kDomainKey,
    TRANSFER,
    {Ns::kCsv, "fExDate", Need::kMay, Slot::kTrExDate},
};
constexpr TableRules kDomainTables[] = {
    {.name = "domain", .columns = kDomain, .key_ns = Ns::kCsvDomain, .key_field = "fName"},
    {.name = "domainStatuses",
     .columns = kDomainStatuses,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName",
     .rows_min = 1,
     .statuses_max = 11,
     .element = "status"},
    {.name = "domainContacts",
     .columns = kDomainContacts,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName"},
    {.name = "domainNameServers",
     .columns = kDomainNameServers,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName"},
    {.name = "domainNameServersAddresses",
     .columns = kDomainNameServersAddresses,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName"},
    {.name = "dnssec",
     .columns = kDnssecDs,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName",
     .open_object = Slot::kSecDns,
     .open_row = Slot::kDs},
    {.name = "dnssec",
     .columns = kDnssecKey,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName",
     .open_object = Slot::kSecDns,
     .open_row = Slot::kKey},
    {.name = "domainTransfer",
     .columns = kDomainTransfer,
     .key_ns = Ns::kCsvDomain,
     .key_field = "fName",
     .rows_max = 1,
     .element = "trnData",
     .open_row = Slot::kTransfer},
};
constexpr Column kDomainDelete[] = {{Ns::kCsvDomain, "fName", Need::kOneOf, Slot::kDeleteId}};

// ---- Host, RFC 9022 section 5.2.2 ----------------------------------------------------------
constexpr Column kHostKey{Ns::kCsv, "fRoid", Need::kMust, Slot::kNone, Slot::kNone, Use::kKey};
constexpr Column kHost[] = {
    {Ns::kCsvHost, "fName", Need::kMust, Slot::kName},
    {Ns::kCsv, "fRoid", Need::kMust, Slot::kRoid},
    SPONSOR,
    CREATED_AND_UPDATED,
};
constexpr Column kHostStatuses[] = {kHostKey, STATUS(Ns::kCsvHost)};
constexpr Column kHostAddresses[] = {
    kHostKey,
    {Ns::kCsvHost, "fAddr", Need::kMustBeRequired, Slot::kHostAddress, Slot::kHostAddress},
    {Ns::kCsvHost, "fAddrVersion", Need::kMustBeRequired, Slot::kIpVersion, Slot::kHostAddress},
};
constexpr TableRules kHostTables[] = {
    {.name = "host", .columns = kHost, .key_ns = Ns::kCsv, .key_field = "fRoid"},
    {.name = "hostStatuses",
     .columns = kHostStatuses,
     .key_ns = Ns::kCsv,
     .key_field = "fRoid",
     .rows_min = 1,
     .rows_max = 7,
     .element = "status"},
    {.name = "hostAddresses", .columns = kHostAddresses, .key_ns = Ns::kCsv, .key_field = "fRoid"},
};
constexpr Column kHostDelete[] = {{Ns::kCsv, "fRoid", Need::kOneOf, Slot::kDeleteRoid}};

// ---- Contact, RFC 9022 section 5.3.2 -------------------------------------------------------
constexpr Column kContactKey{Ns::kCsvContact, "fId",       Need::kMust,
                             Slot::kNone,     Slot::kNone, Use::kKey};
constexpr Column kContact[] = {
    {Ns::kCsvContact, "fId", Need::kMust, Slot::kId},
    {Ns::kCsv, "fRoid", Need::kMust, Slot::kRoid},
    {Ns::kCsvContact, "fEmail", Need::kMust, Slot::kEmail},
    PHONES,
    SPONSOR,
    CREATED_AND_UPDATED,
};
constexpr Column kContactStatuses[] = {kContactKey, STATUS(Ns::kCsvContact)};
constexpr Column kContactPostal[] = {
    kContactKey,
    {Ns::kCsvContact, "fPostalType", Need::kMust, Slot::kPostalType},
    {Ns::kCsvContact, "fName", Need::kMust, Slot::kPostalName},
    {Ns::kCsvContact, "fOrg", Need::kMay, Slot::kPostalOrg},
    {.ns = Ns::kCsvContact, .field = "fStreet", .slot = Slot::kStreet, .index = 0},
    {.ns = Ns::kCsvContact, .field = "fStreet", .slot = Slot::kStreet, .index = 1},
    {.ns = Ns::kCsvContact, .field = "fStreet", .slot = Slot::kStreet, .index = 2},
    {Ns::kCsvContact, "fCity", Need::kMust, Slot::kCity},
    {Ns::kCsvContact, "fSp", Need::kMay, Slot::kSp},
    {Ns::kCsvContact, "fPc", Need::kMay, Slot::kPc},
    {Ns::kCsvContact, "fCc", Need::kMust, Slot::kCc},
};
constexpr Column kContactTransfer[] = {kContactKey, TRANSFER};

constexpr Column Disclosed(absl::string_view field, Slot open, absl::string_view type = "") {
  return {.ns = Ns::kCsvContact,
          .field = field,
          .slot = type.empty() ? Slot::kNone : Slot::kDiscloseType,
          .open = open,
          .use = Use::kFlag,
          .text = type};
}
constexpr Column kContactDisclose[] = {
    kContactKey,
    {Ns::kCsvContact, "fDiscloseFlag", Need::kMay, Slot::kDiscloseFlag},
    Disclosed("fDiscloseNameInt", Slot::kDiscloseName, "int"),
    Disclosed("fDiscloseNameLoc", Slot::kDiscloseName, "loc"),
    Disclosed("fDiscloseOrgInt", Slot::kDiscloseOrg, "int"),
    Disclosed("fDiscloseOrgLoc", Slot::kDiscloseOrg, "loc"),
    Disclosed("fDiscloseAddrInt", Slot::kDiscloseAddr, "int"),
    Disclosed("fDiscloseAddrLoc", Slot::kDiscloseAddr, "loc"),
    Disclosed("fDiscloseVoice", Slot::kDiscloseVoice),
    Disclosed("fDiscloseFax", Slot::kDiscloseFax),
    Disclosed("fDiscloseEmail", Slot::kDiscloseEmail),
};
constexpr TableRules kContactTables[] = {
    {.name = "contact", .columns = kContact, .key_ns = Ns::kCsvContact, .key_field = "fId"},
    {.name = "contactStatuses",
     .columns = kContactStatuses,
     .key_ns = Ns::kCsvContact,
     .key_field = "fId",
     .rows_min = 1,
     .rows_max = 7,
     .element = "status"},
    {.name = "contactPostal",
     .columns = kContactPostal,
     .key_ns = Ns::kCsvContact,
     .key_field = "fId",
     .rows_min = 1,
     .rows_max = 2,
     .element = "postalInfo",
     .open_row = Slot::kPostalInfo},
    {.name = "contactTransfer",
     .columns = kContactTransfer,
     .key_ns = Ns::kCsvContact,
     .key_field = "fId",
     .rows_max = 1,
     .element = "trnData",
     .open_row = Slot::kTransfer},
    {.name = "contactDisclose",
     .columns = kContactDisclose,
     .key_ns = Ns::kCsvContact,
     .key_field = "fId",
     .rows_max = 1,
     .element = "disclose",
     .open_row = Slot::kDisclose},
};
constexpr Column kContactDelete[] = {{Ns::kCsvContact, "fId", Need::kOneOf, Slot::kDeleteId}};

// ---- Registrar, RFC 9022 section 5.4.2 -----------------------------------------------------
constexpr Column InAddress(absl::string_view field, Slot slot, int16_t index = 0) {
  return {.ns = Ns::kCsvContact,
          .field = field,
          .slot = slot,
          .open = Slot::kPostalInfo,
          .index = index};
}
constexpr Column kRegistrar[] = {
    {Ns::kCsvRegistrar, "fId", Need::kOneOf, Slot::kId},
    {Ns::kCsvRegistrar, "fName", Need::kMust, Slot::kName},
    {Ns::kCsvRegistrar, "fGurid", Need::kOneOf, Slot::kGurid},
    {Ns::kCsvRegistrar, "fStatus", Need::kMay, Slot::kRegistrarStatus},
    InAddress("fStreet", Slot::kStreet, 0),
    InAddress("fStreet", Slot::kStreet, 1),
    InAddress("fStreet", Slot::kStreet, 2),
    InAddress("fCity", Slot::kCity),
    InAddress("fSp", Slot::kSp),
    InAddress("fPc", Slot::kPc),
    InAddress("fCc", Slot::kCc),
    PHONES,
    {Ns::kCsvContact, "fEmail", Need::kNotRequired, Slot::kEmail},
    {Ns::kCsv, "fUrl", Need::kMay, Slot::kUrl},
    {Ns::kCsvRegistrar, "fWhoisUrl", Need::kMay, Slot::kWhoisUrl},
    {Ns::kCsv, "fCrDate", Need::kMay, Slot::kCrDate},
    {Ns::kCsv, "fUpDate", Need::kMay, Slot::kUpDate},
};
constexpr TableRules kRegistrarTables[] = {
    {.name = "registrar",
     .columns = kRegistrar,
     .key_ns = Ns::kCsvRegistrar,
     .key_field = "fId",
     .postal_forms = true},
};
constexpr Column kRegistrarDelete[] = {
    {Ns::kCsvRegistrar, "fId", Need::kOneOf, Slot::kDeleteId},
    {Ns::kCsvRegistrar, "fGurid", Need::kOneOf, Slot::kDeleteId, Slot::kNone, Use::kGurid},
};

// ---- IDN table reference, RFC 9022 section 5.5.2 -------------------------------------------
constexpr Column kIdn[] = {
    {Ns::kCsv, "fIdnTableId", Need::kMustBeRequired, Slot::kId},
    {Ns::kCsv, "fUrl", Need::kMustBeRequired, Slot::kUrl},
};
constexpr TableRules kIdnTables[] = {
    {.name = "idnLanguage", .columns = kIdn, .key_ns = Ns::kCsv, .key_field = "fIdnTableId"},
};
constexpr Column kIdnDelete[] = {{Ns::kCsv, "fIdnTableId", Need::kOneOf, Slot::kDeleteId}};

// ---- NNDN, RFC 9022 section 5.6.2 ----------------------------------------------------------
constexpr Column kNndn[] = {
    {Ns::kCsvNndn, "fAName", Need::kMust, Slot::kAName},
    {Ns::kCsv, "fUName", Need::kMay, Slot::kUName},
    {Ns::kCsv, "fIdnTableId", Need::kMay, Slot::kIdnTableId},
    {Ns::kCsvNndn, "fOriginalName", Need::kMay, Slot::kOriginalName},
    {Ns::kCsvNndn, "fNameState", Need::kMust, Slot::kNameState},
    {Ns::kCsvNndn, "fMirroringNS", Need::kMay, Slot::kMirroringNs},
    {Ns::kCsv, "fCrDate", Need::kMay, Slot::kCrDate},
};
constexpr TableRules kNndnTables[] = {
    {.name = "NNDN", .columns = kNndn, .key_ns = Ns::kCsvNndn, .key_field = "fAName"},
};
constexpr Column kNndnDelete[] = {{Ns::kCsvNndn, "fAName", Need::kOneOf, Slot::kDeleteId}};

constexpr ObjectRules kObjects[] = {
    {kCsvRegistrarUri, kRegistrarUri, ObjectKind::kRegistrar, false, kRegistrarTables,
     kRegistrarDelete},
    {kCsvIdnUri, kIdnUri, ObjectKind::kIdnTableRef, false, kIdnTables, kIdnDelete},
    {kCsvContactUri, kContactUri, ObjectKind::kContact, false, kContactTables, kContactDelete},
    {kCsvHostUri, kHostUri, ObjectKind::kHost, false, kHostTables, kHostDelete},
    {kCsvDomainUri, kDomainUri, ObjectKind::kDomain, true, kDomainTables, kDomainDelete},
    {kCsvNndnUri, kNndnUri, ObjectKind::kNndn, true, kNndnTables, kNndnDelete},
};

}  // namespace

absl::Span<const ObjectRules> AllObjects() { return kObjects; }

}  // namespace tidemark::rde::csv
