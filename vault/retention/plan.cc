#include "vault/retention/plan.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"

namespace tidemark::vault::retention {
namespace {

using tidemark::v1::DEPOSIT_KIND_FULL;
using tidemark::v1::DEPOSIT_KIND_INCR;
using tidemark::v1::VERDICT_OUTCOME_PASS;

// One TLD's deposits, and the questions that the rules ask of them.
class Catalogue final {
 public:
  explicit Catalogue(absl::Span<const DepositFacts> facts) : facts_(facts) {
    for (size_t i = 0; i < facts.size(); ++i) {
      highest_resend_[facts[i].deposit.id()] = i;
      if (facts[i].latest_verdict == VERDICT_OUTCOME_PASS) {
        highest_passed_[facts[i].deposit.id()] = i;
      }
      // A base that is gone helps nobody: the highest resend that is there takes its place, one
      // that passed before one that did not.
      if (IsHeld(i)) {
        const auto base = bases_.emplace(facts[i].deposit.id(), i).first;
        const bool base_passed = facts[base->second].latest_verdict == VERDICT_OUTCOME_PASS;
        if (!base_passed || facts[i].latest_verdict == VERDICT_OUTCOME_PASS) base->second = i;
      }
    }
  }

  bool IsHeld(size_t i) const { return facts_[i].shredded_log_index == 0; }
  // A deposit that passed gives way only to a resend that passed, too.
  bool IsSuperseded(size_t i) const {
    const auto& resends = facts_[i].latest_verdict == VERDICT_OUTCOME_PASS ? highest_passed_
                                                                           : highest_resend_;
    return resends.at(facts_[i].deposit.id()) != i;
  }

  // The newest FULL that passed; without any, the newest FULL.
  std::optional<size_t> Anchor() const {
    std::optional<size_t> passed;
    std::optional<size_t> any;
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (!IsHeld(i) || IsSuperseded(i) || facts_[i].kind != DEPOSIT_KIND_FULL) continue;
      if (IsNewer(i, any)) any = i;
      if (facts_[i].latest_verdict == VERDICT_OUTCOME_PASS && IsNewer(i, passed)) passed = i;
    }
    return passed.has_value() ? passed : any;
  }

  // What deposit `i` is replayed on next; nothing for a FULL, and where the chain is broken.
  std::optional<size_t> BaseOf(size_t i) const {
    const DepositFacts& deposit = facts_[i];
    if (deposit.kind == DEPOSIT_KIND_FULL) return std::nullopt;
    if (!deposit.prev_id.empty()) {
      const auto found = bases_.find(deposit.prev_id);
      if (found == bases_.end()) return std::nullopt;
      return found->second;
    }
    // RFC 8909: prevId is optional in an INCR, which is on the newest FULL before it.
    if (deposit.kind != DEPOSIT_KIND_INCR) return std::nullopt;
    std::optional<size_t> base;
    for (size_t j = 0; j < facts_.size(); ++j) {
      if (!IsHeld(j) || IsSuperseded(j) || facts_[j].kind != DEPOSIT_KIND_FULL) continue;
      if (facts_[j].watermark_unix_seconds > deposit.watermark_unix_seconds) continue;
      if (!base.has_value() ||
          facts_[j].watermark_unix_seconds >= facts_[*base].watermark_unix_seconds) {
        base = j;
      }
    }
    return base;
  }

 private:
  bool IsNewer(size_t i, const std::optional<size_t>& than) const {
    return !than.has_value() ||
           facts_[i].received_at_unix_micros >= facts_[*than].received_at_unix_micros;
  }

  const absl::Span<const DepositFacts> facts_;
  std::map<std::string, size_t> highest_resend_;
  std::map<std::string, size_t> highest_passed_;
  std::map<std::string, size_t> bases_;  // of each id the resend that others are replayed on
};

void KeepByRule(const Catalogue& catalogue, absl::Span<const DepositFacts> facts, size_t i,
                const std::optional<size_t>& anchor, Fate& fate) {
  for (const std::string& case_id : facts[i].holds) {
    fate.kept_by.push_back(absl::StrCat("hold ", case_id));
  }
  if (catalogue.IsSuperseded(i)) return;
  if (!anchor.has_value()) {
    fate.kept_by.push_back("the TLD has no FULL");
  } else if (i == *anchor) {
    fate.kept_by.push_back(facts[i].latest_verdict == VERDICT_OUTCOME_PASS
                               ? "the TLD's newest FULL with a pass verdict"
                               : "the TLD's newest FULL; none passed");
  } else if (facts[i].received_at_unix_micros >= facts[*anchor].received_at_unix_micros) {
    fate.kept_by.push_back(absl::StrCat("received after ", facts[*anchor].deposit.ToString()));
  }
}

}  // namespace

absl::Duration MarginOf(const Policy& policy) {
  return policy.trust_clock ? absl::ZeroDuration() : kStepMax;
}

std::vector<Fate> MakePlan(const Policy& policy, const WitnessedTime& time,
                           absl::Span<const DepositFacts> facts) {
  const Catalogue catalogue(facts);
  const std::optional<size_t> anchor = catalogue.Anchor();
  const absl::Duration keep_for = policy.keep_for + MarginOf(policy);
  std::vector<Fate> fates(facts.size());
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!catalogue.IsHeld(i)) continue;
    const int64_t received_at = facts[i].received_at_unix_micros;
    fates[i].is_old = time.Since(received_at) >= keep_for;
    fates[i].keep_until_unix_micros =
        received_at + absl::ToInt64Microseconds(keep_for + time.UnwitnessedSince(received_at));
    KeepByRule(catalogue, facts, i, anchor, fates[i]);
  }
  // Whatever stays, for its age or for another reason, has its bases stay.
  std::vector<bool> is_walked(facts.size(), false);
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!catalogue.IsHeld(i) || (fates[i].is_old && fates[i].kept_by.empty())) continue;
    size_t above = i;
    while (!is_walked[above]) {
      is_walked[above] = true;
      const std::optional<size_t> base = catalogue.BaseOf(above);
      if (!base.has_value()) break;
      fates[*base].kept_by.push_back(absl::StrCat("base of ", facts[above].deposit.ToString()));
      above = *base;
    }
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    fates[i].is_due = catalogue.IsHeld(i) && fates[i].is_old && fates[i].kept_by.empty();
  }
  return fates;
}

}  // namespace tidemark::vault::retention
