#include "vault/damage_news.h"

#include <utility>

namespace tidemark::vault {

void DamageNews::NoteFamily(schema::Family family) {
  absl::MutexLock lock(&mutex_);
  untaken_.families.insert(family);
}

void DamageNews::NoteTable(const Table& table) {
  absl::MutexLock lock(&mutex_);
  // The same compaction is tried again whenever the store is opened.
  if (stopped_at_.insert(table.name).second) untaken_.tables.push_back(table);
}

bool DamageNews::HasAny() const {
  absl::MutexLock lock(&mutex_);
  return !untaken_.families.empty() || !untaken_.tables.empty();
}

DamageNews::Taken DamageNews::Take() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(untaken_, {});
}

std::set<std::string> DamageNews::StoppedAt(const std::set<std::string>& live) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(stopped_at_, [&live](const std::string& name) { return !live.contains(name); });
  return stopped_at_;
}

}  // namespace tidemark::vault
