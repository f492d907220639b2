#include "tools/generator/csv_export.h"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::generator {
namespace {

// The tables that this registry has data for, and their columns as "prefix:field@attribute". A
// key of a parent ends in '^'; a field that is required beyond the schema's default in '!'.
struct Layout {
  absl::string_view uri;
  absl::string_view name;
  absl::string_view fields;
};
constexpr Layout kLayouts[] = {
    {rde::kCsvRegistrarUri, "registrar",
     "csvRegistrar:fId csvRegistrar:fName csvRegistrar:fGurid csvRegistrar:fStatus? "
     "csvContact:fStreet0 csvContact:fCity csvContact:fSp csvContact:fPc csvContact:fCc "
     "csvContact:fVoice csvContact:fFax csvContact:fEmail? rdeCsv:fUrl csvRegistrar:fWhoisUrl "
     "rdeCsv:fCrDate rdeCsv:fUpDate"},
    {rde::kCsvIdnUri, "idnLanguage", "rdeCsv:fIdnTableId! rdeCsv:fUrl!"},
    {rde::kCsvHostUri, "host",
     "csvHost:fName rdeCsv:fRoid rdeCsv:fClID rdeCsv:fCrRr rdeCsv:fCrID rdeCsv:fCrDate "
     "rdeCsv:fUpRr rdeCsv:fUpID rdeCsv:fUpDate rdeCsv:fTrDate"},
    {rde::kCsvHostUri, "hostStatuses", "rdeCsv:fRoid^ csvHost:fStatus"},
    {rde::kCsvHostUri, "hostAddresses", "rdeCsv:fRoid^ csvHost:fAddr! csvHost:fAddrVersion!"},
    {rde::kCsvContactUri, "contact",
     "csvContact:fId rdeCsv:fRoid csvContact:fVoice csvContact:fVoiceExt csvContact:fFax "
     "csvContact:fFaxExt csvContact:fEmail rdeCsv:fClID rdeCsv:fCrRr rdeCsv:fCrID rdeCsv:fCrDate "
     "rdeCsv:fUpRr rdeCsv:fUpID rdeCsv:fUpDate rdeCsv:fTrDate"},
    {rde::kCsvContactUri, "contactStatuses", "csvContact:fId^ csvContact:fStatus"},
    {rde::kCsvContactUri, "contactPostal",
     "csvContact:fId^ csvContact:fPostalType csvContact:fName csvContact:fOrg csvContact:fStreet0 "
     "csvContact:fStreet1 csvContact:fStreet2 csvContact:fCity csvContact:fSp csvContact:fPc "
     "csvContact:fCc"},
    {rde::kCsvContactUri, "contactTransfer",
     "csvContact:fId^ rdeCsv:fTrStatus rdeCsv:fReRr rdeCsv:fReDate rdeCsv:fAcRr rdeCsv:fAcDate"},
    {rde::kCsvContactUri, "contactDisclose",
     "csvContact:fId^ csvContact:fDiscloseFlag csvContact:fDiscloseNameInt "
     "csvContact:fDiscloseNameLoc csvContact:fDiscloseOrgInt csvContact:fDiscloseOrgLoc "
     "csvContact:fDiscloseAddrInt csvContact:fDiscloseAddrLoc csvContact:fDiscloseVoice "
     "csvContact:fDiscloseFax csvContact:fDiscloseEmail"},
    {rde::kCsvDomainUri, "domain",
     "csvDomain:fName rdeCsv:fRoid rdeCsv:fUName rdeCsv:fIdnTableId csvDomain:fOriginalName "
     "rdeCsv:fRegistrant rdeCsv:fClID rdeCsv:fCrRr rdeCsv:fCrID rdeCsv:fCrDate rdeCsv:fUpRr "
     "rdeCsv:fUpID rdeCsv:fUpDate rdeCsv:fExDate rdeCsv:fTrDate"},
    {rde::kCsvDomainUri, "domainStatuses",
     "csvDomain:fName^ csvDomain:fStatus csvDomain:fRgpStatus"},
    {rde::kCsvDomainUri, "domainContacts",
     "csvDomain:fName^ csvContact:fId csvDomain:fContactType"},
    {rde::kCsvDomainUri, "domainNameServers", "csvDomain:fName^ csvHost:fName"},
    {rde::kCsvDomainUri, "domainNameServersAddresses",
     "csvDomain:fName^ csvHost:fName csvHost:fAddr csvHost:fAddrVersion"},
    {rde::kCsvDomainUri, "dnssec",
     "csvDomain:fName^ csvDomain:fMaxSigLife csvDomain:fKeyTag csvDomain:fDsAlg "
     "csvDomain:fDigestType csvDomain:fDigest"},
    {rde::kCsvDomainUri, "domainTransfer",
     "csvDomain:fName^ rdeCsv:fTrStatus rdeCsv:fReRr rdeCsv:fReDate rdeCsv:fAcRr rdeCsv:fAcDate "
     "rdeCsv:fExDate"},
    {rde::kCsvNndnUri, "NNDN",
     "csvNNDN:fAName rdeCsv:fUName rdeCsv:fIdnTableId csvNNDN:fOriginalName csvNNDN:fNameState "
     "csvNNDN:fMirroringNS rdeCsv:fCrDate"},
};

rde::CsvField FieldOf(absl::string_view text, bool registrant_required) {
  rde::CsvField field;
  const char last = text.back();
  if (last == '^') field.parent = true;
  if (last == '!') field.is_required = true;
  if (last == '?') field.is_required = false;
  if (last >= '0' && last <= '2') field.index = last - '0';
  if (absl::string_view("^!?012").find(last) != absl::string_view::npos) text.remove_suffix(1);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  field.uri = absl::StrCat("urn:ietf:params:xml:ns:", parts.first, "-1.0");
  field.name = std::string(parts.second);
  if (field.name == "fRegistrant" && registrant_required) field.is_required = true;
  return field;
}

absl::string_view Flag(bool value) { return value ? "1" : "0"; }

bool Holds(const std::vector<std::string>& list, absl::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

absl::string_view Line(const rde::PostalAddress& address, size_t line) {
  return line < address.streets.size() ? absl::string_view(address.streets[line]) : "";
}

}  // namespace

class CsvExport::Table {
 public:
  Table(rde::CsvTable definition, std::unique_ptr<base::ByteSink> file)
      : definition_(std::move(definition)), file_(std::move(file)) {}

