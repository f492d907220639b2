#include "verifier/testing/csv_deposit_text.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/bytes_testing.h"
#include "base/status.h"
#include "base/tar_writer.h"
#include "rde/csv/csv_reader.h"
#include "rde/reader.h"
#include "verifier/input/deposit_input.h"
#include "verifier/input/judge_on_bet.h"
#include "verifier/report_json.h"

namespace tidemark::verifier {
namespace {

constexpr char kGood[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
  xmlns:rdeHeader="urn:ietf:params:xml:ns:rdeHeader-1.0"
  xmlns:rdeDomain="urn:ietf:params:xml:ns:rdeDomain-1.0"
  xmlns:rdeHost="urn:ietf:params:xml:ns:rdeHost-1.0"
  xmlns:rdeEppParams="urn:ietf:params:xml:ns:rdeEppParams-1.0"
  xmlns:rdeCsv="urn:ietf:params:xml:ns:rdeCsv-1.0"
  xmlns:csvDomain="urn:ietf:params:xml:ns:csvDomain-1.0"
  xmlns:csvHost="urn:ietf:params:xml:ns:csvHost-1.0"
  xmlns:csvContact="urn:ietf:params:xml:ns:csvContact-1.0"
  xmlns:csvRegistrar="urn:ietf:params:xml:ns:csvRegistrar-1.0"
  xmlns:csvIDN="urn:ietf:params:xml:ns:csvIDN-1.0"
  xmlns:csvNNDN="urn:ietf:params:xml:ns:csvNNDN-1.0"
  xmlns:epp="urn:ietf:params:xml:ns:epp-1.0" type="FULL" id="20261122001">
<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
<rde:rdeMenu>
<rde:version>1.0</rde:version>
<rde:objURI>urn:ietf:params:xml:ns:csvDomain-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:csvHost-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:csvContact-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:csvRegistrar-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:csvIDN-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:csvNNDN-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeEppParams-1.0</rde:objURI>
</rde:rdeMenu>
<rde:contents>
<rdeHeader:header>
<rdeHeader:tld>test</rdeHeader:tld>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvDomain-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvHost-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvContact-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvRegistrar-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvIDN-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:csvNNDN-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeEppParams-1.0">1</rdeHeader:count>
</rdeHeader:header>
<csvDomain:contents>
<rdeCsv:csv name="domain"><rdeCsv:fields><csvDomain:fName/><rdeCsv:fRoid/><rdeCsv:fIdnTableId/>
<rdeCsv:fRegistrant isRequired="true"/><rdeCsv:fClID/><rdeCsv:fCrRr/><rdeCsv:fCrDate/>
<rdeCsv:fUpRr/><rdeCsv:fUpDate/><rdeCsv:fExDate/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>domain.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="domainStatuses"><rdeCsv:fields><csvDomain:fName parent="true"/>
<csvDomain:fStatus/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>domainStatuses.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="domainContacts"><rdeCsv:fields><csvDomain:fName parent="true"/>
<csvContact:fId/><csvDomain:fContactType/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>domainContacts.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="domainNameServers"><rdeCsv:fields><csvDomain:fName parent="true"/>
<rdeCsv:fRoid/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>domainNameServers.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="domainTransfer"><rdeCsv:fields><csvDomain:fName parent="true"/>
<rdeCsv:fTrStatus/><rdeCsv:fReRr/><rdeCsv:fReDate/><rdeCsv:fAcRr/><rdeCsv:fAcDate/>
</rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>domainTransfer.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvDomain:contents>
<csvHost:contents>
<rdeCsv:csv name="host"><rdeCsv:fields><csvHost:fName/><rdeCsv:fRoid/><rdeCsv:fClID/>
<rdeCsv:fCrRr/><rdeCsv:fCrDate/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>host.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="hostStatuses"><rdeCsv:fields><rdeCsv:fRoid parent="true"/><csvHost:fStatus/>
</rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>hostStatuses.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="hostAddresses"><rdeCsv:fields><rdeCsv:fRoid parent="true"/>
<csvHost:fAddr isRequired="true"/><csvHost:fAddrVersion isRequired="true"/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>hostAddresses.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvHost:contents>
<csvContact:contents>
<rdeCsv:csv name="contact"><rdeCsv:fields><csvContact:fId/><rdeCsv:fRoid/><csvContact:fEmail/>
<rdeCsv:fClID/><rdeCsv:fCrRr/><rdeCsv:fCrDate/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>contact.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="contactStatuses"><rdeCsv:fields><csvContact:fId parent="true"/>
<csvContact:fStatus/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>contactStatuses.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
<rdeCsv:csv name="contactPostal"><rdeCsv:fields><csvContact:fId parent="true"/>
<csvContact:fPostalType/><csvContact:fName/><csvContact:fOrg/><csvContact:fStreet index="0"/>
<csvContact:fCity/><csvContact:fCc/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>contactPostal.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvContact:contents>
<csvRegistrar:contents>
<rdeCsv:csv name="registrar"><rdeCsv:fields><csvRegistrar:fId/><csvRegistrar:fName/>
<csvRegistrar:fGurid/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>registrar.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvRegistrar:contents>
<csvIDN:contents>
<rdeCsv:csv name="idnLanguage"><rdeCsv:fields><rdeCsv:fIdnTableId isRequired="true"/>
<rdeCsv:fUrl isRequired="true"/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>idnLanguage.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvIDN:contents>
<csvNNDN:contents>
<rdeCsv:csv name="NNDN"><rdeCsv:fields><csvNNDN:fAName/><csvNNDN:fNameState/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>NNDN.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv>
</csvNNDN:contents>
{eppParams}</rde:contents>
</rde:deposit>
=== domain.csv
one.test,D1-TEST,,c-one,reg-1,reg-1,2020-01-01T00:00:00Z,,,2027-01-01T00:00:00Z
xn--bcher-kva.test,D2-TEST,de,c-two,reg-1,reg-1,2021-01-01T00:00:00Z,reg-1,2022-01-01T00:00:00Z,)"
                         R"(2028-01-01T00:00:00Z
=== domainStatuses.csv
one.test,ok
xn--bcher-kva.test,clientHold
=== domainContacts.csv
one.test,c-two,admin
=== domainNameServers.csv
one.test,H1-TEST
one.test,H2-TEST
=== domainTransfer.csv
xn--bcher-kva.test,clientApproved,reg-1,2021-06-01T00:00:00Z,reg-1,2021-06-02T00:00:00Z
=== host.csv
ns1.one.test,H1-TEST,reg-1,reg-1,2020-01-01T00:00:00Z
ns.example.net,H2-TEST,reg-1,,
=== hostStatuses.csv
H1-TEST,ok
H1-TEST,linked
H2-TEST,linked
=== hostAddresses.csv
H1-TEST,192.0.2.1,v4
H1-TEST,2001:db8::1,v6
=== contact.csv
c-one,C1-TEST,jane@example.org,reg-1,reg-1,2020-01-01T00:00:00Z
c-two,C2-TEST,juergen@example.org,reg-1,,
=== contactStatuses.csv
c-one,ok
c-two,linked
=== contactPostal.csv
c-one,int,Jane Roe,,"1, Main Street",Springfield,US
c-two,loc,Jürgen,,,Köln,DE
=== registrar.csv
reg-1,Registrar One,1001
=== idnLanguage.csv
de,https://example.test/de.xml
=== NNDN.csv
reserved.test,blocked
)";

class TextFiles final : public rde::csv::FileSet {
 public:
  void Add(absl::string_view name, absl::string_view text) {
    files_[std::string(name)] = std::string(text);
  }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const auto it = files_.find(name);
    if (it == files_.end()) return absl::NotFoundError(name);
    return std::make_unique<base::HeldSource>(it->second);
  }
  std::vector<std::string> Names() const override {
    std::vector<std::string> names;
    for (const auto& [name, text] : files_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace

std::string CsvDepositText(const std::vector<Edit>& edits) {
  return Edited(WithEppParams(kGood), edits);
}

std::string CsvTar(absl::string_view text, const std::string& xml_name) {
  std::string tar;
  base::StringSink sink(tar, 8 << 20);
  auto writer = *base::TarWriter::Create(sink, absl::UnixEpoch());
  const std::vector<absl::string_view> parts = absl::StrSplit(text, "=== ");
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::pair<std::string, absl::string_view> file =
        i == 0 ? std::pair<std::string, absl::string_view>(xml_name, parts[0])
               : absl::StrSplit(parts[i], absl::MaxSplits('\n', 1));
    base::StringSource source(file.second);
    CHECK(writer->Add(file.first, file.second.size(), source).ok());
  }
  CHECK(writer->Close().ok());
  return tar;
}

Report CheckCsvText(absl::string_view text, CheckOptions options) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, "=== ");
  TextFiles files;
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> file =
        absl::StrSplit(parts[i], absl::MaxSplits('\n', 1));
    files.Add(file.first, file.second);
  }
  const auto read = [&](const CsvReading& reading, DepositChecker& checker) {
    const auto read_xml = [&parts](rde::RecordSink& sink) {
      base::StringSource source(parts[0]);
      return rde::ReadDeposit(source, sink);
    };
    return ReadWithCsv(read_xml, &files, Resources(), checker, reading);
  };
  const auto finish = [](DepositChecker& checker, const absl::Status& status) {
    if (!status.ok()) checker.CouldNotRead(status);
    return checker.Finish();
  };
  DepositChecker checker(options);
  const absl::Status status = read({}, checker);
  Report report = finish(checker, status);
  // Whoever bets is told the same, whether the bet is lost or not.
  const Judged judged = JudgeOnBet(options, read);
  CHECK(ReportJson(finish(*judged.checker, judged.status)) == ReportJson(report));
  return report;
}

}  // namespace tidemark::verifier
