#include "verifier/ruleset.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "verifier/finding.h"

namespace tidemark::verifier {
namespace {

// The first watermarks that are judged by our closer reading: docs/decisions/0058.
constexpr absl::string_view kClosely = "2026-12-01";

// Codes of ours that came with it.
constexpr Code kNotYetRead[] = {
    Code::kHostNameUnqualified,
    Code::kRoidShared,
    Code::kLabelReserved,
    Code::kRegistrarContactInvalid,
};

// What ICANN's cases.yaml of 2024 had no code for, most of which came on 2024-10-16; and the above.
constexpr Code kNotYetIn2024[] = {
    Code::kMenuAndHeaderUrisDiffer,
    Code::kUnexpectedObject,
    Code::kDomainObjectMissing,
    Code::kDomainHasNonUniqueName,
    Code::kDomainHasNonUniqueRoid,
    Code::kDomainHasMissingContact,
    Code::kDomainHasMissingNameserver,
    Code::kDomainHasInvalidCrrr,
    Code::kDomainHasInvalidUprr,
    Code::kDomainHasInvalidRerr,
    Code::kDomainHasInvalidAcrr,
    Code::kDomainHasUnexpectedHostObjects,
    Code::kDomainHasUnexpectedHostAttributes,
    Code::kHostObjectMissing,
    Code::kHostHasNonUniqueName,
    Code::kHostHasNonUniqueRoid,
    Code::kContactObjectMissing,
    Code::kContactHasNonUniqueRoid,
    Code::kRegistrarObjectMissing,
    Code::kRegistrarHasNonUniqueId,
    Code::kNndnHasNonUniqueName,
    Code::kMissingEppParamsObject,
    Code::kMultipleEppParamsObjects,
    Code::kEppParamsMissingObjuri,
    Code::kEppParamsUnexpectedObjuri,
    Code::kEppParamsMissingExturi,
    Code::kEppParamsUnexpectedExturi,
    Code::kHostNameUnqualified,
    Code::kRoidShared,
    Code::kLabelReserved,
    Code::kRegistrarContactInvalid,
};

constexpr Ruleset kRst2026 = {
    .name = "rst-v2026.05",
    .profile = Profile::kRst,
    .from = "2026-06-16",
    .until = kClosely,
    .source = "ICANN rst-test-specs v2026.05 (2e9ddee): cases rde-01 to rde-15",
    .admits_differential = false,
    .admits_incremental = false,
    .file_name = true,
    .epp_params_required = true,
    .epp_params_counted = true,
    .epp_uris_registered = true,
    .gurid_required = true,
    .host_names_unique = true,
    .menu_equals_header = true,
    .namespaces_closed = true,
    .counts_positive = true,
    .watermark_excluded = true,
    .pending_create_has_dates = true,
    .minimum_has_no_references = true,
    .policy_follows_model = true,
    .leaves_out_cases = true,
    .integrity_by_message = true,
    .terms_limited = true,
    .without = kNotYetRead,
};
constexpr Ruleset kRst2024 = {
    .name = "rst-2024.09",
    .profile = Profile::kRst,
    .from = "2024-07-31",
    .until = "2024-10-16",
    .source =
        "ICANN rst-test-specs 01b9344, between the ChangeLog's 2024-07-31 and 2024-10-16: "
        "cases rde-01 to rde-14",
    .admits_differential = false,
    .admits_incremental = false,
    .file_name = true,
    .gurid_required = true,
    .namespaces_closed = true,
    .watermark_excluded = true,
    .pending_create_has_dates = true,
    .minimum_has_no_references = true,
    .leaves_out_cases = true,
    .integrity_by_message = true,
    .terms_limited = true,
    .without = kNotYetIn2024,
};
constexpr Ruleset kGtld = {
    .name = "gtld-ra",
    .profile = Profile::kGtld,
    .from = "",
    .until = kClosely,
    .source = "Registry Agreement, Specification 2; RFC 8909; RFC 9022",
    .admits_incremental = false,
    .file_name = true,
    .epp_params_required = true,
    .gurid_required = true,
    .terms_limited = true,
    .without = kNotYetRead,
};
constexpr Ruleset kCctld = {
    .name = "cctld",
    .profile = Profile::kCctld,
    .from = "",
    .until = kClosely,
    .source = "RFC 8909; RFC 9022",
    .without = kNotYetRead,
};

// The same text, read more closely.
constexpr Ruleset Closely(Ruleset rules, absl::string_view name) {
  rules.revises = rules.name;
  rules.name = name;
  rules.from = kClosely;
  rules.until = "";
  rules.tld_not_numeric = true;
  rules.csv_of_xml_characters = true;
  rules.own_predecessor_broken = true;
  rules.reads_closely = true;
  rules.without = {};
  return rules;
}

constexpr Ruleset kRulesets[] = {
    Closely(kRst2026, "rst-v2026.05-2"), kRst2026, kRst2024, Closely(kGtld, "gtld-ra-2"), kGtld,
    Closely(kCctld, "cctld-2"),          kCctld,
};

// One line of the table.
struct Row {
  absl::string_view label;
  bool Ruleset::*flag;
  absl::string_view set;
  absl::string_view unset;
};
constexpr Row kRows[] = {
    {"file name of Specification 2", &Ruleset::file_name, "required", "no rule"},
    {"EPP parameters; secDNS and rgp in them", &Ruleset::epp_params_required, "required",
     "optional"},
    {"EPP parameters in the header", &Ruleset::epp_params_counted, "required", "optional"},
    {"objURI and extURI in IANA's registry", &Ruleset::epp_uris_registered, "required",
     "not asked"},
    {"gurid of registrars", &Ruleset::gurid_required, "required", "optional"},
    {"two hosts, one name, two roids", &Ruleset::host_names_unique, "error", "warning"},
    {"rdeHeader, rdePolicy in the menu alone", &Ruleset::menu_equals_header, "error", "warning"},
    {"namespaces outside RFC 9022", &Ruleset::namespaces_closed, "error", "warning"},
    {"header counts 0 of what must be there", &Ruleset::counts_positive, "error", "by the objects"},
    {"created or expiring at the very watermark", &Ruleset::watermark_excluded, "error",
     "accepted"},
    {"crDate, exDate of pendingCreate", &Ruleset::pending_create_has_dates, "required",
     "not required"},
    {"contacts named in a minimum data model", &Ruleset::minimum_has_no_references, "error",
     "warning"},
    {"policy requires the registrant", &Ruleset::policy_follows_model, "if and only if maximum",
     "as it likes"},
    {"hosts of host attributes, contacts of minimum data", &Ruleset::leaves_out_cases,
     "not looked at", "judged"},
    {"OpenPGP message without integrity", &Ruleset::integrity_by_message, "error",
     "warning if signed"},
    {"expiry more than ten years off", &Ruleset::terms_limited, "warning", "not asked"},
    {"names that end in a label of digits", &Ruleset::tld_not_numeric, "error", "accepted"},
    {"U+FFFE and U+FFFF in CSV", &Ruleset::csv_of_xml_characters, "error", "accepted"},
    {"DIFF or INCR after itself", &Ruleset::own_predecessor_broken, "error", "with bases only"},
    {"closer reading (below)", &Ruleset::reads_closely, "warnings", "not told"},
};

void AppendRow(absl::string_view label, const std::vector<std::string>& cells, std::string& out) {
  absl::StrAppend(&out, "| ", label, " | ", absl::StrJoin(cells, " | "), " |\n");
}

}  // namespace

absl::string_view ProfileName(Profile profile) {
  switch (profile) {
    case Profile::kRst:
      return "rst";
    case Profile::kGtld:
      return "gtld";
    case Profile::kCctld:
      return "cctld";
  }
  return "";
}

absl::StatusOr<Profile> ParseProfile(absl::string_view name) {
  for (const Profile profile : {Profile::kRst, Profile::kGtld, Profile::kCctld}) {
    if (ProfileName(profile) == name) return profile;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("profile \"", Printable(name), "\" is not one of rst, gtld, cctld"));
}

bool Ruleset::has(Code code) const {
  return std::find(without.begin(), without.end(), code) == without.end();
}

absl::Span<const Ruleset> Rulesets() { return kRulesets; }

absl::StatusOr<const Ruleset*> FindRuleset(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const Ruleset& ruleset : kRulesets) {
    if (ruleset.name == name) return &ruleset;
    names.push_back(ruleset.name);
  }
  return absl::InvalidArgumentError(absl::StrCat("rule set \"", Printable(name),
                                                 "\" is not one of ", absl::StrJoin(names, ", ")));
}

