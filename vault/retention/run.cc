// A run over all TLDs, and the plan as people are told it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/retention/retention_impl.h"
#include "vault/retention/tld_round.h"

namespace tidemark::vault::retention {
namespace {

// How often a TLD's turn begins anew because something happened to the TLD meanwhile.
constexpr int kTurnsMax = 8;

std::string InWords(const tidemark::v1::CustodyAct::Erased& erased) {
  return erased.where() == tidemark::v1::CustodyAct::Erased::WHERE_PRIMARY
             ? std::string("primary")
             : absl::StrCat("replica ", erased.detail());
}

}  // namespace

absl::StatusOr<WitnessedTime> RetentionImpl::ReadTime() const {
  return WitnessedTime::Read(
      books_.LogSize(),
      [this](uint64_t index) -> absl::StatusOr<int64_t> {
        ASSIGN_OR_RETURN(const tidemark::v1::LogLeaf leaf, ReadLeaf(store_, index));
        return leaf.time_unix_micros();
      },
      clock_.Now());
}

std::string RetentionImpl::ClockObjection(const WitnessedTime& time) const {
  if (time.IsBehind()) {
    return "the clock stands before the log's last entry: one of them is wrong";
  }
  if (policy_.trust_clock) return "";
  const std::string state = books_.KernelClockState();
  if (state == "synchronised") return "";
  return absl::StrCat("the kernel says that the clock is ", state,
                      "; synchronise it, or vouch for it with retention.trust_clock = true");
}

absl::StatusOr<std::vector<PlanEntry>> RetentionImpl::Plan(absl::string_view tld) const {
  ASSIGN_OR_RETURN(const WitnessedTime time, ReadTime());
  ASSIGN_OR_RETURN(const Erasures erasures, ReadErasures(store_));
  std::vector<std::string> tlds = {std::string(tld)};
  if (tld.empty()) {
    ASSIGN_OR_RETURN(tlds, ReadTlds(store_));
  }
  const std::string objection = ClockObjection(time);
  std::vector<PlanEntry> entries;
  for (const std::string& each : tlds) {
    ASSIGN_OR_RETURN(const TldRows rows, ReadTld(store_, each));
    if (entries.size() + rows.facts.size() > base::kListEntriesMax) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", base::kListEntriesMax,
                                                       " deposits; ask for one TLD at a time"));
    }
    std::vector<Fate> fates = MakePlan(policy_, time, rows.facts);
    for (size_t i = 0; i < fates.size(); ++i) {
      const DepositFacts& facts = rows.facts[i];
      PlanEntry entry = {.deposit = facts.deposit,
                         .received_at_unix_micros = facts.received_at_unix_micros,
                         .keep_until_unix_micros = fates[i].keep_until_unix_micros,
                         .kept_by = std::move(fates[i].kept_by),
                         .is_due = objection.empty() && fates[i].is_due,
                         .clock_objection = objection,
                         .shredded_log_index = facts.shredded_log_index,
                         .erased = {}};
      const auto erased = erasures.find(facts.shredded_log_index);
      if (facts.shredded_log_index != 0 && erased != erasures.end()) {
        for (const auto& act : erased->second) entry.erased.push_back(InWords(act));
      }
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

absl::Status RetentionImpl::RunTld(const std::string& tld, bool is_unfinished, RunMode mode,
                                   bool may_shred, const WitnessedTime& time,
                                   const std::atomic<bool>& stop, RunSummary& summary,
                                   std::set<std::string>& deferred) {
  const RoundOptions options = {policy_, time, may_shred, mode};
  bool may_be_unfinished = is_unfinished;
  for (int turn = 0; turn < kTurnsMax; ++turn) {
    TldRound round(store_, books_, options, tld, summary);
    const absl::Status done = round.Run(may_be_unfinished, stop);
    if (absl::IsAborted(done) && !stop.load()) {
      // It may have shredded some.
      may_be_unfinished = true;
      continue;
    }
    if (!done.ok() || round.is_deferred()) deferred.insert(tld);
    return done;
  }
  deferred.insert(tld);
  return absl::OkStatus();
}

absl::StatusOr<RunSummary> RetentionImpl::Run(RunMode mode, std::atomic<bool>& stop) {
  if (!run_mutex_.TryLock()) {
    return absl::UnavailableError("a retention run is going on already");
  }
  const std::unique_ptr<absl::Mutex, void (*)(absl::Mutex*)> unlock(
      &run_mutex_, [](absl::Mutex* mutex) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex->Unlock(); });
  RunSummary summary;
  ASSIGN_OR_RETURN(const WitnessedTime time, ReadTime());
  summary.clock_objection = ClockObjection(time);
  ASSIGN_OR_RETURN(const std::vector<Unconfirmed> unconfirmed, ReadUnconfirmed());
  std::set<std::string> unfinished;
  for (const Unconfirmed& shredded : unconfirmed) unfinished.insert(shredded.deposit.tld());
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds, ReadTlds(store_));
  absl::Status first_error;
  std::set<std::string> deferred;
  for (const std::string& tld : tlds) {
    const absl::Status done =
        RunTld(tld, unfinished.contains(tld), mode, summary.clock_objection.empty(), time, stop,
               summary, deferred);
    if (stop.load()) return absl::AbortedError("told to stop; the next run goes on");
    if (done.ok()) continue;
    base::Log(base::LogLevel::kError, "retention-tld-failed",
              {{"tld", tld}, {"status", done.ToString()}});
    first_error.Update(done);
  }
  summary.tlds_deferred = deferred.size();
  if (mode == RunMode::kDelete) RETURN_IF_ERROR(Erase(deferred, stop, summary));
  RETURN_IF_ERROR(first_error);
  return summary;
}

}  // namespace tidemark::vault::retention
