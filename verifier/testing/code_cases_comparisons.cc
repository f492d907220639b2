// Cases about a deposit beside others' word: the registry's report, and the deposit before it.
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/status.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

constexpr char kExDate[] = "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>";

// What the registry says of the good deposit.
void Reported(CheckOptions& options) {
  rde::RegistryReport report;
  report.id = "20261122001";
  report.kind = "FULL";
  report.watermark = {"2026-11-22T00:00:00Z", absl::FromUnixSeconds(1795305600)};
  report.header.tld = "test";
  for (const auto& [uri, count] : CheckText(DepositText(), GoodOptions()).counts) {
    report.header.counts.push_back({uri, "", "", count});
  }
  options.registry_report = std::move(report);
}

// The good deposit was there the day before.
PreviousReport Yesterday() {
  const Report good = CheckText(DepositText(), GoodOptions());
  CHECK(good.statistics.has_value());
  return {"test", absl::FromUnixSeconds(1795305600) - absl::Hours(24), good.counts,
          *good.statistics};
}
void SameYesterday(CheckOptions& options) {
  options.previous = Yesterday();
  options.drift.changes_min = 1;
}
void SignedYesterday(CheckOptions& options) {
  PreviousReport previous = Yesterday();
  previous.statistics.of(Counted::kDomain).filled[kDomainSecDns] = 1;
  options.previous = std::move(previous);
  options.drift.changes_min = 1;
}

// What the TLD of the good deposit publishes: one.test; the other domain is on hold.
constexpr char kZone[] = R"(@ 3600 IN SOA ns1.nic hostmaster.nic 1 1800 900 604800 3600
@ NS ns1.nic
ns1.nic A 192.0.2.53
one NS ns1.one
one NS ns.example.net.
ns1.one A 192.0.2.1
ns1.one AAAA 2001:db8::1
)";
void Published(CheckOptions& options) {
  options.zone = std::make_shared<base::StringSource>(kZone);
}

}  // namespace

