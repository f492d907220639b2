// Private to key_index: the defined keys of one partition, by open addressing.
#ifndef TIDEMARK_VERIFIER_KEY_TABLE_H_
#define TIDEMARK_VERIFIER_KEY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "verifier/key_records.h"

namespace tidemark::verifier {

class KeyTable {
 public:
  struct Slot {
    uint64_t low;
    uint64_t high;  // of the first definition; 0: empty
  };
  // What is known of a slot's key.
  static constexpr uint8_t kDefined = 1;
  static constexpr uint8_t kForbidden = 2;
  static constexpr uint8_t kReferredTo = 4;
  // Which types of objects have it, of a ROID: a bit each, by KeyKind.
  static constexpr uint8_t kTypes = 0x38;
  static constexpr uint8_t TypeOf(uint64_t kind) {
    return static_cast<uint8_t>(kind == static_cast<uint64_t>(KeyKind::kDomainRoid) ? 8
                                : kind == static_cast<uint64_t>(KeyKind::kHostRoid) ? 16
                                                                                    : 32);
  }

  // Of memory for one key.
  static constexpr uint64_t kKeyBytesMax = 2 * (sizeof(Slot) + 1);

  // Empty, with room for `keys`; it grows beyond that.
  void Reset(uint64_t keys) {
    const size_t slots = static_cast<size_t>(keys + keys / 2 + 16);
    slots_.assign(slots, Slot{0, 0});
    flags_.assign(slots, 0);
    used_ = 0;
  }
  void Release() {
    slots_ = std::vector<Slot>();
    flags_ = std::vector<uint8_t>();
  }

  // Its slot's index, or that of the empty slot where it would be.
  size_t Find(uint64_t low, uint64_t high) const {
    size_t i = Home(low);
    while (slots_[i].high != 0 &&
           (slots_[i].low != low || KeyBitsOf(slots_[i].high) != KeyBitsOf(high))) {
      i = i + 1 == slots_.size() ? 0 : i + 1;
    }
    return i;
  }
  size_t FindOrAdd(uint64_t low, uint64_t high) {
    size_t i = Find(low, high);
    if (slots_[i].high != 0) return i;
    if ((used_ + 1) * 5 > slots_.size() * 4) {
      Grow();
      i = Find(low, high);
    }
    slots_[i] = {low, high};
    ++used_;
    return i;
  }
  void Prefetch(uint64_t low) const { __builtin_prefetch(&slots_[Home(low)]); }

  size_t size() const { return slots_.size(); }
  Slot& slot(size_t i) { return slots_[i]; }
  uint8_t& flags(size_t i) { return flags_[i]; }

 private:
  // Keys are fingerprints: their bits are as good as random.
  size_t Home(uint64_t low) const {
    return static_cast<size_t>((low & 0xffffffff) * slots_.size() >> 32);
  }
  void Grow() {
    KeyTable grown;
    grown.Reset(slots_.size());
    for (size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].high == 0) continue;
      const size_t at = grown.FindOrAdd(slots_[i].low, slots_[i].high);
      grown.flags_[at] = flags_[i];
    }
    *this = std::move(grown);
  }

  std::vector<Slot> slots_;
  std::vector<uint8_t> flags_;
  size_t used_ = 0;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_TABLE_H_
