#include "failover/drill/report/zone_table.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "failover/drill/report/words.h"

namespace tidemark::failover {
namespace {

std::string Cell(uint64_t count, bool is_bad) {
  return absl::StrCat("<td class=\"", is_bad && count > 0 ? "n bad" : "n", "\">", WithCommas(count),
                      "</td>");
}

}  // namespace

std::string ZoneTable(const DrillReport& report) {
  if (!report.whole_zone.has_value()) return "";
  const WholeZoneResult& zone = *report.whole_zone;
  const std::pair<const char*, const SetTally*> rows[] = {{"Name servers", &zone.servers},
                                                          {"DS", &zone.ds},
                                                          {"Addresses", &zone.addresses},
                                                          {"TTLs", &zone.ttls},
                                                          {"Signatures there", &zone.signatures}};
  std::string table =
      "<h2>The whole zone</h2><div class=\"panel\"><table><tr><th>Sets of records</th><th "
      "class=\"n\">Compared</th><th class=\"n\">Equal</th><th class=\"n\">Different</th><th "
      "class=\"n\">of these missing</th><th class=\"n\">not wanted</th></tr>";
  for (const auto& [what, tally] : rows) {
    absl::StrAppend(&table, "<tr><td>", what, "</td>", Cell(tally->compared, false),
                    Cell(tally->equal, false), Cell(tally->different(), true),
                    Cell(tally->missing, true), Cell(tally->unwanted, true), "</tr>");
  }
  return table + "</table></div>";
}

std::string VerificationText(const DrillReport& report) {
  if (!report.zone_verification.has_value()) return "";
  const ZoneVerification& verification = *report.zone_verification;
  if (!verification.valid.has_value()) return verification.why_not;
  return absl::StrCat("all of it, by ", verification.tool, " (", verification.version, ") in ",
                      SecondsText(verification.seconds));
}

}  // namespace tidemark::failover
