#include "verifier/testing/deposit_text.h"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/base_files.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {
namespace {

constexpr char kGood[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
  xmlns:rdeHeader="urn:ietf:params:xml:ns:rdeHeader-1.0"
  xmlns:rdeDomain="urn:ietf:params:xml:ns:rdeDomain-1.0"
  xmlns:rdeHost="urn:ietf:params:xml:ns:rdeHost-1.0"
  xmlns:rdeContact="urn:ietf:params:xml:ns:rdeContact-1.0"
  xmlns:rdeRegistrar="urn:ietf:params:xml:ns:rdeRegistrar-1.0"
  xmlns:rdeIDN="urn:ietf:params:xml:ns:rdeIDN-1.0"
  xmlns:rdeNNDN="urn:ietf:params:xml:ns:rdeNNDN-1.0"
  xmlns:rdeEppParams="urn:ietf:params:xml:ns:rdeEppParams-1.0"
  xmlns:rdePolicy="urn:ietf:params:xml:ns:rdePolicy-1.0"
  xmlns:epp="urn:ietf:params:xml:ns:epp-1.0"
  xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
  xmlns:contact="urn:ietf:params:xml:ns:contact-1.0" type="FULL" id="20261122001" resend="0">
<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
<rde:rdeMenu>
<rde:version>1.0</rde:version>
<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeContact-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeRegistrar-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeIDN-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdeEppParams-1.0</rde:objURI>
<rde:objURI>urn:ietf:params:xml:ns:rdePolicy-1.0</rde:objURI>
</rde:rdeMenu>
<rde:contents>
<rdeHeader:header>
<rdeHeader:tld>test</rdeHeader:tld>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeDomain-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeHost-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeContact-1.0">2</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeRegistrar-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeIDN-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeNNDN-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdeEppParams-1.0">1</rdeHeader:count>
<rdeHeader:count uri="urn:ietf:params:xml:ns:rdePolicy-1.0">1</rdeHeader:count>
</rdeHeader:header>
<rdeDomain:domain>
<rdeDomain:name>one.test</rdeDomain:name>
<rdeDomain:roid>D1-TEST</rdeDomain:roid>
<rdeDomain:status s="ok"/>
<rdeDomain:registrant>c-one</rdeDomain:registrant>
<rdeDomain:contact type="admin">c-two</rdeDomain:contact>
<rdeDomain:ns><domain:hostObj>ns1.one.test</domain:hostObj>
<domain:hostObj>ns.example.net</domain:hostObj></rdeDomain:ns>
<rdeDomain:clID>reg-1</rdeDomain:clID>
<rdeDomain:crRr>reg-1</rdeDomain:crRr>
<rdeDomain:crDate>2020-01-01T00:00:00Z</rdeDomain:crDate>
<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>
</rdeDomain:domain>
<rdeDomain:domain>
<rdeDomain:name>xn--bcher-kva.test</rdeDomain:name>
<rdeDomain:roid>D2-TEST</rdeDomain:roid>
<rdeDomain:idnTableId>de</rdeDomain:idnTableId>
<rdeDomain:status s="clientHold"/>
<rdeDomain:registrant>c-two</rdeDomain:registrant>
<rdeDomain:clID>reg-1</rdeDomain:clID>
<rdeDomain:crRr>reg-1</rdeDomain:crRr>
<rdeDomain:crDate>2021-01-01T00:00:00Z</rdeDomain:crDate>
<rdeDomain:exDate>2028-01-01T00:00:00Z</rdeDomain:exDate>
<rdeDomain:upRr>reg-1</rdeDomain:upRr>
<rdeDomain:upDate>2022-01-01T00:00:00Z</rdeDomain:upDate>
<rdeDomain:trnData>
<rdeDomain:trStatus>clientApproved</rdeDomain:trStatus>
<rdeDomain:reRr>reg-1</rdeDomain:reRr>
<rdeDomain:reDate>2021-06-01T00:00:00Z</rdeDomain:reDate>
<rdeDomain:acRr>reg-1</rdeDomain:acRr>
<rdeDomain:acDate>2021-06-02T00:00:00Z</rdeDomain:acDate>
</rdeDomain:trnData>
</rdeDomain:domain>
<rdeHost:host>
<rdeHost:name>ns1.one.test</rdeHost:name>
<rdeHost:roid>H1-TEST</rdeHost:roid>
<rdeHost:status s="ok"/>
<rdeHost:status s="linked"/>
<rdeHost:addr ip="v4">192.0.2.1</rdeHost:addr>
<rdeHost:addr ip="v6">2001:db8::1</rdeHost:addr>
<rdeHost:clID>reg-1</rdeHost:clID>
<rdeHost:crRr>reg-1</rdeHost:crRr>
<rdeHost:crDate>2020-01-01T00:00:00Z</rdeHost:crDate>
</rdeHost:host>
<rdeHost:host>
<rdeHost:name>ns.example.net</rdeHost:name>
<rdeHost:roid>H2-TEST</rdeHost:roid>
<rdeHost:status s="linked"/>
<rdeHost:clID>reg-1</rdeHost:clID>
</rdeHost:host>
<rdeContact:contact>
<rdeContact:id>c-one</rdeContact:id>
<rdeContact:roid>C1-TEST</rdeContact:roid>
<rdeContact:status s="ok"/>
<rdeContact:postalInfo type="int">
<contact:name>Jane Roe</contact:name>
<contact:addr><contact:street>1 Main Street</contact:street>
<contact:city>Springfield</contact:city><contact:cc>US</contact:cc></contact:addr>
</rdeContact:postalInfo>
<rdeContact:email>jane@example.org</rdeContact:email>
<rdeContact:clID>reg-1</rdeContact:clID>
<rdeContact:crRr>reg-1</rdeContact:crRr>
<rdeContact:crDate>2020-01-01T00:00:00Z</rdeContact:crDate>
<rdeContact:upRr>reg-1</rdeContact:upRr>
<rdeContact:upDate>2021-01-01T00:00:00Z</rdeContact:upDate>
<rdeContact:trnData>
<rdeContact:trStatus>clientApproved</rdeContact:trStatus>
<rdeContact:reRr>reg-1</rdeContact:reRr>
<rdeContact:reDate>2021-06-01T00:00:00Z</rdeContact:reDate>
<rdeContact:acRr>reg-1</rdeContact:acRr>
<rdeContact:acDate>2021-06-02T00:00:00Z</rdeContact:acDate>
</rdeContact:trnData>
</rdeContact:contact>
<rdeContact:contact>
<rdeContact:id>c-two</rdeContact:id>
<rdeContact:roid>C2-TEST</rdeContact:roid>
<rdeContact:status s="linked"/>
<rdeContact:postalInfo type="loc">
<contact:name>Jürgen</contact:name>
<contact:addr><contact:city>Köln</contact:city><contact:cc>DE</contact:cc></contact:addr>
</rdeContact:postalInfo>
<rdeContact:email>juergen@example.org</rdeContact:email>
<rdeContact:clID>reg-1</rdeContact:clID>
</rdeContact:contact>
<rdeRegistrar:registrar>
<rdeRegistrar:id>reg-1</rdeRegistrar:id>
<rdeRegistrar:name>Registrar One</rdeRegistrar:name>
<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>
</rdeRegistrar:registrar>
<rdeIDN:idnTableRef id="de">
<rdeIDN:url>https://example.test/de.xml</rdeIDN:url>
<rdeIDN:urlPolicy>https://example.test/policy.html</rdeIDN:urlPolicy>
</rdeIDN:idnTableRef>
<rdeNNDN:NNDN>
<rdeNNDN:aName>reserved.test</rdeNNDN:aName>
<rdeNNDN:nameState>blocked</rdeNNDN:nameState>
</rdeNNDN:NNDN>
{eppParams}<rdePolicy:policy scope="//rde:deposit/rde:contents/rdeDomain:domain"
  element="rdeDomain:registrant"/>
</rde:contents>
</rde:deposit>
)";

constexpr char kEppParams[] = R"(<rdeEppParams:eppParams>
<rdeEppParams:version>1.0</rdeEppParams:version>
<rdeEppParams:lang>en</rdeEppParams:lang>
<rdeEppParams:objURI>urn:ietf:params:xml:ns:domain-1.0</rdeEppParams:objURI>
<rdeEppParams:objURI>urn:ietf:params:xml:ns:host-1.0</rdeEppParams:objURI>
<rdeEppParams:objURI>urn:ietf:params:xml:ns:contact-1.0</rdeEppParams:objURI>
<rdeEppParams:svcExtension>
<epp:extURI>urn:ietf:params:xml:ns:secDNS-1.1</epp:extURI>
<epp:extURI>urn:ietf:params:xml:ns:rgp-1.0</epp:extURI>
</rdeEppParams:svcExtension>
<rdeEppParams:dcp><epp:access><epp:all/></epp:access><epp:statement><epp:purpose><epp:prov/>
</epp:purpose><epp:recipient><epp:ours/></epp:recipient><epp:retention><epp:stated/>
</epp:retention></epp:statement></rdeEppParams:dcp>
</rdeEppParams:eppParams>
)";

