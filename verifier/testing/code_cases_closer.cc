// Cases of the closer reading, docs/decisions/0058: judged by gtld-ra-2.
#include <utility>

#include "base/status.h"
#include "verifier/ruleset.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

constexpr char kExDate[] = "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>";

void Closely(CheckOptions& options) {
  const auto ruleset = FindRuleset("gtld-ra-2");
  CHECK(ruleset.ok());
  options.ruleset = *ruleset;
}
void CloselyAttributes(CheckOptions& options) {
  Closely(options);
  options.host_model = std::nullopt;
}
void CloselyNoName(CheckOptions& options) {
  Closely(options);
  options.file_name = std::nullopt;
}

// Key records of the domain one.test; keys are base64.
#define WITH_KEYS(keys)                                                               \
  {                                                                                   \
    kExDate,                                                                          \
        "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate><rdeDomain:secDNS " \
        "xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\">" keys "</rdeDomain:secDNS>"   \
  }
#define KEY(algorithm, key)                                                      \
  "<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>" algorithm \
  "</s:alg>"                                                                     \
  "<s:pubKey>" key "</s:pubKey></s:keyData>"
#define HALF "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"  // 33 octets
#define OF_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

constexpr Edit kHost{"<rdeHost:name>ns.example.net<", "<rdeHost:name>1.2.3.example<"};
constexpr Edit kServer{"<domain:hostObj>ns.example.net<", "<domain:hostObj>1.2.3.example<"};
constexpr char kServers[] =
    "<domain:hostObj>ns1.one.test</domain:hostObj>\n<domain:hostObj>ns.example.net"
    "</domain:hostObj>";
constexpr char kGurid[] = "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>";
constexpr char kBlocked[] = "<rdeNNDN:nameState>blocked</rdeNNDN:nameState>";
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

std::vector<CodeCase> NameCases() {
  return {
      {"HostHasInvalidNameByNumber",
       "RDE_HOST_HAS_INVALID_NAME",
       {{"<rdeHost:name>ns.example.net<", "<rdeHost:name>192.0.2.1<"},
        {"<domain:hostObj>ns.example.net<", "<domain:hostObj>192.0.2.1<"}},
       {},
       {kHost, kServer},
       Closely},
      {"NameserverInvalidByNumber",
       "TDM_NAMESERVER_INVALID",
       {{kServers,
         "<domain:hostAttr><domain:hostName>192.0.2.1</domain:hostName></domain:hostAttr>"
         "<domain:hostAttr><domain:hostName>a.example</domain:hostName>"
         "</domain:hostAttr>"}},
       {},
       {{kServers,
         "<domain:hostAttr><domain:hostName>1.2.3.a1</domain:hostName></domain:hostAttr>"
         "<domain:hostAttr><domain:hostName>a.example</domain:hostName>"
         "</domain:hostAttr>"}},
       CloselyAttributes},
      {"HostNameUnqualified",
       "TDM_HOST_NAME_UNQUALIFIED",
       {{"<rdeHost:name>ns.example.net<", "<rdeHost:name>localhost<"},
        {"<domain:hostObj>ns.example.net<", "<domain:hostObj>localhost<"}},
       {},
       {kHost, kServer},
       Closely},
      {"HostNameUnqualifiedOfAttribute",
       "TDM_HOST_NAME_UNQUALIFIED",
       {{kServers,
         "<domain:hostAttr><domain:hostName>ns1</domain:hostName></domain:hostAttr>"
         "<domain:hostAttr><domain:hostName>a.example</domain:hostName>"
         "</domain:hostAttr>"}},
       {},
       {{kServers,
         "<domain:hostAttr><domain:hostName>ns1.a1</domain:hostName></domain:hostAttr>"
         "<domain:hostAttr><domain:hostName>a.example</domain:hostName>"
         "</domain:hostAttr>"}},
       CloselyAttributes},
      {"LabelReserved",
       "TDM_LABEL_RESERVED",
       {{"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>re--served"}},
       {},
       {{"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>res--erved"}},
       Closely},
      {"LabelReservedOfADomain",
       "TDM_LABEL_RESERVED",
       {{"<rdeDomain:name>one.test<", "<rdeDomain:name>on--e.test<"}},
       {"TDM_HOST_SUPERORDINATE_MISSING"},
       {{"<rdeDomain:name>one.test<", "<rdeDomain:name>ONE.test<"}},
       Closely},
      {"IdnTableIdMissingOfNndn",
       "TDM_IDN_TABLE_ID_MISSING",
       {{"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>xn--mnchen-3ya"}},
       {},
       {{"<rdeNNDN:aName>reserved.test</rdeNNDN:aName>",
         "<rdeNNDN:aName>xn--mnchen-3ya.test</rdeNNDN:aName>"
         "<rdeNNDN:idnTableId>de</rdeNNDN:idnTableId>"}},
       Closely},
      {"OriginalNameInvalidByAbsence",
       "TDM_ORIGINAL_NAME_INVALID",
       {{kBlocked, "<rdeNNDN:nameState>mirrored</rdeNNDN:nameState>"}},
       {},
       {{kBlocked,
         "<rdeNNDN:originalName>one.test</rdeNNDN:originalName>"
         "<rdeNNDN:nameState>mirrored</rdeNNDN:nameState>"}},
       Closely},
  };
}

