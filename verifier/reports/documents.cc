// The XML documents of reports.h.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rde/xml_text.h"
#include "verifier/reports/reports.h"

namespace tidemark::verifier {
namespace {

using rde::XmlText;

constexpr char kDeclaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr char kXmlDomain[] = "urn:ietf:params:xml:ns:rdeDomain-1.0";
constexpr char kCsvDomain[] = "urn:ietf:params:xml:ns:csvDomain-1.0";
constexpr size_t kDepositIdBytesMax = 13;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

absl::Status Missing(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the deposit does not say its ", what, ", which the document must have"));
}

// rde:depositIdType is \w{1,13}; of it the characters that every system spells alike.
bool IsDepositId(absl::string_view id) {
  if (id.empty() || id.size() > kDepositIdBytesMax) return false;
  for (const char c : id) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

absl::Status CheckReportable(const Report& report) {
  const DepositSummary& deposit = report.deposit;
  if (!deposit.id.has_value() || !IsDepositId(*deposit.id)) return Missing("id");
  if (!deposit.watermark.has_value()) return Missing("watermark");
  if (!report.tld.has_value() || report.tld->empty() || report.tld->size() > 255) {
    return Missing("TLD");
  }
  if (deposit.kind != "FULL" && deposit.kind != "INCR" && deposit.kind != "DIFF") {
    return Missing("kind");
  }
  if (deposit.kind != "FULL" && report.counts.empty()) {
    return absl::FailedPreconditionError(
        "the repository was not counted: that takes the deposits that this one builds on");
  }
  // Counts up to where reading ended would pass for those of the registry.
  if (!report.statistics.has_value()) {
    return absl::FailedPreconditionError(
        "the deposit was not read to its end: what it holds was not counted");
  }
  return absl::OkStatus();
}

// ICANN refuses a notice without a count of domains; none is a count, too.
std::map<std::string, int64_t> CountsOf(const Report& report) {
  std::map<std::string, int64_t> counts = report.counts;
  if (!counts.contains(kCsvDomain)) counts.try_emplace(kXmlDomain, 0);
  return counts;
}

// <rdeReport:report> without a declaration; `indent` is what every line begins with.
void AppendReport(const Report& report, XmlText& xml) {
  const DepositSummary& deposit = report.deposit;
  const std::string watermark = TimeText(*deposit.watermark);
  xml.Markup(
      "<rdeReport:report xmlns:rdeReport=\"urn:ietf:params:xml:ns:rdeReport-1.0\""
      " xmlns:rdeHeader=\"urn:ietf:params:xml:ns:rdeHeader-1.0\">\n");
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:id"), *deposit.id);
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:version"), "1");
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:rydeSpecEscrow"), "RFC8909");
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:rydeSpecMapping"), "RFC9022");
  xml.NumberElement(TIDEMARK_TAG("  ", "rdeReport:resend"), deposit.resend.value_or(0));
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:crDate"), watermark);
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:kind"), *deposit.kind);
  xml.Element(TIDEMARK_TAG("  ", "rdeReport:watermark"), watermark);
  xml.Markup("  <rdeHeader:header>\n");
  xml.Element(TIDEMARK_TAG("    ", "rdeHeader:tld"), *report.tld);
  for (const auto& [uri, count] : CountsOf(report)) {
    xml.Markup("    <rdeHeader:count");
    xml.Attribute("uri", uri);
    xml.Markup(absl::StrCat(">", count, "</rdeHeader:count>\n"));
  }
  xml.Markup("  </rdeHeader:header>\n</rdeReport:report>\n");
}

// What the first finding of each code that failed the deposit says.
void AppendResults(const Report& report, XmlText& xml) {
  xml.Markup("  <rdeNotification:results>\n");
  const Finding* last = nullptr;
  for (const Finding& finding : report.findings) {
    const CodeInfo& info = InfoOf(finding.code);
    const bool is_next = last == nullptr || last->code != finding.code;
    last = &finding;
    if (!is_next || info.severity < Severity::kError) continue;
    std::string description = absl::StrCat(info.title, " (", info.clause, "); ", finding.count,
                                           finding.count == 1 ? " time" : " times");
    if (finding.at.has_value()) {
      absl::StrAppend(&description, ", first at line ", finding.at->line, ", byte ",
                      finding.at->offset);
    }
    xml.Markup("    <iirdea:result");
    xml.Attribute("code", absl::StrCat(ResultNumber(finding.code)));
    xml.Markup(">\n");
    xml.Element(TIDEMARK_TAG("      ", "iirdea:msg"), info.name);
    xml.Element(TIDEMARK_TAG("      ", "iirdea:description"), description);
    xml.Markup("    </iirdea:result>\n");
  }
  xml.Markup("  </rdeNotification:results>\n");
}

absl::Status AppendHead(const NotificationFacts& facts, absl::CivilDay day,
                        absl::string_view status, XmlText& xml) {
  if (facts.agent_name.empty() || facts.agent_name.size() > 255) {
    return absl::FailedPreconditionError("the agent's name has 1 to 255 characters");
  }
  xml.Markup(kDeclaration);
  xml.Markup(
      "<rdeNotification:notification"
      " xmlns:rdeNotification=\"urn:ietf:params:xml:ns:rdeNotification-1.0\""
      " xmlns:iirdea=\"urn:ietf:params:xml:ns:iirdea-1.0\">\n");
  xml.Element(TIDEMARK_TAG("  ", "rdeNotification:deaName"), facts.agent_name);
  xml.Element(TIDEMARK_TAG("  ", "rdeNotification:version"), "1");
  xml.Element(TIDEMARK_TAG("  ", "rdeNotification:repDate"), absl::FormatCivilTime(day));
  xml.Element(TIDEMARK_TAG("  ", "rdeNotification:status"), status);
  return absl::OkStatus();
}

void AppendLastFull(const NotificationFacts& facts, XmlText& xml) {
  if (!facts.last_full.has_value()) return;
  xml.Element(TIDEMARK_TAG("  ", "rdeNotification:lastFullDate"),
              absl::FormatCivilTime(*facts.last_full));
}

absl::StatusOr<std::string> Finished(const XmlText& xml, std::string out) {
  if (xml.ok()) return out;
  return absl::FailedPreconditionError(absl::StrCat("XML cannot carry ", xml.failed_place()));
}

}  // namespace

// By stage, as an agent's vocabulary of failures goes: the number is for machines that sort, the
// code's name beside it says what it was.
int ResultNumber(Code code) {
  const absl::string_view name = InfoOf(code).name;
  const std::pair<absl::string_view, int> numbers[] = {
      {"RDE_INVALID_FILENAME", 4001},  {"RDE_INVALID_SIGNATURE", 4101},
      {"RDE_DECRYPTION_FAILED", 4201}, {"TDM_MANIFEST_MISMATCH", 4301},
      {"TDM_CONTENT_MISMATCH", 4302},  {"TDM_SEALED_WRONGLY", 4303},
      {"RDE_XML_PARSE_ERROR", 4401},   {"RDE_SCHEMA_VALIDATION_ERROR", 4402},
      {"RDE_INVALID_CSV", 4403},       {"TDM_NOT_UTF8", 4404},
      {"TDM_LIMIT_EXCEEDED", 4405},
  };
  for (const auto& [known, number] : numbers) {
    if (name == known) return number;
  }
  return absl::StartsWith(name, "RDE_") ? 4501 : 4502;
}

absl::StatusOr<std::string> RdeReportXml(const Report& report) {
  RETURN_IF_ERROR(CheckReportable(report));
  std::string out;
  XmlText xml(out);
  xml.Markup(kDeclaration);
  AppendReport(report, xml);
  return Finished(xml, std::move(out));
}

absl::StatusOr<std::string> RdeNotificationXml(const Report& report,
                                               const NotificationFacts& facts) {
  if (report.verdict == Verdict::kUndecided) {
    return absl::FailedPreconditionError(
        "the deposit could not be judged: that is no notice about the registry");
  }
  const bool passed = report.verdict == Verdict::kPass;
  const absl::Status reportable = CheckReportable(report);
  // A notice of success is nothing without its report; a failure may be that there is none.
  if (passed) RETURN_IF_ERROR(reportable);
  if (!report.deposit.watermark.has_value() && !facts.received.has_value()) {
    return Missing("watermark");
  }
  const absl::CivilDay day = absl::ToCivilDay(
      report.deposit.watermark.has_value() ? *report.deposit.watermark : *facts.received,
      absl::UTCTimeZone());
  std::string out;
  XmlText xml(out);
  RETURN_IF_ERROR(AppendHead(facts, day, passed ? "DVPN" : "DVFN", xml));
  if (!passed) AppendResults(report, xml);
  if (facts.received.has_value()) {
    xml.Element(TIDEMARK_TAG("  ", "rdeNotification:reDate"), TimeText(*facts.received));
  }
  if (facts.validated.has_value()) {
    xml.Element(TIDEMARK_TAG("  ", "rdeNotification:vaDate"), TimeText(*facts.validated));
  }
  AppendLastFull(facts, xml);
  if (reportable.ok()) AppendReport(report, xml);
  xml.Markup("</rdeNotification:notification>\n");
  return Finished(xml, std::move(out));
}

absl::StatusOr<std::string> NothingReceivedXml(absl::CivilDay day, const NotificationFacts& facts) {
  std::string out;
  XmlText xml(out);
  RETURN_IF_ERROR(AppendHead(facts, day, "DRFN", xml));
  AppendLastFull(facts, xml);
  xml.Markup("</rdeNotification:notification>\n");
  return Finished(xml, std::move(out));
}

}  // namespace tidemark::verifier
