#include "verifier/key_index.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kTextBlockBytes = 1 << 18;
constexpr size_t kTextBytesMax = 255;  // a longer one is cut: it only goes into a message
constexpr size_t kFirstSlots = 16;

// Where a key's search begins in a table of `slots`.
size_t Home(const Key& key, size_t slots) {
  return (static_cast<uint64_t>(key.words[0]) * slots) >> 32;
}

}  // namespace

KeyIndex::KeyIndex(uint64_t bytes_max) : bytes_max_(bytes_max) {}

bool KeyIndex::Charge(uint64_t bytes) {
  if (full_ || bytes_used_ + bytes > bytes_max_) {
    full_ = true;
    return false;
  }
  bytes_used_ += bytes;
  return true;
}

KeyIndex::Slot* KeyIndex::Find(const Key& key) {
  std::vector<Slot>& slots = partitions_[PartitionOf(key)].slots;
  if (slots.empty()) return nullptr;
  for (size_t i = Home(key, slots.size());; i = i + 1 == slots.size() ? 0 : i + 1) {
    if (slots[i].info == kNone) return nullptr;
    if (slots[i].key == key) return &slots[i];
  }
}

// Grows by a quarter: tables stay 64 to 80 % full, and only a 256th of all keys moves at a time.
bool KeyIndex::Grow(Partition& partition) {
  const size_t old_size = partition.slots.size();
  const size_t new_size = old_size == 0 ? kFirstSlots : old_size + old_size / 4;
  if (!Charge((new_size - old_size) * sizeof(Slot))) return false;
  std::vector<Slot> grown(new_size, Slot{Key{}, kNone});
  for (const Slot& slot : partition.slots) {
    if (slot.info == kNone) continue;
    size_t i = Home(slot.key, new_size);
    while (grown[i].info != kNone) i = i + 1 == new_size ? 0 : i + 1;
    grown[i] = slot;
  }
  partition.slots = std::move(grown);
  return true;
}

// A new slot has info kNone until the caller sets it. Null if the index is full.
KeyIndex::Slot* KeyIndex::FindOrAdd(const Key& key) {
  if (full_) return nullptr;
  Partition& partition = partitions_[PartitionOf(key)];
  if (Slot* slot = Find(key)) return slot;
  if ((partition.used + 1) * 5 > partition.slots.size() * 4 && !Grow(partition)) return nullptr;
  std::vector<Slot>& slots = partition.slots;
  size_t i = Home(key, slots.size());
  while (slots[i].info != kNone) i = i + 1 == slots.size() ? 0 : i + 1;
  slots[i].key = key;
  ++partition.used;
  return &slots[i];
}

bool KeyIndex::Define(const Key& key) {
  Slot* slot = FindOrAdd(key);
  if (slot == nullptr) return true;
  if (slot->info == kDefined) return false;
  // What referred to it does not dangle any more.
  for (uint32_t at = slot->info; at != kNone;) {
    const uint32_t next = pending_[at].next;
    pending_[at].count = 0;
    pending_[at].next = free_pending_;
    free_pending_ = at;
    at = next;
  }
  slot->info = kDefined;
  return true;
}

bool KeyIndex::IsDefined(const Key& key) const {
  const Slot* slot = const_cast<KeyIndex*>(this)->Find(key);
  return slot != nullptr && slot->info == kDefined;
}

void KeyIndex::BeginReferrer(const Subject& subject) {
  subject_ = subject;
  current_referrer_ = kNone;
  ordinal_ = 0;
}

void KeyIndex::Refer(const Key& key, Code code, absl::string_view role, absl::string_view target) {
  if (ordinal_ < 255) ++ordinal_;
  Slot* slot = FindOrAdd(key);
  if (slot == nullptr || slot->info == kDefined) return;
  for (uint32_t at = slot->info; at != kNone; at = pending_[at].next) {
    if (pending_[at].code == static_cast<uint8_t>(code)) {
      if (pending_[at].count != 0xffffffff) ++pending_[at].count;
      return;
    }
  }
  const uint32_t referrer = AddReferrer();
  const uint32_t text = AddText(target);
  // Index 0 of an empty slot is a valid pending index, so a new slot is told by kNone.
  Pending entry{slot->info, referrer, text, 1, Literal(roles_, role), static_cast<uint8_t>(code),
                ordinal_};
  uint32_t at = free_pending_;
  if (at != kNone) {
    free_pending_ = pending_[at].next;
    pending_[at] = entry;
  } else {
    if (pending_.size() >= kDefined - 1 || !Charge(sizeof(Pending))) {
      full_ = true;
      return;
    }
    at = static_cast<uint32_t>(pending_.size());
    pending_.push_back(entry);
  }
  slot->info = at;
}

