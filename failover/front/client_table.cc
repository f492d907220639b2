#include "failover/front/client_table.h"

#include <algorithm>

namespace tidemark::failover::front {
namespace {

// Connections that a client may make for each question that it may ask.
constexpr double kArrivalsPerQuestion = 2;

ClientTable::Duration ToDuration(double seconds) {
  return std::chrono::duration_cast<ClientTable::Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void ClientTable::Fill(Entry& entry, Time now) const {
  const double seconds = std::chrono::duration<double>(now - entry.filled).count();
  if (seconds <= 0) return;  // another thread's now was later
  entry.filled = now;
  entry.questions = std::min(options_.burst, entry.questions + seconds * options_.per_second);
  entry.arrivals = std::min(options_.burst * kArrivalsPerQuestion,
                            entry.arrivals + seconds * options_.per_second * kArrivalsPerQuestion);
}

ClientTable::Time ClientTable::FullAt(const Entry& entry) const {
  const double questions = options_.burst - entry.questions;
  const double arrivals = options_.burst - entry.arrivals / kArrivalsPerQuestion;
  return entry.filled + ToDuration(std::max(questions, arrivals) / options_.per_second);
}

ClientTable::Entry& ClientTable::Find(uint64_t key, Time now) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    Entry& entry = found->second;
    if (entry.connections == 0) leavers_.erase({FullAt(entry), key});
    Fill(entry, now);
    if (entry.connections == 0) leavers_.insert({FullAt(entry), key});
    return entry;
  }
  if (entries_.size() >= options_.entries_max && !leavers_.empty()) {
    entries_.erase(leavers_.begin()->second);
    leavers_.erase(leavers_.begin());
  }
  Entry& entry = entries_[key];
  entry.questions = options_.burst;
  entry.arrivals = options_.burst * kArrivalsPerQuestion;
  entry.filled = now;
  leavers_.insert({FullAt(entry), key});
  return entry;
}

bool ClientTable::MayConnect(uint64_t key, Time now) {
  const Entry& entry = Find(key, now);
  return entry.connections < options_.connections_max && entry.arrivals >= 1;
}

void ClientTable::Connect(uint64_t key) {
  Entry& entry = entries_.find(key)->second;
  if (entry.connections == 0) leavers_.erase({FullAt(entry), key});
  entry.arrivals -= 1;
  ++entry.connections;
}

void ClientTable::Disconnect(uint64_t key) {
  Entry& entry = entries_.find(key)->second;
  if (--entry.connections == 0) leavers_.insert({FullAt(entry), key});
}

ClientTable::Duration ClientTable::Wait(uint64_t key, Time now) {
  const Entry& entry = Find(key, now);
  if (entry.questions >= 1) return Duration::zero();
  return ToDuration((1 - entry.questions) / options_.per_second);
}

void ClientTable::Ask(uint64_t key) { entries_.find(key)->second.questions -= 1; }

}  // namespace tidemark::failover::front
