#include "rde/replay/host_names.h"

#include <algorithm>

#include "base/status.h"
#include "rde/replay/sort_entry.h"

namespace tidemark::rde {
namespace {

// Of one name deletes come first.
enum class Phase : uint8_t { kDelete, kVersion };

}  // namespace

absl::Status HostNames::AddDelete(const ObjectKey& name, uint16_t deposit, const Position& at) {
  std::string key;
  AppendSortPrefix(name, key);
  AppendNumber(static_cast<uint8_t>(Phase::kDelete), key);
  AppendNumber(deposit, key);
  std::string value;
  AppendPlain(at, value);
  return sorter_.Add(key, value);
}

absl::Status HostNames::AddVersion(const ObjectKey& name, const HostVersion& version,
                                   const std::string& roid) {
  std::string key;
  AppendSortPrefix(name, key);
  AppendNumber(static_cast<uint8_t>(Phase::kVersion), key);
  std::string value;
  AppendPlain(version, value);
  value.append(roid);
  return sorter_.Add(key, value);
}

absl::Status HostNames::Settle(const std::vector<bool>& counts,
                               const std::function<absl::Status(uint64_t)>& gone,
                               FlawTally& flaws) {
  RETURN_IF_ERROR(sorter_.Sort());
  ObjectKey name;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, sorter_.Next());
    if (!more) break;
    absl::string_view key = sorter_.key();
    absl::string_view value = sorter_.value();
    ObjectKey here = TakeSortPrefix(key);
    if (here.text != name.text) {
      CloseName(name, flaws);
      name = std::move(here);
    }
    if (TakeNumber<uint8_t>(key) == static_cast<uint8_t>(Phase::kDelete)) {
      const uint16_t deposit = TakeNumber<uint16_t>(key);
      const Position at = TakePlain<Position>(value);
      if (!counts[deposit]) continue;
      if (!deletes_.empty() && deletes_.back().deposit == deposit) {
        flaws.Add(ReplayFlawKind::kRepeated, name, at, "the deposit deletes it twice");
      } else {
        deletes_.push_back({deposit, at, false});
      }
      continue;
    }
    const auto version = TakePlain<HostVersion>(value);
    if (!counts[version.begin]) continue;
    const auto first = std::find_if(
        deletes_.begin(), deletes_.end(),
        [&version](const NameDelete& deletion) { return deletion.deposit > version.begin; });
    if (first == deletes_.end() || first->deposit > version.end) continue;
    first->found = true;
    if (version.remains) RETURN_IF_ERROR(gone(version.ordinal));
    if (version.ended_by_delete && first->deposit < version.end) {
      flaws.Add(ReplayFlawKind::kDeleteOfNothing, {KeyedKind::kHostRoid, std::string(value)},
                version.delete_at, "an earlier deposit deleted it by its name");
    }
  }
  CloseName(name, flaws);
  return absl::OkStatus();
}

void HostNames::CloseName(const ObjectKey& name, FlawTally& flaws) {
  for (const NameDelete& deletion : deletes_) {
    if (deletion.found) continue;
    flaws.Add(ReplayFlawKind::kDeleteOfNothing, name, deletion.at, "no host has this name");
  }
  deletes_.clear();
}

}  // namespace tidemark::rde
