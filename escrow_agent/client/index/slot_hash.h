// How ids find their slots in the hash table: shared by what builds the table and what reads it.
//
// Ids are uniform already. The first 8 bytes of one, scaled to the number of homes, say where to
// begin; from there it lies in the first slots that are taken. Scaling keeps the order of
// ids, so that the table can be built piece by piece. A slot says which entry it means, and in the
// bits that this leaves free repeats some of the id: a look at a wrong entry costs a cache miss.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_HASH_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_HASH_H_

#include <bit>
#include <cstdint>
#include <cstring>

#include "crypto/object_id.h"

namespace tidemark::escrow_agent {

class SlotHash final {
 public:
  SlotHash(uint64_t objects, uint64_t homes)
      : homes_(homes),
        entry_bits_(std::bit_width(objects)),
        entry_mask_((uint64_t{1} << entry_bits_) - 1) {}

  // Four of five are taken.
  static uint64_t HomesFor(uint64_t objects) { return objects + objects / 4 + 1; }

  uint64_t Home(const crypto::ObjectId& id) const {
    uint64_t first;
    std::memcpy(&first, id.bytes.data(), sizeof(first));
    return static_cast<uint64_t>((static_cast<unsigned __int128>(first) * homes_) >> 64);
  }
  // What a slot can repeat of an id, or the first bits of it.
  static uint32_t Check(const crypto::ObjectId& id) {
    uint32_t third;
    std::memcpy(&third, id.bytes.data() + 8, sizeof(third));
    return third;
  }
  // Never 0: that is a free slot.
  uint32_t Value(uint32_t check, uint64_t entry) const {
    return static_cast<uint32_t>(uint64_t{check >> entry_bits_} << entry_bits_ | (entry + 1));
  }
  bool MayMean(uint32_t value, const crypto::ObjectId& id) const {
    return value >> entry_bits_ == Check(id) >> entry_bits_;
  }
  // Of a damaged one it may be any number. REQUIRES: value is not 0.
  uint64_t EntryOf(uint32_t value) const { return (value & entry_mask_) - 1; }

 private:
  const uint64_t homes_;
  const int entry_bits_;  // at most 31: kIndexObjectsMax
  const uint64_t entry_mask_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_HASH_H_
