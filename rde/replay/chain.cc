#include "rde/replay/chain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/limits.h"

namespace tidemark::rde {
namespace {

// Ids have at most 13 characters; what is longer is flawed, and shown in part.
constexpr size_t kIdShownBytesMax = 32;
constexpr size_t kIdsShownMax = 8;

std::string Shown(absl::string_view id) {
  return id.empty() ? "(none)" : absl::CHexEscape(id.substr(0, kIdShownBytesMax));
}

std::string Shown(const DepositInfo& info) {
  const uint16_t resend = info.resend.value_or(0);
  return absl::StrCat(Shown(info.type), " ", Shown(info.id),
                      resend == 0 ? "" : absl::StrCat(" resend ", resend));
}

std::string Shown(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

class Planner {
 public:
  Planner(absl::Span<const DepositInfo> bases, const DepositInfo& last)
      : bases_(bases), last_(last) {
    for (size_t i = 0; i < bases_.size(); ++i) Enter(i);
  }

  ChainPlan Plan() {
    const std::optional<std::vector<size_t>> newest_first = Walk();
    if (newest_first.has_value()) {
      plan_.order.assign(newest_first->rbegin(), newest_first->rend());
      CheckWatermarks();
      NameUnused();
    }
    return std::move(plan_);
  }

 private:
  const DepositInfo& At(size_t number) const {
    return number == bases_.size() ? last_ : bases_[number];
  }

  void Flaw(ChainFlawKind kind, size_t deposit, std::string detail) {
    plan_.flaws.push_back({kind, deposit, std::move(detail)});
  }

  // Fills by_id_, and finds identities that come twice.
  void Enter(size_t number) {
    const DepositInfo& info = bases_[number];
    const uint16_t resend = info.resend.value_or(0);
    const bool is_last = info.id == last_.id && resend == last_.resend.value_or(0);
    const auto [first, is_first] = identities_.emplace(std::pair(info.id, resend), number);
    if (is_last || !is_first) {
      const DepositInfo& other = is_last ? last_ : bases_[first->second];
      repeated_.insert(number);
      Flaw(ChainFlawKind::kRepeated, number,
           absl::StrCat(Shown(info),
                        info.type == other.type
                            ? " is given twice"
                            : absl::StrCat(" has the id and resend of ", Shown(other)),
                        is_last ? ", which is the last one" : ""));
      return;
    }
    const auto [it, is_new] = by_id_.emplace(info.id, number);
    if (!is_new && resend > bases_[it->second].resend.value_or(0)) it->second = number;
  }

  // The chain, newest first, down to its FULL; nothing, and a flaw, if it is broken.
  std::optional<std::vector<size_t>> Walk() {
    std::vector<size_t> chain = {bases_.size()};
    std::set<size_t> visited = {bases_.size()};
    size_t at = bases_.size();
    // An INCR needs no deposit between itself and its FULL, but the way there may lead over some.
    bool skipping = false;
    while (At(at).type != "FULL") {
      const bool is_incr = At(at).type == "INCR";
      if (!is_incr && At(at).type != "DIFF") {
        return Broken(at,
                      absl::StrCat(Shown(At(at)), " is of no kind that has a place in a chain"));
      }
      skipping = skipping || is_incr;
      const std::optional<size_t> before =
          is_incr && At(at).prev_id.empty() ? NewestFull(At(at)) : Named(At(at));
      if (!before.has_value()) return Broken(at, Expected(At(at)));
      if (!visited.insert(*before).second) {
        return Broken(at, absl::StrCat(Shown(At(at)), " names ", Shown(At(at).prev_id),
                                       " as its predecessor, which comes after it"));
      }
      at = *before;
      if (!skipping || At(at).type == "FULL") chain.push_back(at);
      if (chain.size() > base::kChainDepositsMax) {
        return Broken(
            at, absl::StrCat("the chain has more than ", base::kChainDepositsMax, " deposits"));
      }
    }
    return chain;
  }

  std::optional<size_t> Named(const DepositInfo& info) const {
    const auto it = by_id_.find(info.prev_id);
    return it == by_id_.end() ? std::nullopt : std::optional<size_t>(it->second);
  }

  std::optional<size_t> NewestFull(const DepositInfo& before) const {
    std::optional<size_t> newest;
    for (const auto& [id, number] : by_id_) {
      const DepositInfo& info = bases_[number];
      if (info.type != "FULL" || !info.watermark.time.has_value()) continue;
      if (before.watermark.time.has_value() && *info.watermark.time > *before.watermark.time) {
        continue;
      }
      if (!newest.has_value() || *info.watermark.time >= *bases_[*newest].watermark.time) {
        newest = number;
      }
    }
    return newest;
  }

  std::optional<std::vector<size_t>> Broken(size_t at, std::string detail) {
    Flaw(ChainFlawKind::kBroken, at, std::move(detail));
    return std::nullopt;
  }

  std::string Expected(const DepositInfo& info) const {
    std::vector<std::string> given;
    for (const auto& [id, number] : by_id_) {
      if (given.size() == kIdsShownMax) {
        given.push_back("...");
        break;
      }
      given.push_back(Shown(bases_[number]));
    }
    return absl::StrCat(Shown(info),
                        info.prev_id.empty() && info.type == "INCR"
                            ? " needs a FULL that is not later; "
                            : absl::StrCat(" names ", Shown(info.prev_id), " as its predecessor; "),
                        given.empty() ? "no base is there"
                                      : absl::StrCat("there are ", absl::StrJoin(given, ", ")));
  }

  void CheckWatermarks() {
    for (size_t i = 1; i < plan_.order.size(); ++i) {
      const DepositInfo& before = At(plan_.order[i - 1]);
      const DepositInfo& after = At(plan_.order[i]);
      if (!before.watermark.time.has_value() || !after.watermark.time.has_value()) continue;
      if (*after.watermark.time >= *before.watermark.time) continue;
      Flaw(ChainFlawKind::kWatermarkBackward, plan_.order[i],
           absl::StrCat(Shown(after), " has watermark ", Shown(*after.watermark.time), ", ",
                        Shown(before), " before it ", Shown(*before.watermark.time)));
    }
  }

  void NameUnused() {
    const std::set<size_t> used(plan_.order.begin(), plan_.order.end());
    for (size_t i = 0; i < bases_.size(); ++i) {
      if (used.contains(i) || repeated_.contains(i)) continue;
      Flaw(ChainFlawKind::kUnused, i,
           absl::StrCat(Shown(bases_[i]), " is not needed for ", Shown(last_)));
    }
  }

  const absl::Span<const DepositInfo> bases_;
  const DepositInfo& last_;
  std::map<std::string, size_t> by_id_;                            // the highest resend of each
  std::map<std::pair<std::string, uint16_t>, size_t> identities_;  // the first of each
  std::set<size_t> repeated_;
  ChainPlan plan_;
};

}  // namespace

ChainPlan PlanChain(absl::Span<const DepositInfo> bases, const DepositInfo& last) {
  return Planner(bases, last).Plan();
}

}  // namespace tidemark::rde