  const rde::CsvTable& definition() const { return definition_; }

  absl::Status Row(std::initializer_list<absl::string_view> fields) {
    CHECK(fields.size() == definition_.fields.size());
    bool first = true;
    for (const absl::string_view field : fields) {
      if (!std::exchange(first, false)) buffer_.push_back(',');
      Append(field);
    }
    buffer_.push_back('\n');
    return buffer_.size() < base::kCopyBufferBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Close() {
    RETURN_IF_ERROR(Flush());
    definition_.files.front().checksum = absl::StrFormat("%08X", crc_);
    return file_->Close();
  }

 private:
  void Append(absl::string_view field) {
    if (field.find_first_of(",\"\r\n") == absl::string_view::npos) {
      buffer_.append(field.data(), field.size());
      return;
    }
    buffer_.push_back('"');
    for (const char c : field) {
      if (c == '"') buffer_.push_back('"');
      buffer_.push_back(c);
    }
    buffer_.push_back('"');
  }

  absl::Status Flush() {
    crc_ = base::Crc32(crc_, buffer_);
    RETURN_IF_ERROR(file_->Write(buffer_));
    buffer_.clear();
    return absl::OkStatus();
  }

  rde::CsvTable definition_;
  const std::unique_ptr<base::ByteSink> file_;
  std::string buffer_;
  uint32_t crc_ = 0;
};

CsvExport::CsvExport(std::set<std::string> uris, bool registrant_required, std::string prefix,
                     NewCsvFile new_file)
    : uris_(std::move(uris)),
      registrant_required_(registrant_required),
      prefix_(std::move(prefix)),
      new_file_(std::move(new_file)) {}
CsvExport::~CsvExport() = default;

bool CsvExport::Takes(const rde::Record& record) const {
  const absl::string_view uri = rde::CsvUriOf(rde::UriOf(record));
  return !uri.empty() && uris_.contains(std::string(uri));
}

absl::StatusOr<CsvExport::Table*> CsvExport::TableOf(absl::string_view name) {
  for (const std::unique_ptr<Table>& table : tables_) {
    if (table->definition().name == name) return table.get();
  }
  const auto* layout = std::find_if(std::begin(kLayouts), std::end(kLayouts),
                                    [name](const Layout& row) { return row.name == name; });
  CHECK(layout != std::end(kLayouts));
  rde::CsvTable table;
  table.uri = std::string(layout->uri);
  table.name = std::string(layout->name);
  for (const absl::string_view field : absl::StrSplit(layout->fields, ' ')) {
    table.fields.push_back(FieldOf(field, registrant_required_));
  }
  rde::CsvFile file;
  file.name = absl::StrCat(prefix_, name, ".csv");
  ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSink> sink, new_file_(file.name));
  table.files.push_back(std::move(file));
  tables_.push_back(std::make_unique<Table>(std::move(table), std::move(sink)));
  return tables_.back().get();
}

// A row of the table named; a call a row.
#define ROW(name, ...)                                   \
  do {                                                   \
    ASSIGN_OR_RETURN(Table* const table, TableOf(name)); \
    RETURN_IF_ERROR(table->Row({__VA_ARGS__}));          \
  } while (false)

absl::Status CsvExport::Write(const rde::Record& record) {
  if (const auto* o = std::get_if<rde::Domain>(&record)) return WriteDomain(*o);
  if (const auto* o = std::get_if<rde::Host>(&record)) return WriteHost(*o);
  if (const auto* o = std::get_if<rde::Contact>(&record)) return WriteContact(*o);
  if (const auto* o = std::get_if<rde::Registrar>(&record)) return WriteRegistrar(*o);
  if (const auto* o = std::get_if<rde::IdnTableRef>(&record)) ROW("idnLanguage", o->id, o->url);
  if (const auto* o = std::get_if<rde::Nndn>(&record)) {
    ROW("NNDN", o->a_name, o->u_name, o->idn_table_id, o->original_name, o->name_state,
        Flag(o->mirroring_ns), o->cr_date.text);
  }
  return absl::OkStatus();
}

absl::Status CsvExport::WriteDomain(const rde::Domain& o) {
  ROW("domain", o.name, o.roid, o.u_name, o.idn_table_id, o.original_name, o.registrant, o.cl_id,
      o.cr_rr.id, o.cr_rr.client, o.cr_date.text, o.up_rr.id, o.up_rr.client, o.up_date.text,
      o.ex_date.text, o.tr_date.text);
  // A row has at most one of each; the first status says itself again for more of RFC 3915's.
  const size_t rows = std::max(o.statuses.size(), o.rgp_statuses.size());
  for (size_t i = 0; i < rows; ++i) {
    ROW("domainStatuses", o.name, i < o.statuses.size() ? o.statuses[i].s : o.statuses[0].s,
        i < o.rgp_statuses.size() ? absl::string_view(o.rgp_statuses[i].s) : "");
  }
  for (const rde::DomainContact& contact : o.contacts) {
    ROW("domainContacts", o.name, contact.id, contact.type);
  }
  return WriteDomainParts(o);
}

absl::Status CsvExport::WriteDomainParts(const rde::Domain& o) {
  for (const std::string& host : o.host_objects) ROW("domainNameServers", o.name, host);
  for (const rde::HostAttribute& host : o.host_attributes) {
    if (host.addresses.empty()) ROW("domainNameServersAddresses", o.name, host.name, "", "");
    for (const rde::HostAddress& address : host.addresses) {
      ROW("domainNameServersAddresses", o.name, host.name, address.address, address.version);
    }
  }
  if (o.sec_dns.has_value()) {
    const std::string life =
        o.sec_dns->max_sig_life.has_value() ? absl::StrCat(*o.sec_dns->max_sig_life) : "";
    for (const rde::DsData& ds : o.sec_dns->ds) {
      ROW("dnssec", o.name, life, absl::AlphaNum(ds.key_tag).Piece(),
          absl::AlphaNum(static_cast<int>(ds.algorithm)).Piece(),
          absl::AlphaNum(static_cast<int>(ds.digest_type)).Piece(), ds.digest);
    }
  }
  if (o.transfer.has_value()) {
    const rde::TransferData& t = *o.transfer;
    ROW("domainTransfer", o.name, t.status, t.requested_by.id, t.requested_at.text, t.acting.id,
        t.acting_at.text, t.ex_date.text);
  }
  return absl::OkStatus();
}

absl::Status CsvExport::WriteHost(const rde::Host& o) {
  ROW("host", o.name, o.roid, o.cl_id, o.cr_rr.id, o.cr_rr.client, o.cr_date.text, o.up_rr.id,
      o.up_rr.client, o.up_date.text, o.tr_date.text);
  for (const rde::StatusValue& status : o.statuses) ROW("hostStatuses", o.roid, status.s);
  for (const rde::HostAddress& address : o.addresses) {
    ROW("hostAddresses", o.roid, address.address, address.version);
  }
  return absl::OkStatus();
}

absl::Status CsvExport::WriteContact(const rde::Contact& o) {
  ROW("contact", o.id, o.roid, o.voice.number, o.voice.extension, o.fax.number, o.fax.extension,
      o.email, o.cl_id, o.cr_rr.id, o.cr_rr.client, o.cr_date.text, o.up_rr.id, o.up_rr.client,
      o.up_date.text, o.tr_date.text);
  for (const rde::StatusValue& status : o.statuses) ROW("contactStatuses", o.id, status.s);
  for (const rde::PostalInfo& info : o.postal_infos) {
    const rde::PostalAddress& a = info.address;
    ROW("contactPostal", o.id, info.type, info.name, info.org, Line(a, 0), Line(a, 1), Line(a, 2),
        a.city, a.sp, a.pc, a.cc);
  }
  if (o.transfer.has_value()) {
    const rde::TransferData& t = *o.transfer;
    ROW("contactTransfer", o.id, t.status, t.requested_by.id, t.requested_at.text, t.acting.id,
        t.acting_at.text);
  }
  if (o.disclose.has_value()) {
    const rde::Disclose& d = *o.disclose;
    ROW("contactDisclose", o.id, Flag(d.flag), Flag(Holds(d.name_types, "int")),
        Flag(Holds(d.name_types, "loc")), Flag(Holds(d.org_types, "int")),
        Flag(Holds(d.org_types, "loc")), Flag(Holds(d.addr_types, "int")),
        Flag(Holds(d.addr_types, "loc")), Flag(d.voice), Flag(d.fax), Flag(d.email));
  }
  return absl::OkStatus();
}

absl::Status CsvExport::WriteRegistrar(const rde::Registrar& o) {
  const rde::PostalAddress address =
      o.postal_infos.empty() ? rde::PostalAddress() : o.postal_infos[0].address;
  ROW("registrar", o.id, o.name, o.gurid, o.status, Line(address, 0), address.city, address.sp,
      address.pc, address.cc, o.voice.number, o.fax.number, o.email, o.url, o.whois_url,
      o.cr_date.text, o.up_date.text);
  return absl::OkStatus();
}

#undef ROW

absl::StatusOr<std::vector<rde::CsvTable>> CsvExport::Close() {
  std::vector<rde::CsvTable> definitions;
  for (const Layout& layout : kLayouts) {
    if (!uris_.contains(std::string(layout.uri))) continue;
    ASSIGN_OR_RETURN(Table* const table, TableOf(layout.name));
    RETURN_IF_ERROR(table->Close());
    definitions.push_back(table->definition());
  }
  return definitions;
}

}  // namespace tidemark::generator
