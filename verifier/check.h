// The verifier's front door: a streaming judge of one deposit, and its report.
//
//   DepositChecker checker(options);
//   absl::Status status = rde::ReadDeposit(*source, checker);
//   if (!status.ok()) checker.CouldNotRead(status);
//   Report report = checker.Finish();
//
// It keeps fingerprints of keys and a bounded number of findings, never records, and no more of
// them in memory than Resources says: the rest is in scratch files. Objects may come in any order.
// The same bytes and options give the same report, whatever the resources.
//
// A flaw in a deposit is a finding. `fail` means at least one ERROR or CRITICAL; `undecided` means
// that we could not read it, or cannot judge what it holds (also because scratch could not be
// written: the skipped codes say why), and says nothing about the registry.
//
// Threads: one thread at a time. Threat: the deposit is hostile; see verifier/finding.h for what
// may be quoted, base/limits.h for what is bounded.
#ifndef TIDEMARK_VERIFIER_CHECK_H_
#define TIDEMARK_VERIFIER_CHECK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/scratch.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "rde/registry_report.h"
#include "verifier/finding.h"
#include "verifier/id_list.h"
#include "verifier/previous_report.h"
#include "verifier/recoverability.h"
#include "verifier/ruleset.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {

enum class DataModel { kMinimum, kMaximum, kPerRegistrar };
absl::StatusOr<DataModel> ParseDataModel(absl::string_view name);
absl::string_view DataModelName(DataModel model);
enum class HostModel { kObjects, kAttributes };
absl::StatusOr<HostModel> ParseHostModel(absl::string_view name);
absl::string_view HostModelName(HostModel model);

// Bounds of what may be configured.
inline constexpr uint64_t kMemoryBytesMin = 8ull << 20;
inline constexpr uint64_t kMemoryBytesMax = 1ull << 40;
inline constexpr int kThreadsMax = 64;

// What a run may use. Reports do not depend on it.
struct Resources {
  // For keys of objects and what else grows with the deposit; beyond it, scratch is used. The
  // default holds about 100,000 domains with their contacts and hosts, so that larger deposits take
  // hardly more memory.
  uint64_t memory_bytes_max = 40ull << 20;
  std::string scratch_dir;  // base/scratch.h; "" is the system's
  int threads = 1;
  // In place of files below scratch_dir, for a process that may not open any: an encrypted one.
  std::shared_ptr<base::ScratchSpace> scratch = nullptr;
};

// From how many objects on a registry without something is implausible (rules/plausibility.cc).
// Updates, transfers, deletions and a second lock are each met in one of a hundred domains or more,
// so that a thousand without any are met by luck once in 20,000 registries. Signed delegations are
// rarer in some TLDs, one of a thousand: hence ten thousand. A host or contact that no domain
// refers to is an exception everywhere.
struct PlausibilityLimits {
  int64_t domains_min = 1'000;
  int64_t signing_domains_min = 10'000;
  int64_t objects_min = 100;  // hosts, contacts
};

// What is not given is not guessed: rules that need it are listed in Report::skipped.
struct CheckOptions {
  Profile profile = Profile::kGtld;
  // Default: the profile's, in force at the deposit's watermark. One that is given decides the
  // profile as well.
  const Ruleset* ruleset = nullptr;
  std::optional<std::string> tld;        // default: the header's
  absl::Time now;                        // required
  std::optional<std::string> file_name;  // absent for standard input
  std::optional<DataModel> data_model;
  std::optional<HostModel> host_model;
  // IANA's lists, which must outlive the checker; null where they are not given.
  const IdList* repository_ids = nullptr;
  const IdList* registrar_ids = nullptr;
  std::optional<std::vector<std::string>> idn_tables;  // ids; empty means that the TLD has none
  // Namespaces of the registry's own whose objects verifier/extension judges: no surprise.
  std::vector<std::string> extension_uris;
  // What whoever reads the deposit does not look at.
  std::vector<Skip> skipped;
  PlausibilityLimits plausibility;
  // The registry's own report; a Status says what is wrong with it.
  std::optional<absl::StatusOr<rde::RegistryReport>> registry_report;
  // The accepted deposit before this one; a Status says why it cannot be compared with.
  std::optional<absl::StatusOr<PreviousReport>> previous;
  DriftLimits drift;
  // The zone that the TLD published at the watermark, a master file; read once.
  std::shared_ptr<base::ByteSource> zone;
  Resources resources;
};

enum class Verdict { kPass, kFail, kUndecided };
// "pass", "fail", "undecided".
absl::string_view VerdictName(Verdict verdict);

// The deposit element as it was; what was absent or unreadable is absent.
struct DepositSummary {
  std::optional<std::string> id;
  std::optional<std::string> kind;
  std::optional<absl::Time> watermark;
  std::optional<uint16_t> resend;
  std::optional<std::string> prev_id;
};

struct Report {
  Verdict verdict = Verdict::kUndecided;
  std::optional<std::string> tld;
  DepositSummary deposit;
  std::string ruleset;
  std::string profile;
  absl::Time now;
  // Objects of the repository that we counted, by namespace; without the header itself. Empty for
  // a DIFF or INCR without its base: what it holds is not the repository.
  std::map<std::string, int64_t> counts;
  // What the header says of whole namespaces, beside it; for people, and not in the JSON.
  std::map<std::string, int64_t> header_counts;
  // Of the whole repository, hence absent where `counts` is empty, and for what was not read to its
  // end. Recoverability also where there are no contacts.
  std::optional<Statistics> statistics;
  std::optional<Recoverability> recoverability;
  // What was compared with, if it was; for people, and not in the JSON.
  std::optional<PreviousReport> previous;
  std::vector<Skip> skipped;      // ordered, without repetition
  std::vector<Finding> findings;  // ordered: finding_log.h
  // What Position::file of a finding means; without 0, the deposit's XML itself.
  std::map<uint16_t, std::string> files;
};

class DepositChecker final : public rde::RecordSink {
 public:
  explicit DepositChecker(CheckOptions options);
  ~DepositChecker() override;

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  void OnFlaw(const rde::Flaw& flaw) override;
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override;

  // A flaw that is not in the deposit itself but around it, which only its giver knows: custody
  // (verifier/service), or an OpenPGP message.
  void AddCustodyFinding(Code code, absl::string_view message);
  // The records that come are the whole repository that a DIFF or INCR and its bases give together
  // (verifier/base_chain.h). Before the first of them.
  void JudgeRepository();
  // Findings that only a look at several deposits can give; `count` is how many there are in all.
  void AddFindings(Code code, int64_t count, std::vector<Finding> findings);
  // In place of CheckOptions::file_name: what is known of it only once the deposit is opened.
  // Before Finish().
  void NameFile(std::optional<std::string> file_name);
  // What its giver did not let us judge.
  void AddSkip(Code code, absl::string_view why);
  // Our own failure to read: the verdict is undecided, unless an ERROR was found before.
  void CouldNotRead(const absl::Status& status);

  // The deposit element, once it was read; null before and without one.
  const rde::DepositInfo* deposit() const;
  // The rule set that judges. Final once the deposit element was read.
  const Ruleset& rules() const;
  // The TLD of the first header; null without one.
  const std::string* header_tld() const;

  // Once, at the end.
  Report Finish();

  // What was written to scratch so far.
  uint64_t spilled_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_CHECK_H_