uint16_t KeyIndex::Literal(std::vector<absl::string_view>& list, absl::string_view literal) {
  const auto it = std::find(list.begin(), list.end(), literal);
  if (it != list.end()) return static_cast<uint16_t>(it - list.begin());
  list.push_back(literal);
  return static_cast<uint16_t>(list.size() - 1);
}

uint32_t KeyIndex::AddReferrer() {
  if (current_referrer_ != kNone) return current_referrer_;
  if (referrers_.size() >= kDefined - 1 || !Charge(sizeof(Referrer))) {
    full_ = true;
    return 0;
  }
  const rde::Position at = subject_.at.value_or(rde::Position{});
  referrers_.push_back({at.line, at.offset, AddText(subject_.key), at.file,
                        static_cast<uint8_t>(Literal(kinds_, subject_.kind))});
  current_referrer_ = static_cast<uint32_t>(referrers_.size() - 1);
  return current_referrer_;
}

// Texts are stored as a length byte and bytes, never across blocks; an index is block and place.
uint32_t KeyIndex::AddText(absl::string_view text) {
  text = text.substr(0, kTextBytesMax);
  if (text_blocks_.empty() || text_used_ + 1 + text.size() > kTextBlockBytes) {
    if (text_blocks_.size() >= (1ull << 32) / kTextBlockBytes || !Charge(kTextBlockBytes)) {
      full_ = true;
      return 0;
    }
    text_blocks_.push_back(std::make_unique<char[]>(kTextBlockBytes));
    text_used_ = 0;
  }
  char* place = text_blocks_.back().get() + text_used_;
  place[0] = static_cast<char>(text.size());
  std::memcpy(place + 1, text.data(), text.size());
  const size_t at = (text_blocks_.size() - 1) * kTextBlockBytes + text_used_;
  text_used_ += 1 + text.size();
  return static_cast<uint32_t>(at);
}

absl::string_view KeyIndex::TextAt(uint32_t at) const {
  const char* place = text_blocks_[at / kTextBlockBytes].get() + at % kTextBlockBytes;
  return absl::string_view(place + 1, static_cast<uint8_t>(place[0]));
}

void KeyIndex::RaiseDangling(FindingLog& log) const {
  std::array<std::vector<const Pending*>, kCodeCount> by_code;
  std::array<int64_t, kCodeCount> counts{};
  for (const Pending& entry : pending_) {
    if (entry.count == 0) continue;
    counts[entry.code] += entry.count;
    by_code[entry.code].push_back(&entry);
  }
  for (size_t code = 0; code < by_code.size(); ++code) {
    std::vector<const Pending*>& entries = by_code[code];
    if (entries.empty()) continue;
    const size_t kept = std::min(entries.size(), base::kFindingsPerCodeMax);
    std::partial_sort(entries.begin(), entries.begin() + static_cast<ptrdiff_t>(kept),
                      entries.end(), [this](const Pending* a, const Pending* b) {
                        return std::make_tuple(referrers_[a->referrer].offset, a->ordinal) <
                               std::make_tuple(referrers_[b->referrer].offset, b->ordinal);
                      });
    std::vector<Finding> findings;
    for (size_t i = 0; i < kept; ++i) {
      const Pending& entry = *entries[i];
      const Referrer& referrer = referrers_[entry.referrer];
      const Subject subject{kinds_[referrer.kind], TextAt(referrer.name),
                            rde::Position{referrer.line, referrer.offset, referrer.file}};
      std::string message = absl::StrCat(roles_[entry.role], " ", Printable(TextAt(entry.target)),
                                         " is not in the deposit");
      if (entry.count > 1) absl::StrAppend(&message, " (", entry.count, " references)");
      findings.push_back({Code{}, LabelOf(subject), subject.at, std::move(message), "", 0});
    }
    log.RaiseLate(static_cast<Code>(code), counts[code], std::move(findings));
  }
}

}  // namespace tidemark::verifier
