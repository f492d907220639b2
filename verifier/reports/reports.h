// What others are told about a judged deposit: the two documents that ICANN takes, and a page that
// a person would rather look at.
//
// Everything comes from a Report, which is what we counted and found ourselves, never from what the
// deposit's header claims (draft-lozano-icann-registry-interfaces: the agent's notification holds
// the header that the agent generated). docs/formats/reports.md says how findings become results.
//
// Threat: a report quotes a hostile deposit. All text is escaped for where it stands; the page has
// no script and loads nothing. Pure; any thread. Errors: FAILED_PRECONDITION where the report does
// not hold what a document must say; then there is no document.
#ifndef TIDEMARK_VERIFIER_REPORTS_REPORTS_H_
#define TIDEMARK_VERIFIER_REPORTS_REPORTS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// rdeReport-1.0 of the deposit. Creation is the watermark: a deposit names no other time.
absl::StatusOr<std::string> RdeReportXml(const Report& report);

// What a notification says besides the report.
struct NotificationFacts {
  std::string agent_name;                   // 1 to 255 characters
  std::optional<absl::Time> received;       // of the deposit, by the agent
  std::optional<absl::Time> validated;      // when it was judged
  std::optional<absl::CivilDay> last_full;  // watermark of the last full deposit that passed
};

// rdeNotification-1.0: DVPN of a report that passes, DVFN of one that fails, for the day of the
// watermark. An undecided report is our own trouble, and no notice.
absl::StatusOr<std::string> RdeNotificationXml(const Report& report,
                                               const NotificationFacts& facts);

// rdeNotification-1.0 with DRFN: nothing was received for `day`. Of `facts`, the name and the last
// full deposit are used.
absl::StatusOr<std::string> NothingReceivedXml(absl::CivilDay day, const NotificationFacts& facts);

// The number of `code` among the results of a DVFN: docs/formats/reports.md.
int ResultNumber(Code code);

// One HTML file with everything in it: verdict, identity, findings by severity with what to do,
// what the deposit was held against, counts, drift, recoverability, fields, what was not judged.
// `title` names what was judged, for example the file.
std::string ReportHtml(const Report& report, absl::string_view title);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORTS_REPORTS_H_
