// What is said about a deposit: its names, and the registry's report.
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tools/generator/calendar.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {
namespace {

// The deposit is made a while after its watermark.
constexpr UnixSeconds kExportSeconds = 600;

UnixSeconds WatermarkOf(const GeneratorOptions& options) {
  return absl::ToUnixSeconds(options.watermark) + options.night * kDay;
}

}  // namespace

absl::StatusOr<std::string> ReportXml(const GeneratorOptions& options, const rde::Header& header) {
  RETURN_IF_ERROR(Validate(options));
  std::string created;
  std::string watermark;
  FormatDateTime(WatermarkOf(options) + kExportSeconds, created);
  FormatDateTime(WatermarkOf(options), watermark);
  std::string xml = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<rdeReport:report xmlns:rdeReport=\"urn:ietf:params:xml:ns:rdeReport-1.0\"\n"
      "    xmlns:rdeHeader=\"urn:ietf:params:xml:ns:rdeHeader-1.0\">\n"
      "  <rdeReport:id>",
      FormatCompactDate(WatermarkOf(options)),
      "001</rdeReport:id>\n"
      "  <rdeReport:version>1</rdeReport:version>\n"
      "  <rdeReport:rydeSpecEscrow>RFC8909</rdeReport:rydeSpecEscrow>\n"
      "  <rdeReport:rydeSpecMapping>RFC9022</rdeReport:rydeSpecMapping>\n"
      "  <rdeReport:resend>0</rdeReport:resend>\n"
      "  <rdeReport:crDate>",
      created,
      "</rdeReport:crDate>\n"
      "  <rdeReport:kind>",
      KindName(options.kind),
      "</rdeReport:kind>\n"
      "  <rdeReport:watermark>",
      watermark,
      "</rdeReport:watermark>\n"
      "  <rdeHeader:header>\n"
      "    <rdeHeader:tld>",
      header.tld, "</rdeHeader:tld>\n");
  for (const rde::HeaderCount& count : header.counts) {
    absl::StrAppend(&xml, "    <rdeHeader:count uri=\"", count.uri, "\">", count.value.value_or(0),
                    "</rdeHeader:count>\n");
  }
  absl::StrAppend(&xml, "  </rdeHeader:header>\n</rdeReport:report>\n");
  return xml;
}

const char* KindName(DepositKind kind) {
  switch (kind) {
    case DepositKind::kFull:
      return "FULL";
    case DepositKind::kDiff:
      return "DIFF";
    case DepositKind::kIncr:
      return "INCR";
  }
  return "";
}

std::string DepositName(const GeneratorOptions& options) {
  return absl::StrCat(options.tld, "_", FormatDate(WatermarkOf(options)), "_",
                      absl::AsciiStrToLower(KindName(options.kind)), "_S1_R0.xml");
}

std::string ReportName(const GeneratorOptions& options) {
  return absl::StrCat(options.tld, "_", FormatDate(WatermarkOf(options)), "_",
                      absl::AsciiStrToLower(KindName(options.kind)), "_R0.rep");
}

std::string ZoneName(const GeneratorOptions& options) { return options.tld + ".zone"; }

}  // namespace tidemark::generator
