// What a deposit has at names on which others depend: those above them, and those whose servers
// they mirror. Decides what is delegated there, by itself (deposit_witness.h says by which rules).
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTERED_NAMES_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTERED_NAMES_H_

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "failover/probe/publishing.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

// Where a host stands in the zone (RFC 9471, SSAC 048).
enum class HostPlace {
  kDelegated,      // at or below a delegated name: glue
  kUnregistered,   // no object of the deposit is at or above it
  kAtUndelegated,  // it is a name of the deposit, and not delegated
  kBelowUndelegated
};

class RegisteredNames {
 public:
  // `tld` is plain.
  RegisteredNames(std::string tld, PendingDelete policy) : tld_(std::move(tld)), policy_(policy) {}

  // What is asked below about a name must be wanted before the deposit is read, the name plain, and
  // so must every original that a variant of the deposit mirrors. What is not inside the TLD is no
  // matter.
  void WantAncestors(absl::string_view name);      // IsHidden()
  void WantWithAncestors(absl::string_view name);  // the others

  void Take(const std::string& name, const rde::Domain& domain);
  void Take(const std::string& name, const rde::Nndn& nndn);
  // The deposit was read to its end. What is wanted from now on needs one more reading.
  void EndReading() { has_new_ = false; }
  bool WantsMore() const { return has_new_; }

  // Whether a name above is delegated.
  bool IsHidden(absl::string_view name) const;
  // Whether it is delegated, or hidden by one that is.
  bool IsAtOrBelowDelegation(absl::string_view name) const;
  HostPlace PlaceOf(absl::string_view host) const;
  // The servers of its own of a domain that others mirror, as lines; "" if there is nothing to
  // mirror. Below a name that mirrors another there is no original, whatever it has to mirror
  // (decision 41: no mirrors of mirrors).
  std::string ServersOf(absl::string_view original) const;

 private:
  struct Name {
    bool is_domain = false;
    bool is_nndn = false;
    bool mirrors = false;
    std::string servers = "";   // its own, as lines; "" unless it may be delegated to them
    std::string mirrored = "";  // whose servers it has instead
  };

  void Want(absl::string_view name);
  bool IsDelegated(const Name& name) const;
  const Name* Find(absl::string_view name) const;

  const std::string tld_;
  const PendingDelete policy_;
  bool has_new_ = false;
  absl::flat_hash_map<std::string, Name> names_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTERED_NAMES_H_