std::vector<CodeCase> DateCases() {
  return {
      {"DateNotUtcByItsForm",
       "TDM_DATE_NOT_UTC",
       {{"<rdeDomain:crDate>2020-01-01T00:00:00Z", "<rdeDomain:crDate>2020-01-01T00:00:00+00:00"}},
       {},
       {{"<rdeDomain:crDate>2020-01-01T00:00:00Z", "<rdeDomain:crDate>2020-01-01T00:00:00.0Z"}},
       Closely},
      {"DateNotUtcByUnknownOffset",
       "TDM_DATE_NOT_UTC",
       {{"<rde:watermark>2026-11-22T00:00:00Z", "<rde:watermark>2026-11-22T00:00:00-00:00"}},
       {},
       {},
       Closely},
      {"DateAfterWatermarkOfNndn",
       "TDM_DATE_AFTER_WATERMARK",
       {{kBlocked,
         "<rdeNNDN:nameState>blocked</rdeNNDN:nameState>"
         "<rdeNNDN:crDate>2026-11-22T00:00:01Z</rdeNNDN:crDate>"}},
       {},
       {{kBlocked,
         "<rdeNNDN:nameState>blocked</rdeNNDN:nameState>"
         "<rdeNNDN:crDate>2026-11-22T00:00:00Z</rdeNNDN:crDate>"}},
       Closely},
      {"TransferContradictsByItsDeadline",
       "TDM_TRANSFER_CONTRADICTS",
       {{"<rdeDomain:status s=\"clientHold\"/>", "<rdeDomain:status s=\"pendingTransfer\"/>"},
        {"<rdeDomain:trStatus>clientApproved", "<rdeDomain:trStatus>pending"},
        {"<rdeDomain:acDate>2021-06-02T00:00:00Z", "<rdeDomain:acDate>2026-11-20T23:59:59Z"}},
       {},
       {{"<rdeDomain:status s=\"clientHold\"/>", "<rdeDomain:status s=\"pendingTransfer\"/>"},
        {"<rdeDomain:trStatus>clientApproved", "<rdeDomain:trStatus>pending"},
        {"<rdeDomain:acDate>2021-06-02T00:00:00Z", "<rdeDomain:acDate>2026-11-21T00:00:00Z"}},
       Closely},
      {"DatesContradictInTransferredExpiry",
       "TDM_DATES_CONTRADICT",
       {{"</rdeDomain:acDate>",
         "</rdeDomain:acDate>"
         "<rdeDomain:exDate>2020-12-31T23:59:59Z</rdeDomain:exDate>"}},
       {},
       {{"</rdeDomain:acDate>",
         "</rdeDomain:acDate>"
         "<rdeDomain:exDate>2021-01-01T00:00:00Z</rdeDomain:exDate>"}},
       Closely},
      {"ChainBrokenByItself",
       "TDM_CHAIN_BROKEN",
       {{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261122001\""}},
       {},
       {kDiff},
       CloselyNoName},
  };
}

}  // namespace