std::vector<std::string> Codes(const Report& report, Severity least) {
  std::vector<std::string> codes;
  for (const Finding& finding : report.findings) {
    const CodeInfo& info = InfoOf(finding.code);
    if (info.severity < least) continue;
    if (codes.empty() || codes.back() != info.name) codes.emplace_back(info.name);
  }
  return codes;
}

}  // namespace

std::string WithEppParams(absl::string_view deposit) {
  return absl::StrReplaceAll(deposit, {{"{eppParams}", kEppParams}});
}

std::string DepositText(const std::vector<Edit>& edits) {
  return Edited(WithEppParams(kGood), edits);
}

std::string Edited(std::string text, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    const size_t at = text.find(edit.from.data(), 0, edit.from.size());
    CHECK(at != std::string::npos);
    text.replace(at, edit.from.size(), edit.to.data(), edit.to.size());
  }
  return text;
}

CheckOptions GoodOptions() {
  CheckOptions options;
  options.profile = Profile::kGtld;
  options.now = absl::FromUnixSeconds(1795312800);  // 2026-11-22T02:00:00Z
  options.file_name = "test_2026-11-22_full_S1_R0.xml";
  options.data_model = DataModel::kMaximum;
  options.host_model = HostModel::kObjects;
  options.idn_tables = std::vector<std::string>{"de"};
  return options;
}

