#include "vault/remake_refusals.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace tidemark::vault {
namespace {

constexpr absl::Duration kFirstWait = absl::Seconds(2);
constexpr absl::Duration kLongestWait = absl::Hours(1);
constexpr int kDoublingsMax = 16;  // beyond the longest, and no overflow
constexpr absl::Duration kBetweenSameLines = absl::Hours(1);
constexpr absl::Duration kBetweenOtherLines = absl::Minutes(1);

}  // namespace

void RemakeRefusals::Wait::Fail(absl::Time now) {
  from = now;
  until = now + std::min(kFirstWait * (1 << std::min(failures, kDoublingsMax)), kLongestWait);
  ++failures;
}

void RemakeRefusals::Note(const std::string& table, const absl::Status& why, Cost cost,
                          const std::vector<schema::KeyRange>& gaps) {
  const absl::Time now = Now();
  absl::MutexLock lock(&mutex_);
  State& state = tables_[table];
  state.why = std::string(why.message());
  state.gaps = gaps;
  ++state.times;
  state.asking.Fail(now);
  if (cost == Cost::kOthersWaited) state.others.Fail(now);
  const absl::Duration quiet =
      state.why == state.logged_why ? kBetweenSameLines : kBetweenOtherLines;
  if (now >= state.logged && now < state.logged + quiet) return;
  state.logged = now;
  state.logged_why = state.why;
  base::Log(base::LogLevel::kWarning, "table-not-remade",
            {{"table", table},
             {"times", state.times},
             {"others_waited", state.others.failures},
             {"status", why.ToString()}});
}

bool RemakeRefusals::IsDue(const std::string& table) const {
  const absl::Time now = Now();
  absl::MutexLock lock(&mutex_);
  const auto state = tables_.find(table);
  return state == tables_.end() || state->second.asking.IsOver(now);
}

RefusedTable RemakeRefusals::Last(const std::string& table) const {
  absl::MutexLock lock(&mutex_);
  const auto state = tables_.find(table);
  return state == tables_.end() ? RefusedTable{.name = table} : Told(table, state->second);
}

absl::Status RemakeRefusals::CheckMayLetOthersWait(const std::string& table) const {
  const absl::Time now = Now();
  absl::MutexLock lock(&mutex_);
  const auto state = tables_.find(table);
  if (state == tables_.end() || state->second.others.IsOver(now)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      state->second.why, "; others waited ", state->second.others.failures,
      " times for it, and do again in ",
      absl::FormatDuration(absl::Ceil(state->second.others.until - now, absl::Seconds(1)))));
}

void RemakeRefusals::Remade(const std::string& table) {
  absl::MutexLock lock(&mutex_);
  tables_.erase(table);
  for (auto& [name, state] : tables_) {
    state.asking = Wait();
    state.others = Wait();
  }
}

std::vector<RefusedTable> RemakeRefusals::Among(const std::set<std::string>& live) {
  std::vector<RefusedTable> refused;
  absl::MutexLock lock(&mutex_);
  for (auto table = tables_.begin(); table != tables_.end();) {
    if (!live.contains(table->first)) {
      table = tables_.erase(table);
      continue;
    }
    refused.push_back(Told(table->first, table->second));
    ++table;
  }
  return refused;
}

}  // namespace tidemark::vault
