// Cases about the CSV model.
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "rde/records.h"
#include "verifier/testing/code_cases.h"
#include "verifier/testing/csv_deposit_text.h"

namespace tidemark::verifier {
namespace {

// A DIFF as good as the FULL.
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

constexpr char kXmlHost[] =
    "<rdeHost:host><rdeHost:name>ns9.one.test</rdeHost:name><rdeHost:roid>H9-TEST</rdeHost:roid>"
    "<rdeHost:status s=\"ok\"/><rdeHost:addr ip=\"v4\">192.0.2.9</rdeHost:addr>"
    "<rdeHost:clID>reg-1</rdeHost:clID></rdeHost:host></rde:contents>";

// Rows of one object: as many statuses as a host or contact may have, and a domain.
#define SEVEN(row) row row row row row row row
#define ELEVEN(row) SEVEN(row) row row row row
#define DOMAIN_ROW "one.test,clientHold\n"
#define HOST_ROW "H2-TEST,linked\n"
#define CONTACT_ROW "c-two,linked\n"

void Thin(CheckOptions& options) { options.data_model = DataModel::kPerRegistrar; }
void Small(CheckOptions& options) {
  options.plausibility = {.domains_min = 100, .signing_domains_min = 100, .objects_min = 2};
}

// The day before the registry had the same, and wrote it in the XML model.
void YesterdayInXml(CheckOptions& options) {
  const Report good = CheckCsvText(CsvDepositText(), GoodOptions());
  CHECK(good.statistics.has_value());
  PreviousReport previous = {
      "test", absl::FromUnixSeconds(1795305600) - absl::Hours(24), {}, *good.statistics};
  for (const auto& [uri, count] : good.counts) {
    const absl::string_view xml_uri = rde::XmlUriOf(uri);
    previous.counts[xml_uri.empty() ? uri : std::string(xml_uri)] = count;
  }
  options.previous = std::move(previous);
  options.drift.changes_min = 1;
}

}  // namespace

std::vector<CodeCase> CsvCases() {
  std::vector<CodeCase> cases = {
      {"CsvMissingFiles",
       "RDE_MISSING_FILES",
       {{"=== hostStatuses.csv\n", "=== else.csv\n"}},
       {"TDM_CSV_FILE_UNNAMED"}},
      {"CsvInvalidCsv",
       "RDE_INVALID_CSV",
       {{"reg-1,Registrar One,1001", "reg-1,Registrar One,1001,more"}},
       {},
       {{"reg-1,Registrar One,1001", "reg-1,\"Registrar One\",1001"}}},
      {"CsvObjectHasMixedTypes",
       "RDE_OBJECT_HAS_MIXED_TYPES",
       {{"</rde:contents>", kXmlHost},
        {"</rdeHeader:header>",
         "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeHost-1.0\">1</rdeHeader:count>"
         "</rdeHeader:header>"},
        {"</rde:rdeMenu>",
         "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI></rde:rdeMenu>"}}},
      {"CsvIsrequiredAttributeIsAbsent",
       "RDE_ISREQUIRED_ATTRIBUTE_IS_ABSENT",
       {{"<rdeCsv:fRegistrant isRequired=\"true\"/>", "<rdeCsv:fRegistrant/>"}},
       {},
       {{"<rdeCsv:fRegistrant isRequired=\"true\"/>", "<rdeCsv:fRegistrant isRequired=\"1\"/>"}}},
      {"CsvIsrequiredAttributeIsFalse",
       "RDE_ISREQUIRED_ATTRIBUTE_IS_FALSE",
       {{"<rdeCsv:fRegistrant isRequired=\"true\"/>", "<rdeCsv:fRegistrant isRequired=\"0\"/>"}}},
      {"CsvIsrequiredAttributeIsTrue",
       "RDE_ISREQUIRED_ATTRIBUTE_IS_TRUE",
       {},
       {},
       {{"<rdeCsv:fRegistrant isRequired=\"true\"/>", "<rdeCsv:fRegistrant/>"}},
       Thin},
      {"CsvDefinitionInvalid",
       "TDM_CSV_DEFINITION_INVALID",
       {{"<csvHost:fAddrVersion isRequired=\"true\"/>", "<csvHost:fAddrVersion/>"}},
       {},
       {{"<csvHost:fAddrVersion isRequired=\"true\"/>",
         "<csvHost:fAddrVersion isRequired=\"1\"/>"}}},
      {"CsvFileNamedTwice",
       "TDM_CSV_DEFINITION_INVALID",
       {{"<rdeCsv:file>hostAddresses.csv</rdeCsv:file>",
         "<rdeCsv:file>hostAddresses.csv</rdeCsv:file>"
         "<rdeCsv:file>hostAddresses.csv</rdeCsv:file>"}}},
      {"CsvUnexpectedObjectInDiff",
       "RDE_UNEXPECTED_OBJECT",
       {kDiff, {"<rde:objURI>urn:ietf:params:xml:ns:csvNNDN-1.0</rde:objURI>", ""}},
       {},
       {kDiff},
       [](CheckOptions& options) { options.file_name = "test_2026-11-22_diff_S1_R0.xml"; }},
      {"CsvAuthInfoPresent",
       "TDM_AUTH_INFO_PRESENT",
       {{"<csvNNDN:fNameState/>", "<csvNNDN:fNameState/><rdeCsv:fCustom name=\"authInfo\"/>"},
        {"reserved.test,blocked", "reserved.test,blocked,secret"}},
       {},
       {{"<csvNNDN:fNameState/>", "<csvNNDN:fNameState/><rdeCsv:fCustom name=\"note\"/>"},
        {"reserved.test,blocked", "reserved.test,blocked,secret"}}},
      {"CsvFileUnnamed", "TDM_CSV_FILE_UNNAMED", {{"=== NNDN.csv", "=== old.csv\n=== NNDN.csv"}}},
      {"CsvFileUnreadable",
       "TDM_CSV_FILE_UNREADABLE",
       {{"<rdeCsv:file>NNDN.csv", "<rdeCsv:file compression=\"gzip\">NNDN.csv"}},
       {},
       {{"<rdeCsv:file>NNDN.csv", "<rdeCsv:file encoding=\"US-ASCII\">NNDN.csv"}}},
      {"CsvChecksumMismatch",
       "TDM_CSV_CHECKSUM_MISMATCH",
       {{"<rdeCsv:file>NNDN.csv", "<rdeCsv:file cksum=\"00000000\">NNDN.csv"}},
       {},
       {{"<rdeCsv:file>NNDN.csv",
         "<rdeCsv:file cksumAlg=\"SHA256\" cksum=\""
         "7861f214970dc16f547084970632921b3235305f41c255a03df67c17ea2e0c7a\">NNDN.csv"}}},
      {"CsvValueInvalid",
       "TDM_CSV_VALUE_INVALID",
       {{"H1-TEST,192.0.2.1,v4", "H1-TEST,192.0.2.1,v5"}}},
      {"CsvRowOrphaned",
       "TDM_CSV_ROW_ORPHANED",
       {{"H2-TEST,linked", "H2-TEST,linked\nH3-TEST,linked"}}},
      // RST's own codes come from CSV rows as from XML elements.
      {"CsvDomainHasMissingStatus",
       "RDE_DOMAIN_HAS_MISSING_STATUS",
       {{"one.test,ok\n", ""}},
       {"TDM_CSV_VALUE_INVALID"}},
      {"CsvDomainHasTooManyStatuses",
       "TDM_CSV_VALUE_INVALID",
       {{"one.test,ok\n", ELEVEN(DOMAIN_ROW) DOMAIN_ROW}},
       {},
       {{"one.test,ok\n", ELEVEN(DOMAIN_ROW)}}},
      {"CsvHostHasTooManyStatuses",
       "TDM_CSV_VALUE_INVALID",
       {{"H2-TEST,linked\n", SEVEN(HOST_ROW) HOST_ROW}},
       {},
       {{"H2-TEST,linked\n", SEVEN(HOST_ROW)}}},
      {"CsvContactHasTooManyStatuses",
       "TDM_CSV_VALUE_INVALID",
       {{"c-two,linked\n", SEVEN(CONTACT_ROW) CONTACT_ROW}},
       {},
       {{"c-two,linked\n", SEVEN(CONTACT_ROW)}}},
      {"CsvDomainHasInvalidRoid",
       "RDE_DOMAIN_HAS_INVALID_ROID",
       {{"one.test,D1-TEST", "one.test,D1"}},
       {"TDM_CSV_VALUE_INVALID"}},
      {"CsvDomainHasNonUniqueName",
       "RDE_DOMAIN_HAS_NON_UNIQUE_NAME",
       {{"csvDomain-1.0\">2<", "csvDomain-1.0\">3<"},
        {"xn--bcher-kva.test,D2-TEST",
         "ONE.test,D3-TEST,,c-one,reg-1,reg-1,2020-01-01T00:00:00Z,,,2027-01-01T00:00:00Z\n"
         "xn--bcher-kva.test,D2-TEST"}}},
      {"CsvObjectCountMismatch",
       "RDE_OBJECT_COUNT_MISMATCH",
       {{"csvHost-1.0\">2<", "csvHost-1.0\">3<"}}},
      {"CsvDomainHasMissingNameserver",
       "RDE_DOMAIN_HAS_MISSING_NAMESERVER",
       {{"one.test,H2-TEST", "one.test,H3-TEST"}}},
      {"CsvObjectsUnreferred",
       "TDM_OBJECTS_UNREFERRED",
       {{"one.test,H1-TEST\none.test,H2-TEST\n", ""}},
       {},
       {{"one.test,H1-TEST\n", ""}},
       Small},
      {"CsvDriftMassDeletion",
       "TDM_DRIFT_MASS_DELETION",
       {{"xn--bcher-kva.test,D2-TEST,de,c-two,reg-1,reg-1,2021-01-01T00:00:00Z,reg-1,"
         "2022-01-01T00:00:00Z,2028-01-01T00:00:00Z\n",
         ""},
        {"xn--bcher-kva.test,clientHold\n", ""},
        {"xn--bcher-kva.test,clientApproved,reg-1,2021-06-01T00:00:00Z,reg-1,"
         "2021-06-02T00:00:00Z\n",
         ""},
        {"csvDomain-1.0\">2<", "csvDomain-1.0\">1<"}},
       {},
       {},
       YesterdayInXml},
      {"CsvContactHasUnknownClid",
       "RDE_CONTACT_HAS_UNKNOWN_CLID",
       {{"juergen@example.org,reg-1", "juergen@example.org,reg-9"}}},
  };
  for (CodeCase& param : cases) param.csv = true;
  return cases;
}

#undef CONTACT_ROW
#undef HOST_ROW
#undef DOMAIN_ROW
#undef ELEVEN
#undef SEVEN

}  // namespace tidemark::verifier
