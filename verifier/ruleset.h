// Rule sets as data: what a deposit is judged by, under a name that a verdict records.
//
// All rule sets share the rules of verifier/rules; a rule set says what of them is in force: named
// switches where RST, the Registry Agreement and RFC 9022 differ, and the codes that an older
// edition does not have. Rules ask for a switch, never for a name or a profile. The table of
// docs/findings.md "Profiles" is written from here, and a test holds the two together.
//
// Immutable; any thread.
#ifndef TIDEMARK_VERIFIER_RULESET_H_
#define TIDEMARK_VERIFIER_RULESET_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "verifier/code.h"

namespace tidemark::verifier {

// Which rules are in force. rst: ICANN's tests to the letter, FULL only. gtld: the Registry
// Agreement. cctld: RFC 8909 and RFC 9022 without ICANN's contract.
enum class Profile { kRst, kGtld, kCctld };
absl::string_view ProfileName(Profile profile);
absl::StatusOr<Profile> ParseProfile(absl::string_view name);

struct Ruleset {
  absl::string_view name;
  Profile profile;
  // Dates of watermarks, YYYY-MM-DD: the first that it is for, and the first that it is not for any
  // more. "" is without end.
  absl::string_view from;
  absl::string_view until;
  absl::string_view source;
  // The rule set that this one takes the place of, by the same text of others; "" for none.
  absl::string_view revises = "";

  // Kinds of deposit, RFC 8909 section 5.1: others than FULL at all, and INCR without remark.
  bool admits_differential = true;
  bool admits_incremental = true;
  bool file_name = false;                  // Specification 2, Part A, section 5
  bool epp_params_required = false;        // the object, and secDNS and rgp among its extensions
  bool epp_params_counted = false;         // in the header of a deposit of the XML model
  bool epp_uris_registered = false;        // every objURI and extURI is in IANA's registry
  bool gurid_required = false;             // of every registrar
  bool host_names_unique = false;          // also under different roids
  bool menu_equals_header = false;         // else the menu may list rdeHeader and rdePolicy besides
  bool namespaces_closed = false;          // no object types beyond RFC 9022
  bool counts_positive = false;            // of the object types that must be there
  bool watermark_excluded = false;         // nothing is created or expires at the very watermark
  bool pending_create_has_dates = false;   // crDate and exDate of names not allocated yet
  bool minimum_has_no_references = false;  // to contacts that a minimum data model leaves out
  bool policy_follows_model = false;       // a policy requires the registrant iff the model does
  bool leaves_out_cases = false;           // rde-08 for host attributes, rde-09 for minimum data
  bool integrity_by_message = false;       // else a valid signature does for an OpenPGP message
  bool terms_limited = false;              // no registration beyond ten years
  // What docs/decisions/0058 says of these four.
  bool tld_not_numeric = false;         // no name ends in a label of digits alone
  bool csv_of_xml_characters = false;   // CSV holds characters of XML only
  bool own_predecessor_broken = false;  // no DIFF or INCR names itself as its predecessor
  bool reads_closely = false;           // warnings about dates, keys, statuses, addresses, NNDN
  // Codes that it does not have.
  absl::Span<const Code> without;

  bool has(Code code) const;
};

// The newest of a profile before older ones.
absl::Span<const Ruleset> Rulesets();
// INVALID_ARGUMENT, with the names that there are.
absl::StatusOr<const Ruleset*> FindRuleset(absl::string_view name);
// The profile's rule set for a deposit of this watermark. Where none is for that time, it is the
// newest edition as we read it first, so that what was judged once is judged so again.
const Ruleset& RulesetInForce(Profile profile, const std::optional<absl::Time>& watermark);

// The table of docs/findings.md, in Markdown.
std::string RulesetTable();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULESET_H_
