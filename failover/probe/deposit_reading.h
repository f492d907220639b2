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
#include "failover/probe/content_collector.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/publishing.h"
#include "failover/probe/registered_names.h"
#include "failover/probe/seeded_sample.h"
#include "failover/probe/server_addresses.h"
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

enum class NameOf { kDomain, kNndn };

// What must be delegated, if nothing above or behind it says otherwise.
struct Candidate {
  std::string name;
  NameOf object = NameOf::kDomain;
  std::string servers;
  std::string ds;
  std::string mirrored;  // whose servers they are, of a variant without its own
};

struct Withheld {
  std::string name;
  NameOf object = NameOf::kDomain;
};

// Candidates by what decides about them besides themselves: the name above them, "" if that is the
// TLD, and the original that they mirror, "" if none. A registry has few of the first.
using CandidateGroups =
    absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<uint64_t>>;

// Which names are judged, and what their own records say.
class FirstReading final : public ReadingSink {
 public:
  // `content` gets what decides about the whole zone; null: nobody asks for that.
  FirstReading(const WitnessOptions& options, std::string tld, ContentCollector* content);
  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;

  rde::DepositInfo deposit;
  WitnessCounts counts;        // without delegations, which the second reading counts
  CandidateGroups candidates;  // domains, by the hashes of their names
  WantedZone zone;             // what of it no other record decides about
  absl::flat_hash_map<std::string, std::string> mirrored;  // NNDNs: their originals
  SeededSample<Candidate> delegations;
  SeededSample<Withheld> withheld;
  SeededSample<Registration> registrations;
  SeededSample<std::string> nndns;
  absl::flat_hash_map<std::string, RegistrarFacts> registrars;

 private:
  void TakeDomain(const rde::Domain& domain);
  void TakeNndn(const rde::Nndn& nndn);
  void TakeRegistrar(const rde::Registrar& registrar);

  const WitnessOptions& options_;
  const std::string tld_;
  const PendingDelete pending_delete_;
  ContentCollector* const content_;
};

// What they refer to.
class SecondReading final : public ReadingSink {
 public:
  // `made_up`: names that nobody registered, as far as chance goes. `testimony` has TLD and policy;
  // the rest comes with Finish().
  SecondReading(FirstReading first, std::vector<std::string> made_up, Testimony& testimony,
                ContentCollector* content);
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  // Once the deposit was read: true if it must be read once more, because mirrored names brought
  // servers whose addresses may have been passed by.
  bool WantsMore();
  // Fills the testimony. Errors: those of putting the whole zone together, if that is wanted.
  absl::Status Finish();

 private:
  void Want();
  void TakeDomain(const rde::Domain& domain);
  // True of an NNDN whose name is a domain as well, which decides (RFC 9022 section 5.6).
  bool IsOverruled(const std::string& name, NameOf object) const;
  void Count(absl::string_view above, absl::string_view original,
             const std::vector<uint64_t>& hashes);
  void FinishCounts();
  void FinishRegistrations();
  void FinishDelegations();
  absl::Status FinishContent();

  Testimony& testimony_;
  std::vector<Candidate> candidates_;
  std::vector<Withheld> withheld_;
  std::vector<std::string> absent_;
  CandidateGroups groups_;
  absl::flat_hash_map<std::string, std::string> mirrored_;  // without those that are domains
  absl::flat_hash_set<std::string> no_domains_;  // of the names judged, without those that are
  RegisteredNames names_;
  ServerAddresses addresses_;
  ContentCollector* const content_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_DEPOSIT_READING_H_
