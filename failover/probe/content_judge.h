// The sets of records at every name below the apex, as a zone has them, against what the deposit
// wants there: both ways, by content, whatever order they come in.
//
//   NS, DS, addresses   each set equal; none missing, none too much
//   TTL                 of every record of such a set, and of NSEC3, by policy (zone_ttls.h)
//   RRSIG               one at least of each DS, NSEC3 and of addresses that no delegation is at
//                       or above; none of anything else
//
// What it is not: a validator (zone_verification.h).
//
// Memory: that of a sort, and the records of one name, of which no more are looked at than an
// answer has room for. Threads: one.
#ifndef TIDEMARK_FAILOVER_PROBE_CONTENT_JUDGE_H_
#define TIDEMARK_FAILOVER_PROBE_CONTENT_JUDGE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "failover/probe/owner_lines.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whole_zone.h"

using ldns_rr = struct ldns_struct_rr;  // libldns's

namespace tidemark::failover::probe {

class ContentJudge {
 public:
  using Differ = std::function<void(const std::string& name, std::string what)>;

  // `testimony` must outlive it, and has what is wanted of the whole zone.
  explicit ContentJudge(const Testimony& testimony);

  // NS, DS, A, AAAA, NSEC3, or a signature of one of them, at a name below the apex.
  void Take(const ldns_rr& record, const std::string& owner);
  // Once, after the last. Errors: those of sorting.
  absl::Status Finish(const Differ& differ, WholeZoneResult& result);

 private:
  struct Seen;
  absl::StatusOr<bool> NextSeen(Seen& seen);
  void Compare(const OwnerContent& wanted, const Seen& seen);
  void CompareTtls(const Seen& seen);
  void CompareSignatures(const Seen& seen);
  void DifferAt(const std::string& name, std::string what) { (*differ_)(name, std::move(what)); }
  bool IsAtOrBelowDelegation(absl::string_view name) const;

  const Testimony& testimony_;
  absl::flat_hash_set<std::string> own_servers_;
  OwnerLines lines_;
  bool has_line_ = false;  // one that is of the name after the last
  const Differ* differ_ = nullptr;
  WholeZoneResult* result_ = nullptr;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_CONTENT_JUDGE_H_