std::vector<CodeCase> ComparisonCases() {
  return {
      {"ReportMismatchOfId",
       "TDM_REPORT_MISMATCH",
       {{"id=\"20261122001\"", "id=\"20261122002\""}},
       {},
       {},
       Reported},
      {"ReportMismatchOfResend",
       "TDM_REPORT_MISMATCH",
       {{"resend=\"0\"", "resend=\"1\""}},
       {"RDE_INVALID_FILENAME"},
       {},
       Reported},
      {"ReportMismatchOfWatermark",
       "TDM_REPORT_MISMATCH",
       {{"<rde:watermark>2026-11-22T00:00:00Z", "<rde:watermark>2026-11-22T00:00:01Z"}},
       {},
       {{"<rde:watermark>2026-11-22T00:00:00Z", "<rde:watermark>2026-11-22T00:00:00.0Z"}},
       Reported},
      {"ReportMismatchOfKind",
       "TDM_REPORT_MISMATCH",
       {{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""}},
       {"RDE_INVALID_FILENAME"},
       {},
       Reported},
      {"ReportMismatchOfCount",
       "TDM_REPORT_MISMATCH",
       {{"<rdeNNDN:NNDN>",
         "<rdeNNDN:NNDN><rdeNNDN:aName>more.test</rdeNNDN:aName>"
         "<rdeNNDN:nameState>blocked</rdeNNDN:nameState></rdeNNDN:NNDN><rdeNNDN:NNDN>"},
        {"rdeNNDN-1.0\">1<", "rdeNNDN-1.0\">2<"}},
       {},
       {},
       Reported},
      {"ZoneDelegationMissing",
       "TDM_ZONE_DELEGATION_MISSING",
       {{"<rdeDomain:status s=\"clientHold\"/>",
         "<rdeDomain:status s=\"clientTransferProhibited\"/>"},
        {"<rdeDomain:registrant>c-two</rdeDomain:registrant>",
         "<rdeDomain:registrant>c-two</rdeDomain:registrant><rdeDomain:ns><domain:hostObj>"
         "ns1.one.test</domain:hostObj><domain:hostObj>ns.example.net</domain:hostObj>"
         "</rdeDomain:ns>"}},
       {},
       {{"<rdeDomain:registrant>c-two</rdeDomain:registrant>",
         "<rdeDomain:registrant>c-two</rdeDomain:registrant><rdeDomain:ns><domain:hostObj>"
         "ns1.one.test</domain:hostObj><domain:hostObj>ns.example.net</domain:hostObj>"
         "</rdeDomain:ns>"}},
       Published},
      {"ZoneDelegationUnknown",
       "TDM_ZONE_DELEGATION_UNKNOWN",
       {{"<rdeDomain:name>one.test", "<rdeDomain:name>one1.test"}},
       {"TDM_ZONE_DELEGATION_MISSING", "TDM_HOST_SUPERORDINATE_MISSING"},
       {{"<rdeDomain:name>one.test", "<rdeDomain:name>ONE.test"}},
       Published},
      {"ZoneDelegationWithheld",
       "TDM_ZONE_DELEGATION_WITHHELD",
       {{"<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"serverHold\"/>"}},
       {},
       {{"<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"clientUpdateProhibited\"/>"}},
       Published},
      {"ZoneNsDiffers",
       "TDM_ZONE_NS_DIFFERS",
       {{"<domain:hostObj>ns.example.net", "<domain:hostObj>ns2.example.net"},
        {"<rdeHost:name>ns.example.net", "<rdeHost:name>ns2.example.net"}},
       {},
       {{"<domain:hostObj>ns.example.net", "<domain:hostObj>NS.example.net"}},
       Published},
      {"ZoneDsDiffers",
       "TDM_ZONE_DS_DIFFERS",
       {{kExDate,
         "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>"
         "<rdeDomain:secDNS xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\"><s:dsData>"
         "<s:keyTag>1</s:keyTag><s:alg>13</s:alg><s:digestType>2</s:digestType><s:digest>"
         "11B077D44E4890059162AA944CF13CA1E7EAFC47BFDEA5924AEE3D001239642B</s:digest></s:dsData>"
         "</rdeDomain:secDNS>"}},
       {},
       {},
       Published},
      {"ZoneGlueDiffers",
       "TDM_ZONE_GLUE_DIFFERS",
       {{"<rdeHost:addr ip=\"v4\">192.0.2.1<", "<rdeHost:addr ip=\"v4\">192.0.2.2<"}},
       {},
       {{"<rdeHost:addr ip=\"v6\">2001:db8::1<", "<rdeHost:addr ip=\"v6\">2001:DB8:0::1<"}},
       Published},
      {"DriftMassDeletion",
       "TDM_DRIFT_MASS_DELETION",
       // A comment may not hold "--".
       {{"xn--bcher-kva", "two"},
        {"</rdeDomain:domain>\n<rdeDomain:domain>", "</rdeDomain:domain><!--<rdeDomain:domain>"},
        {"<rdeHost:host>", "--><rdeHost:host>"},
        {"rdeDomain-1.0\">2<", "rdeDomain-1.0\">1<"}},
       {},
       {},
       SameYesterday},
      {"DriftDsLoss",
       "TDM_DRIFT_DS_LOSS",
       {},
       {},
       {{kExDate,
         "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>"
         "<rdeDomain:secDNS xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\"><s:dsData>"
         "<s:keyTag>1</s:keyTag><s:alg>13</s:alg><s:digestType>2</s:digestType><s:digest>"
         "11B077D44E4890059162AA944CF13CA1E7EAFC47BFDEA5924AEE3D001239642B</s:digest></s:dsData>"
         "</rdeDomain:secDNS>"}},
       SignedYesterday},
      {"DriftFieldLoss",
       "TDM_DRIFT_FIELD_LOSS",
       {{"<contact:street>1 Main Street</contact:street>", ""}},
       {},
       {},
       SameYesterday},
      {"DriftFieldLossOfStatus",
       "TDM_DRIFT_FIELD_LOSS",
       {{"<rdeDomain:status s=\"clientHold\"/>", "<rdeDomain:status s=\"ok\"/>"}},
       {},
       {},
       SameYesterday},
      {"DriftCounts",
       "TDM_DRIFT_COUNTS",
       {{"<rdeNNDN:NNDN>", "<!--"},
        {"</rdeNNDN:NNDN>", "-->"},
        {"rdeNNDN-1.0\">1<", "rdeNNDN-1.0\">0<"}},
       {},
       {},
       SameYesterday},
  };
}

}  // namespace tidemark::verifier
