#include "verifier/service/queue.h"

#include <algorithm>

namespace tidemark::verifier {

void JudgingQueue::Add(const std::vector<vault::DepositId>& deposits, absl::Time now) {
  for (const vault::DepositId& deposit : deposits) {
    entries_.try_emplace(deposit, Entry{.next = now});
  }
}

std::vector<vault::DepositId> JudgingQueue::Due(absl::Time now) const {
  std::vector<vault::DepositId> due;
  for (const auto& [deposit, entry] : entries_) {
    if (entry.next <= now) due.push_back(deposit);
  }
  return due;
}

bool JudgingQueue::HasRecorded(const vault::DepositId& deposit) const {
  const auto it = entries_.find(deposit);
  return it != entries_.end() && it->second.recorded;
}

void JudgingQueue::Settle(const vault::DepositId& deposit, Verdict verdict, absl::Time now) {
  if (verdict != Verdict::kUndecided) {
    entries_.erase(deposit);
    return;
  }
  Postpone(deposit, now);
  entries_[deposit].recorded = true;
}

void JudgingQueue::Postpone(const vault::DepositId& deposit, absl::Time now) {
  Entry& entry = entries_[deposit];
  entry.next = now + entry.pause;
  entry.pause = std::min(entry.pause * 2, kLongestPause);
}

}  // namespace tidemark::verifier
