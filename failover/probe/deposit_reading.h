// The two readings of a deposit that make a testimony.
#ifndef TIDEMARK_FAILOVER_PROBE_DEPOSIT_READING_H_
#define TIDEMARK_FAILOVER_PROBE_DEPOSIT_READING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/publishing.h"
#include "failover/probe/seeded_sample.h"
#include "failover/probe/testimony.h"
#include "rde/reader.h"

namespace tidemark::failover::probe {

// Whether a reading came to its end.
class ReadingSink : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo&, const rde::Position&) override { has_deposit_ = true; }
  void OnFlaw(const rde::Flaw& flaw) override { broke_off_ |= rde::EndsReading(flaw.kind); }
  // FAILED_PRECONDITION
  absl::Status CheckEnd() const;

 private:
  bool has_deposit_ = false;
  bool broke_off_ = false;
};

// What must be, or must not be, delegated.
struct Candidate {
  std::string name;
  std::string servers;
  std::string ds;
  std::string mirrored;  // whose servers they are, of a variant without its own
};

// Candidates by what decides about them besides themselves: the name above them, "" if that is the
// TLD, and the original that they mirror, "" if none. A registry has few of the first.
using CandidateCounts = absl::flat_hash_map<std::pair<std::string, std::string>, uint64_t>;

// Which names are judged, and what their own records say.
class FirstReading final : public ReadingSink {
 public:
  FirstReading(const WitnessOptions& options, std::string tld);
  void OnRecord(const rde::Record& record, const rde::Position& at) override;

  WitnessCounts counts;  // without delegations, which the second reading counts
  CandidateCounts candidates;
  SeededSample<Candidate> delegations;
  SeededSample<std::string> withheld;
  SeededSample<Registration> registrations;
  SeededSample<std::string> nndns;
  absl::flat_hash_map<std::string, RegistrarFacts> registrars;

 private:
  void TakeDomain(const rde::Domain& domain);
  void TakeNndn(const rde::Nndn& nndn);
  void Count(const std::string& name, const std::string& original);

  const WitnessOptions& options_;
  const std::string tld_;
  const PendingDelete policy_;
};

// What they refer to.
class SecondReading final : public ReadingSink {
 public:
  // `testimony` has registrations and registrars; its delegations come with Finish().
  SecondReading(const WitnessOptions& options, std::vector<Candidate> candidates,
                CandidateCounts counts, std::vector<std::string> absent, Testimony& testimony);
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  // Once the deposit was read: true if it must be read once more, because mirrored names brought
  // servers whose addresses may have been passed by.
  bool WantsMore();
  // Fills the testimony.
  void Finish();

 private:
  void WantAncestors(const std::string& name);
  void WantOriginal(const std::string& name);
  bool IsHidden(absl::string_view name) const;
  // What a mirror of it has; "" if it is not delegated itself.
  std::string ServersOfOriginal(const std::string& name) const;
  // True if there is one whose addresses were not wanted yet.
  bool WantServers(const std::string& lines);
  void TakeDomain(const rde::Domain& domain);
  void FinishCounts();
  void FinishRegistrations();
  void TakeAddresses(absl::string_view host, const std::vector<rde::HostAddress>& addresses);

  const WitnessOptions& options_;
  const PendingDelete policy_;
  Testimony& testimony_;
  std::vector<Candidate> candidates_;
  const CandidateCounts counts_;
  std::vector<std::string> absent_;
  // Names above candidates, and those whose servers others mirror: servers as lines, "" where the
  // name is not delegated.
  absl::flat_hash_map<std::string, std::string> others_;
  absl::flat_hash_set<std::string> absent_names_;  // without those that turn out to be domains
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_DEPOSIT_READING_H_
