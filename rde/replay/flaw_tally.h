// Counts flaws of a replay, and keeps the first of each kind by place, in whatever order they come.
#ifndef TIDEMARK_RDE_REPLAY_FLAW_TALLY_H_
#define TIDEMARK_RDE_REPLAY_FLAW_TALLY_H_

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "rde/replay/key.h"
#include "rde/replay/replayer.h"

namespace tidemark::rde {

class FlawTally {
 public:
  void Add(ReplayFlawKind kind, ReplayFlaw flaw) {
    ReplayFlaws& flaws = kinds_[static_cast<size_t>(kind)];
    ++flaws.count;
    flaws.first.insert(std::upper_bound(flaws.first.begin(), flaws.first.end(), flaw, StandsBefore),
                       std::move(flaw));
    if (flaws.first.size() > base::kFindingsPerCodeMax) flaws.first.pop_back();
  }

  // Ids of contacts are often people's names.
  void Add(ReplayFlawKind kind, const ObjectKey& key, const Position& at,
           absl::string_view detail) {
    Add(kind, {std::string(UriOf(key.kind)), key.kind == KeyedKind::kContact ? "" : key.text, at,
               std::string(detail)});
  }

  const ReplayFlaws& of(ReplayFlawKind kind) const { return kinds_[static_cast<size_t>(kind)]; }

 private:
  static bool StandsBefore(const ReplayFlaw& a, const ReplayFlaw& b) {
    return std::tie(a.at.file, a.at.offset) < std::tie(b.at.file, b.at.offset);
  }

  std::array<ReplayFlaws, kReplayFlawKinds> kinds_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_FLAW_TALLY_H_
