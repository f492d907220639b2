// The objects of a deposit as typed values: RFC 8909 section 5 and RFC 9022 section 5.
//
// Text is as the deposit had it after XML white-space collapsing (xs:token), so that two spellings
// of one value compare equal; it is never transcoded, case-folded or otherwise mended. Values that
// XML Schema would refuse are kept as they came: whether they are a flaw is the reader's to report
// (rde/reader.h) and the verifier's to judge. Dates keep their text beside the parsed time.
//
// A Record handed to a sink is reused for the next object: copy what you keep.
// Contact data is personal data: never log it, never put it into a finding.
#ifndef TIDEMARK_RDE_RECORDS_H_
#define TIDEMARK_RDE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::rde {

// Where something stands in a file of the deposit: 1-based line, 0-based byte offset.
struct Position {
  int64_t line = 0;
  int64_t offset = 0;
  // 0: the deposit's XML. Others are CSV files, or deposits that this one is applied to, by the
  // number that RecordSink::OnFile gave them.
  uint16_t file = 0;
};

// xs:dateTime. Absent: text is empty. Present but not a date: text is set, time is not. A date
// without a time zone, which the schemas allow, is taken as UTC (RFC 9022 section 4.1).
struct DateTime {
  std::string text;
  std::optional<absl::Time> time;
  bool present() const { return !text.empty(); }
};

// rrType of rdeDnrdCommon-1.0: "registrar X, acting through its EPP client jdoe".
// Absent when id is empty.
struct RegistrarRef {
  std::string id;
  std::string client;
  bool present() const { return !id.empty(); }
};

// A status with its optional text, RFC 5731 section 2.3 and siblings; rgpStatus, RFC 3915.
struct StatusValue {
  std::string s;
  std::string lang;
  std::string text;
};

// domain:trnDataType and contact's: RFC 9022 sections 5.1.2.1.1 and 5.3.2.1.1. exDate: domains
// only.
struct TransferData {
  std::string status;
  RegistrarRef requested_by;  // reRr
  DateTime requested_at;      // reDate
  RegistrarRef acting;        // acRr: who should act (pending) or acted
  DateTime acting_at;         // acDate: the deadline (pending) or when
  DateTime ex_date;
};

struct HostAddress {
  std::string version;  // "v4" or "v6"; "v4" when the attribute is absent, as the schema says
  std::string address;
};

// domain:hostAttrType.
struct HostAttribute {
  std::string name;
  std::vector<HostAddress> addresses;
};

// secDNS:keyDataType, RFC 5910.
struct KeyData {
  uint16_t flags = 0;
  uint8_t protocol = 0;
  uint8_t algorithm = 0;
  std::string public_key;  // base64 without white space
};

// secDNS:dsDataType, RFC 5910.
struct DsData {
  uint16_t key_tag = 0;
  uint8_t algorithm = 0;
  uint8_t digest_type = 0;
  std::string digest;  // hex, upper case
  std::optional<KeyData> key_data;
};

// secDNS:dsOrKeyType: either DS or key records, never both.
struct SecDns {
  std::optional<int32_t> max_sig_life;  // seconds
  std::vector<DsData> ds;
  std::vector<KeyData> keys;
};

struct DomainContact {
  std::string type;  // admin, billing, tech
  std::string id;
};

// RFC 9022 section 5.1.2.1.
struct Domain {
  std::string name;
  std::string roid;
  std::string u_name;
  std::string idn_table_id;
  std::string original_name;
  std::vector<StatusValue> statuses;
  std::vector<StatusValue> rgp_statuses;
  std::string registrant;
  std::vector<DomainContact> contacts;
  std::vector<std::string> host_objects;       // domain:hostObj
  std::vector<HostAttribute> host_attributes;  // domain:hostAttr
  std::string cl_id;
  RegistrarRef cr_rr;
  DateTime cr_date;
  DateTime ex_date;
  RegistrarRef up_rr;
  DateTime up_date;
  std::optional<SecDns> sec_dns;
  DateTime tr_date;
  std::optional<TransferData> transfer;
};

// RFC 9022 section 5.2.2.1. Two live hosts may share a name; the ROID is the key.
struct Host {
  std::string name;
  std::string roid;
  std::vector<StatusValue> statuses;
  std::vector<HostAddress> addresses;
  std::string cl_id;
  RegistrarRef cr_rr;
  DateTime cr_date;
  RegistrarRef up_rr;
  DateTime up_date;
  DateTime tr_date;
};

