// A sample of names that a seed chooses, whatever their order: those with the smallest hashes.
#ifndef TIDEMARK_FAILOVER_PROBE_SEEDED_SAMPLE_H_
#define TIDEMARK_FAILOVER_PROBE_SEEDED_SAMPLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::failover::probe {

// The same in every run and on every machine. Not for adversaries: who knows the seed can tell.
inline uint64_t SeededHash(uint64_t seed, absl::string_view name) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a, then the finish of SplitMix64
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111eb;
  return hash ^ hash >> 31;
}

template <typename T>
class SeededSample {
 public:
  // 0: everything.
  explicit SeededSample(uint64_t size) : size_(size) {}

  // Makes the item only if it is wanted so far.
  template <typename Make>
  void Offer(uint64_t hash, const Make& make) {
    if (size_ != 0 && items_.size() == size_) {
      if (hash >= items_.front().first) return;
      std::pop_heap(items_.begin(), items_.end(), IsBefore);
      items_.pop_back();
    }
    items_.emplace_back(hash, make());
    if (size_ != 0) std::push_heap(items_.begin(), items_.end(), IsBefore);
  }

  // A sample in the order of the hashes, everything in the order of the offers.
  std::vector<T> Take() && {
    if (size_ != 0) std::sort_heap(items_.begin(), items_.end(), IsBefore);
    std::vector<T> out;
    out.reserve(items_.size());
    for (auto& [hash, item] : items_) out.push_back(std::move(item));
    std::vector<std::pair<uint64_t, T>>().swap(items_);
    return out;
  }

 private:
  static bool IsBefore(const std::pair<uint64_t, T>& a, const std::pair<uint64_t, T>& b) {
    return a.first < b.first;
  }

  const uint64_t size_;
  std::vector<std::pair<uint64_t, T>> items_;  // a heap, the largest hash in front, if size_ is set
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_SEEDED_SAMPLE_H_
