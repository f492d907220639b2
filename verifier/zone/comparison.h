// A deposit against the zone that the TLD publishes: what is delegated, to whom, signed with what,
// and with which glue.
//
//   ZoneComparison comparison(space, memory_bytes_max);
//   RETURN_IF_ERROR(comparison.Add(domain, at));         // every object, in any order
//   RETURN_IF_ERROR(comparison.AddZone(source, tld));    // then the zone
//   RETURN_IF_ERROR(comparison.Finish(log));             // raises the differences
//
// Both sides go through one sort by owner, so memory is bounded whatever their size and order.
//
// Which domains are published, RFC 5731 section 2.3 and RFC 3915 section 3.1: those with name
// servers and without clientHold, serverHold, inactive, pendingCreate, pendingDelete (or one of its
// rgp statuses). pendingDelete is where registries differ: some take a name out of the zone at
// once, some when redemption ends; so what is published in spite of it is told as such.
//
// What it is not: a check of the zone by itself, or of anything but the TLD's delegations (the
// apex, its own servers and names below no delegation are left alone).
#ifndef TIDEMARK_VERIFIER_ZONE_COMPARISON_H_
#define TIDEMARK_VERIFIER_ZONE_COMPARISON_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/external_sort.h"
#include "base/scratch.h"
#include "rde/records.h"
#include "verifier/finding_log.h"

namespace tidemark::verifier {

class ZoneComparison {
 public:
  // `space` must outlive it.
  ZoneComparison(base::ScratchSpace& space, uint64_t memory_bytes_max);

  // Names that no zone can have are left out: others judge them. Errors are those of scratch.
  absl::Status Add(const rde::Domain& domain, const rde::Position& at);
  absl::Status Add(const rde::Host& host, const rde::Position& at);
  absl::Status Add(const rde::Nndn& nndn, const rde::Position& at);

  // INVALID_ARGUMENT: the zone is malformed, or another TLD's; others: the source's or scratch's.
  absl::Status AddZone(base::ByteSource& source, absl::string_view tld);

  absl::Status Finish(FindingLog& log);

 private:
  absl::Status Put(absl::string_view owner, char kind, absl::string_view data, char side,
                   absl::string_view note);
  absl::Status PutAddresses(absl::string_view owner, const std::vector<rde::HostAddress>& addresses,
                            absl::string_view place);
  absl::Status PutDs(const rde::Domain& domain, absl::string_view owner, absl::string_view place);

  base::ExternalSorter sorter_;
  std::string tld_;
  std::string key_;
  std::string value_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_ZONE_COMPARISON_H_
