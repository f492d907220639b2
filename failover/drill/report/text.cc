#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/drill/report/report.h"
#include "failover/drill/report/zone_table.h"

namespace tidemark::failover {
namespace {

void AppendTime(std::string& out, const char* function, const std::optional<double>& seconds,
                absl::Duration threshold) {
  if (seconds.has_value()) {
    absl::StrAppendFormat(&out, "  %-7s back in %.2f s; the threshold is %s\n", function, *seconds,
                          absl::FormatDuration(threshold));
  } else {
    absl::StrAppendFormat(&out, "  %-7s not run, or no right answer\n", function);
  }
}

}  // namespace

std::string ToText(const DrillReport& report) {
  std::string out = absl::StrFormat("drill of .%s, %d domains: %s\n", report.tld, report.domains,
                                    DrillVerdictName(report.verdict));
  for (const std::string& reason : report.reasons) absl::StrAppend(&out, "  ", reason, "\n");
  for (const DrillStage& stage : report.stages) {
    absl::StrAppendFormat(&out, "  %-14s %8.2f s\n", stage.name, stage.seconds);
  }
  for (const std::string& name : report.stages_not_run) {
    absl::StrAppendFormat(&out, "  %-14s  not run\n", name);
  }
  absl::StrAppendFormat(&out, "  delegations: %d expected, %d asked, %d equal\n",
                        report.probe.expected, report.probe.asked, report.probe.equal);
  if (report.whole_zone.has_value()) {
    const WholeZoneResult& zone = *report.whole_zone;
    absl::StrAppendFormat(
        &out,
        "  whole zone: %d records looked at, %d differences; equal %d of %d NS, %d of %d DS, %d of "
        "%d addresses\n",
        zone.records, zone.difference_count, zone.servers.equal, zone.servers.compared,
        zone.ds.equal, zone.ds.compared, zone.addresses.equal, zone.addresses.compared);
  }
  absl::StrAppendFormat(&out, "  DNSSEC: %d of %d sampled answers validated by %s\n",
                        report.validation.validated, report.validation.sampled,
                        report.validation.tool);
  if (report.zone_verification.has_value()) {
    const ZoneVerification& verification = *report.zone_verification;
    absl::StrAppend(&out, "  whole zone validates: ",
                    !verification.valid.has_value() ? "not known"
                    : *verification.valid           ? "yes"
                                                    : "no",
                    ", ", VerificationText(report), "\n");
  }
  if (report.registrations.has_value()) {
    absl::StrAppendFormat(&out, "  RDAP and WHOIS: %d asked, %d right\n",
                          report.registrations->asked, report.registrations->right);
  }
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    if (function.seconds == nullptr) continue;
    AppendTime(out, function.name, function.SecondsIn(report.rto),
               report.thresholds.*function.threshold);
  }
  if (report.rpo_seconds.has_value()) {
    absl::StrAppendFormat(&out, "  data are %.1f h old (RPO): watermark %s\n",
                          *report.rpo_seconds / 3600, report.watermark);
  }
  for (const std::string& notice : report.notices) absl::StrAppend(&out, "  ", notice, "\n");
  return out;
}

}  // namespace tidemark::failover
