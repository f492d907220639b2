// What has to happen in the parent zone so that a rebuilt TLD takes over, and when each step is
// safe: the changes of NS, glue and DS, and a timeline that counts TTLs and signature lifetimes
// (RFC 6781 section 4.3.5, RFC 7583 sections 3.2 and 3.3). docs/formats/cutover.md derives every
// time.
//
// Facts in, plan out: it reads no clock, no file and asks no server. Every time is one at which the
// parent zone, or a server, shows something; how long a request takes until the parent shows it is
// not known here, so all of it is counted from the moment at which the first change is published.
//
// What it is not: a promise. It bounds what caches may hold by TTLs; a resolver that keeps answers
// for longer, or that asks old servers again and again because they name themselves, is not
// bounded.
#ifndef TIDEMARK_FAILOVER_CUTOVER_PLAN_H_
#define TIDEMARK_FAILOVER_CUTOVER_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::failover {

struct NameServer {
  std::string name;                    // canonical
  std::vector<std::string> addresses;  // glue; only of names inside the TLD
  bool operator==(const NameServer&) const = default;
};

// One side's zone, as far as a cut-over is concerned.
struct ZoneFacts {
  std::vector<NameServer> servers;
  uint32_t serial = 0;
  absl::Duration ns_ttl;
  absl::Duration address_ttl;        // of any address of its servers that it has itself
  absl::Duration negative_ttl;       // RFC 2308 section 5
  absl::Duration ttl_max;            // of any record
  absl::Duration signed_ttl_max;     // of any that is signed; zero without signatures
  absl::Duration dnskey_ttl;         // zero without keys
  std::vector<std::string> dnskeys;  // "257 3 13 base64", those that sign
  std::vector<std::string> ds;       // of key-signing keys: "tag algorithm type digest"
  std::optional<absl::Time> first_signature_ends;
  std::optional<absl::Time> last_signature_ends;
};

// What the signer does (knot.conf): every signature lives so long when made, and is renewed so long
// before its end.
struct SignaturePolicy {
  absl::Duration lifetime;
  absl::Duration refresh;
};

// Of the parent zone's records about the TLD; the defaults are the root zone's.
struct ParentTtls {
  absl::Duration ns = absl::Hours(48);
  absl::Duration ds = absl::Hours(24);
  absl::Duration negative = absl::Hours(24);
  // From the first of its servers that shows a change to the last (DprpP of RFC 7583
  // section 3.3.1).
  absl::Duration propagation = absl::Hours(1);
};

enum class OldServers { kSilent, kAnswering };

struct CutoverFacts {
  std::string tld;
  ZoneFacts new_zone;
  SignaturePolicy signatures;
  std::optional<ZoneFacts> old_zone;
  // What the parent shows; nothing: not known, empty: it has none.
  std::optional<std::vector<std::string>> old_ds;
  // TTLs that stood beside it, of DS or of their absence: the parent's are no less. What a cache
  // was asked for counts down, so they may well be more.
  absl::Duration seen_ds_ttl;
  absl::Duration seen_negative_ttl;
  ParentTtls parent;
  OldServers old_servers = OldServers::kSilent;
  absl::Time at;  // when the parent publishes the first change, for the absolute times
};

enum class KeyCase {
  kOldKeys,   // a DS that the parent has fits a key of ours: no DS changes but stale ones
  kLostKeys,  // none does, or it is not known
  kUnsigned,  // the parent has no DS
};
absl::string_view KeyCaseName(KeyCase key_case);  // "old-keys", ...

enum class ChangeAction { kAdd, kRemove, kKeep };
absl::string_view ChangeActionName(ChangeAction action);

// A record about the TLD in the parent zone.
struct RecordChange {
  ChangeAction action;
  std::string owner;
  std::string type;  // NS, A, AAAA, DS
  std::string data;  // "*": whatever is there
  bool operator==(const RecordChange&) const = default;
};

struct PlanStep {
  std::string id;     // for programs
  std::string title;  // for people
  // Earliest, since the parent published the first change; nothing: before that.
  std::optional<absl::Duration> after;
  std::string why;
  std::vector<RecordChange> changes;  // what to ask the parent for, if it is about that
};

// What somebody who asks may get between two moments.
enum class Seen { kSecure, kInsecure, kBogus, kUnreachable };
absl::string_view SeenName(Seen seen);
struct PlanWindow {
  std::string who;
  Seen seen;
  std::optional<absl::Duration> from;   // nothing: already now
  std::optional<absl::Duration> until;  // nothing: from then on
  std::string why;
};

struct PlanDeadline {
  std::string what;
  absl::Time by;
  bool is_missed = false;  // before `at`
  std::string why;
};

struct CutoverPlan {
  KeyCase key_case;
  std::vector<PlanStep> steps;      // in order of time
  std::vector<PlanWindow> windows;  // in order of time
  std::vector<PlanDeadline> deadlines;
  std::vector<std::string> warnings;
};

// INVALID_ARGUMENT: facts that cannot be, such as a new zone without servers or keys, or a time,
// of the change or of what follows, that is not between 1970 and 9999.
absl::StatusOr<CutoverPlan> MakePlan(const CutoverFacts& facts);

// cutover.json and cutover.md: docs/formats/cutover.md.
std::string PlanJson(const CutoverFacts& facts, const CutoverPlan& plan);
std::string PlanMarkdown(const CutoverFacts& facts, const CutoverPlan& plan);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_PLAN_H_