// contact:addrType.
struct PostalAddress {
  std::vector<std::string> streets;
  std::string city;
  std::string sp;
  std::string pc;
  std::string cc;
};

struct PostalInfo {
  std::string type;  // int or loc
  std::string name;  // contacts only
  std::string org;   // contacts only
  PostalAddress address;
};

// contact:e164Type.
struct Phone {
  std::string number;
  std::string extension;  // attribute x
  bool present() const { return !number.empty(); }
};

// contact:discloseType, RFC 5733 section 2.9.
struct Disclose {
  bool flag = false;
  std::vector<std::string> name_types;  // "int", "loc"
  std::vector<std::string> org_types;
  std::vector<std::string> addr_types;
  bool voice = false;
  bool fax = false;
  bool email = false;
};

// RFC 9022 section 5.3.2.1.
struct Contact {
  std::string id;
  std::string roid;
  std::vector<StatusValue> statuses;
  std::vector<PostalInfo> postal_infos;
  Phone voice;
  Phone fax;
  std::string email;
  std::string cl_id;
  RegistrarRef cr_rr;
  DateTime cr_date;
  RegistrarRef up_rr;
  DateTime up_date;
  DateTime tr_date;
  std::optional<TransferData> transfer;
  std::optional<Disclose> disclose;
};

// RFC 9022 section 5.4.2.1.
struct Registrar {
  std::string id;
  std::string name;
  std::string gurid;  // IANA registrar id, decimal; text because it may be flawed
  std::string status;
  std::vector<PostalInfo> postal_infos;
  Phone voice;
  Phone fax;
  std::string email;
  std::string url;
  std::string whois_name;
  std::string whois_url;
  DateTime cr_date;
  DateTime up_date;
};

// RFC 9022 section 5.5.2.1.
struct IdnTableRef {
  std::string id;
  std::string url;
  std::string url_policy;
};

// "NNDN's not domain name", RFC 9022 section 5.6.2.1.
struct Nndn {
  std::string a_name;
  std::string u_name;
  std::string idn_table_id;
  std::string original_name;
  std::string name_state;  // withheld, blocked, mirrored
  bool mirroring_ns = true;
  DateTime cr_date;
};

// RFC 9022 section 5.7. The data collection policy is kept as XML text: the children of <dcp> with
// the prefix "epp", without white space between elements and without what anyType elements hold.
struct EppParams {
  std::vector<std::string> versions;
  std::vector<std::string> languages;
  std::vector<std::string> obj_uris;
  std::vector<std::string> ext_uris;
  std::string dcp_xml;
};

// RFC 9022 section 5.8. `bindings` are the namespace prefixes in scope at the element, since scope
// and element are paths written with prefixes.
struct Policy {
  std::string scope;
  std::string element;
  std::vector<std::pair<std::string, std::string>> bindings;  // prefix, namespace URI
};

// One count of the header: `uri` is the namespace of the counted objects.
struct HeaderCount {
  std::string uri;
  std::string rcdn;
  std::string registrar_id;
  std::optional<int64_t> value;  // absent when the text is not an xs:long
};

// RFC 9022 section 5.9; exactly one of the four ids is set.
struct Header {
  std::string tld;
  std::string registrar;
  std::string ppsp;
  std::string reseller;
  std::vector<HeaderCount> counts;
  std::string content_tag;
};

// One key of a <delete> element, or one row of a CSV table of deletes. Hosts may be deleted by name
// or by ROID (RFC 9022 section 5.2.2.2), in the CSV model by ROID only.
struct Delete {
  // Namespace of the object in the XML model, also for the CSV model, e.g.
  // urn:ietf:params:xml:ns:rdeDomain-1.0.
  std::string uri;
  enum class KeyKind { kId, kRoid } key_kind = KeyKind::kId;
  std::string key;
};

// An element of contents that is none of the above: a profile extension (RFC 9022 section 7).
struct UnknownObject {
  std::string uri;
  std::string local_name;
};