const Ruleset& RulesetInForce(Profile profile, const std::optional<absl::Time>& watermark) {
  const std::string date =
      watermark.has_value() ? absl::FormatTime("%Y-%m-%d", *watermark, absl::UTCTimeZone()) : "";
  const Ruleset* newest = nullptr;
  for (const Ruleset& ruleset : kRulesets) {
    if (ruleset.profile != profile) continue;
    if (ruleset.from <= date && (ruleset.until.empty() || date < ruleset.until)) return ruleset;
    // A revision comes before what it revises.
    if (newest == nullptr || newest->revises == ruleset.name) newest = &ruleset;
  }
  return *newest;
}

std::string RulesetTable() {
  std::vector<std::string> names, profiles, from, dashes;
  for (const Ruleset& ruleset : kRulesets) {
    names.push_back(absl::StrCat("`", ruleset.name, "`"));
    profiles.emplace_back(ProfileName(ruleset.profile));
    from.push_back(ruleset.from.empty()    ? "all"
                   : ruleset.until.empty() ? absl::StrCat("from ", ruleset.from)
                                           : absl::StrCat(ruleset.from, " until ", ruleset.until));
    dashes.emplace_back("---");
  }
  std::string out;
  AppendRow("", names, out);
  absl::StrAppend(&out, "|---|", absl::StrJoin(dashes, "|"), "|\n");
  AppendRow("profile", profiles, out);
  AppendRow("watermarks", from, out);
  std::vector<std::string> kinds;
  for (const Ruleset& ruleset : kRulesets) {
    kinds.emplace_back(!ruleset.admits_differential  ? "FULL only"
                       : !ruleset.admits_incremental ? "FULL, DIFF (INCR: warning)"
                                                     : "all");
  }
  AppendRow("kinds of deposit", kinds, out);
  for (const Row& row : kRows) {
    std::vector<std::string> cells;
    for (const Ruleset& ruleset : kRulesets) {
      cells.emplace_back(ruleset.*row.flag ? row.set : row.unset);
    }
    AppendRow(row.label, cells, out);
  }
  std::vector<std::string> without;
  for (const Ruleset& ruleset : kRulesets) {
    without.push_back(ruleset.without.empty() ? "none" : absl::StrCat(ruleset.without.size()));
  }
  AppendRow("codes that it does not have", without, out);
  return out;
}

}  // namespace tidemark::verifier