Report CheckText(absl::string_view text, CheckOptions options) {
  DepositChecker checker(std::move(options));
  base::StringSource source(text);
  const absl::Status status = rde::ReadDeposit(source, checker);
  if (!status.ok()) checker.CouldNotRead(status);
  return checker.Finish();
}

std::string WriteDepositText(const std::string& name, absl::string_view text) {
  const std::string path = absl::StrCat(base::TestDir(), "/", name);
  const std::vector<std::string> parts = absl::StrSplit(text, "=== ");
  if (parts.size() == 1) {
    CHECK(base::WriteFile(path, text, base::FileMode::kPrivate).ok());
    return path;
  }
  CHECK(base::MakeDirs(path, base::FileMode::kPrivate).ok());
  CHECK(base::WriteFile(path + "/deposit.xml", parts[0], base::FileMode::kPrivate).ok());
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<std::string, std::string> file =
        absl::StrSplit(parts[i], absl::MaxSplits('\n', 1));
    CHECK(
        base::WriteFile(absl::StrCat(path, "/", file.first), file.second, base::FileMode::kPrivate)
            .ok());
  }
  return path;
}

Report CheckOnBases(absl::string_view text, const std::vector<std::string>& bases,
                    CheckOptions options) {
  BaseFiles files;
  for (size_t i = 0; i < bases.size(); ++i) {
    files.paths.push_back(WriteDepositText(absl::StrCat("base", i + 1, ".xml"), bases[i]));
  }
  files.open = [](const std::string& path) { return DepositInput::Open(path, {}); };
  files.read_xml = [](base::ByteSource& xml, rde::RecordSink& sink) {
    return rde::ReadDeposit(xml, sink);
  };
  DepositChecker checker(std::move(options));
  const auto last = DepositInput::Open(WriteDepositText("last.xml", text), {});
  absl::Status status = last.status();
  if (status.ok()) status = ReadInputOnBases(**last, "last.xml", files, {}, checker);
  if (!status.ok()) checker.CouldNotRead(status);
  return checker.Finish();
}

std::vector<std::string> CodesOf(const Report& report) { return Codes(report, Severity::kInfo); }
std::vector<std::string> ErrorCodesOf(const Report& report) {
  return Codes(report, Severity::kError);
}

void ExpectRaised(const Report& report, absl::string_view code) {
  EXPECT_THAT(CodesOf(report), ::testing::Contains(std::string(code)));
}

}  // namespace tidemark::verifier