// A column of a CSV table, as an element of <rdeCsv:fields> defines it: RFC 9022 section 4.6.2.1.
struct CsvField {
  std::string uri;                  // namespace of the element
  std::string name;                 // its local name, e.g. fName
  std::optional<bool> is_required;  // absent: what the schema says of the element
  bool parent = false;              // the column holds the key of the parent table
  std::optional<bool> is_loc;
  int32_t index = 0;        // of csvContact:fStreet
  std::string custom_name;  // of rdeCsv:fCustom
};

// A file of a CSV table: one part of its rows.
struct CsvFile {
  std::string name;
  std::string compression;  // "" for none
  std::string encoding = "UTF-8";
  std::optional<std::string> checksum;  // absent: the attribute is
  std::string checksum_algorithm = "CRC32";
  bool names_algorithm = false;  // the attribute cksumAlg is there
};

// One <rdeCsv:csv> of RFC 9022's CSV model: which files hold the rows of a table, and what their
// columns are. The rows come as records of the object types (rde/csv/).
struct CsvTable {
  std::string uri;       // of the object, e.g. urn:ietf:params:xml:ns:csvDomain-1.0
  bool deletes = false;  // in <deletes>: the rows are keys
  std::string name;      // e.g. domainStatuses
  std::string separator = ",";
  std::vector<CsvField> fields;
  std::vector<CsvFile> files;
};

// The deposit element with its attributes, and the rdeMenu: RFC 8909 section 5.1.
struct DepositInfo {
  std::string type;  // FULL, INCR, DIFF
  std::string id;
  std::string prev_id;
  std::string resend_text;         // "" when absent
  std::optional<uint16_t> resend;  // 0 when absent; nullopt when not an xs:unsignedShort
  DateTime watermark;
  std::string menu_version;
  std::vector<std::string> menu_uris;
};

using Record = std::variant<Header, Domain, Host, Contact, Registrar, IdnTableRef, Nndn, EppParams,
                            Policy, Delete, UnknownObject, CsvTable>;

// Namespaces of RFC 8909 and RFC 9022's XML model.
inline constexpr absl::string_view kRdeUri = "urn:ietf:params:xml:ns:rde-1.0";
inline constexpr absl::string_view kHeaderUri = "urn:ietf:params:xml:ns:rdeHeader-1.0";
inline constexpr absl::string_view kDomainUri = "urn:ietf:params:xml:ns:rdeDomain-1.0";
inline constexpr absl::string_view kHostUri = "urn:ietf:params:xml:ns:rdeHost-1.0";
inline constexpr absl::string_view kContactUri = "urn:ietf:params:xml:ns:rdeContact-1.0";
inline constexpr absl::string_view kRegistrarUri = "urn:ietf:params:xml:ns:rdeRegistrar-1.0";
inline constexpr absl::string_view kIdnUri = "urn:ietf:params:xml:ns:rdeIDN-1.0";
inline constexpr absl::string_view kNndnUri = "urn:ietf:params:xml:ns:rdeNNDN-1.0";
inline constexpr absl::string_view kEppParamsUri = "urn:ietf:params:xml:ns:rdeEppParams-1.0";
inline constexpr absl::string_view kPolicyUri = "urn:ietf:params:xml:ns:rdePolicy-1.0";

// Namespaces of RFC 9022's CSV model.
inline constexpr absl::string_view kCsvDomainUri = "urn:ietf:params:xml:ns:csvDomain-1.0";
inline constexpr absl::string_view kCsvHostUri = "urn:ietf:params:xml:ns:csvHost-1.0";
inline constexpr absl::string_view kCsvContactUri = "urn:ietf:params:xml:ns:csvContact-1.0";
inline constexpr absl::string_view kCsvRegistrarUri = "urn:ietf:params:xml:ns:csvRegistrar-1.0";
inline constexpr absl::string_view kCsvIdnUri = "urn:ietf:params:xml:ns:csvIDN-1.0";
inline constexpr absl::string_view kCsvNndnUri = "urn:ietf:params:xml:ns:csvNNDN-1.0";
inline constexpr absl::string_view kCsvFieldUri = "urn:ietf:params:xml:ns:rdeCsv-1.0";

// The namespace of the same object type in the other model; "" where there is none.
absl::string_view CsvUriOf(absl::string_view xml_uri);
absl::string_view XmlUriOf(absl::string_view csv_uri);

// The namespace that counts and menu use for a record of the XML model, and for a CsvTable. Empty
// for Delete (its uri says it).
absl::string_view UriOf(const Record& record);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_RECORDS_H_