std::vector<CodeCase> CloserCases() {
  std::vector<CodeCase> cases = {
      {"RoidSharedByDomainAndContact",
       "TDM_ROID_SHARED",
       {{"C1-TEST", "D1-TEST"}},
       {},
       {{"C1-TEST", "d1-TEST"}},
       Closely},
      {"RoidSharedByHostAndContact",
       "TDM_ROID_SHARED",
       {{"C1-TEST", "H1-TEST"}},
       {},
       {{"C1-TEST", "H3-TEST"}},
       Closely},
      {"StatusConflictByRepetition",
       "TDM_STATUS_CONFLICT",
       {{"<rdeDomain:status s=\"clientHold\"/>",
         "<rdeDomain:status s=\"clientHold\"/><rdeDomain:status s=\"clientHold\"/>"}},
       {},
       {{"<rdeDomain:status s=\"clientHold\"/>",
         "<rdeDomain:status s=\"clientHold\"/><rdeDomain:status s=\"serverHold\"/>"}},
       Closely},
      {"RgpContradictsByRepetition",
       "TDM_RGP_CONTRADICTS",
       {{"<rdeDomain:status s=\"ok\"/>",
         "<rdeDomain:status s=\"ok\"/><rdeDomain:rgpStatus s=\"addPeriod\"/>"
         "<rdeDomain:rgpStatus s=\"addPeriod\"/>"}},
       {},
       {{"<rdeDomain:status s=\"ok\"/>",
         "<rdeDomain:status s=\"ok\"/><rdeDomain:rgpStatus s=\"addPeriod\"/>"
         "<rdeDomain:rgpStatus s=\"renewPeriod\"/>"}},
       Closely},
      {"KeyDataInvalidByLength",
       "TDM_KEY_DATA_INVALID",
       {WITH_KEYS(KEY("15", HALF))},
       {},
       {WITH_KEYS(KEY("15", OF_32))},
       Closely},
      {"DsRepeatedAsKeys",
       "TDM_DS_REPEATED",
       {WITH_KEYS(KEY("15", OF_32) KEY("15", OF_32))},
       {},
       {WITH_KEYS(KEY("15", OF_32) KEY("253", OF_32))},
       Closely},
      {"AddressSpecialUseSeldom",
       "TDM_ADDRESS_SPECIAL_USE",
       {{"<rdeHost:addr ip=\"v6\">2001:db8::1", "<rdeHost:addr ip=\"v6\">fec0::1"}},
       {},
       {{"<rdeHost:addr ip=\"v6\">2001:db8::1", "<rdeHost:addr ip=\"v6\">2001:DB8::1"}},
       Closely},
      {"RegistrarContactInvalidByEmail",
       "TDM_REGISTRAR_CONTACT_INVALID",
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>"
         "<rdeRegistrar:email>nobody</rdeRegistrar:email>"}},
       {},
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>"
         "<rdeRegistrar:email>nobody@example.org</rdeRegistrar:email>"}},
       Closely},
      {"RegistrarContactInvalidByCountry",
       "TDM_REGISTRAR_CONTACT_INVALID",
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid><rdeRegistrar:postalInfo type=\"int\">"
         "<rdeRegistrar:addr><rdeRegistrar:city>Paris</rdeRegistrar:city><rdeRegistrar:cc>XX"
         "</rdeRegistrar:cc></rdeRegistrar:addr></rdeRegistrar:postalInfo>"}},
       {},
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid><rdeRegistrar:postalInfo type=\"int\">"
         "<rdeRegistrar:addr><rdeRegistrar:city>Paris</rdeRegistrar:city><rdeRegistrar:cc>FR"
         "</rdeRegistrar:cc></rdeRegistrar:addr></rdeRegistrar:postalInfo>"}},
       Closely},
      {"IntPostalNotAsciiOfRegistrar",
       "TDM_INT_POSTAL_NOT_ASCII",
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid><rdeRegistrar:postalInfo type=\"int\">"
         "<rdeRegistrar:addr><rdeRegistrar:city>Köln</rdeRegistrar:city><rdeRegistrar:cc>DE"
         "</rdeRegistrar:cc></rdeRegistrar:addr></rdeRegistrar:postalInfo>"}},
       {},
       {{kGurid,
         "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid><rdeRegistrar:postalInfo type=\"loc\">"
         "<rdeRegistrar:addr><rdeRegistrar:city>Köln</rdeRegistrar:city><rdeRegistrar:cc>DE"
         "</rdeRegistrar:cc></rdeRegistrar:addr></rdeRegistrar:postalInfo>"}},
       Closely},
  };
  CodeCase csv = {"CsvInvalidCsvByNoXmlCharacter",   "RDE_INVALID_CSV",
                  {{"Jürgen", "J\xEF\xBF\xBFrgen"}}, {},
                  {{"Jürgen", "J\xEF\xBF\xBDrgen"}}, Closely};
  csv.csv = true;
  cases.push_back(std::move(csv));
  CodeCase csv_roid = {"CsvRoidShared",          "TDM_ROID_SHARED",
                       {{"C1-TEST", "D1-TEST"}}, {},
                       {{"C1-TEST", "C3-TEST"}}, Closely};
  csv_roid.csv = true;
  cases.push_back(std::move(csv_roid));
  for (auto&& part : {NameCases(), DateCases()})
    cases.insert(cases.end(), part.begin(), part.end());
  return cases;
}

}  // namespace tidemark::verifier
