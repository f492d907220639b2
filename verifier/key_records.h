// Private to key_index: how its operations are logged (verifier/record_log.h).
//
// Of the 96 bits of a key, 8 choose the partition and 88 are in the record. An object's number
// takes 36 bits: no more objects than bytes, and base::kDepositBytesMax is 2^36.
#ifndef TIDEMARK_VERIFIER_KEY_RECORDS_H_
#define TIDEMARK_VERIFIER_KEY_RECORDS_H_

#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "verifier/keys.h"
#include "verifier/record_log.h"

namespace tidemark::verifier {

inline constexpr int kObjectBits = 36;
static_assert(base::kDepositBytesMax <= uint64_t{1} << kObjectBits);
static_assert(RecordLog::kPartitions == 256);

// 64 bits of the key; and 24 of the key, 36 of the object's number, 4 of what it is.
struct DefinitionRecord {
  uint64_t low;
  uint64_t high;
};

struct ReferenceRecord {
  uint64_t low;
  uint64_t high;
  uint32_t count;
  uint16_t text;  // number of the target's text in the object's note
  uint8_t code;
  uint8_t role;
};
static_assert(sizeof(ReferenceRecord) == 24);

// What a definition is, beside a KeyKind: one that others of the key clash with.
inline constexpr uint64_t kForbidding = 15;
// What a repeat is, beside those: of a key that an object of another type has.
inline constexpr uint64_t kOfOtherType = 14;

// ROIDs of all types are keys of one sort (KeyHasher has one kind for them), so that it shows when
// two types have one.
constexpr bool IsRoid(uint64_t kind) {
  return kind == static_cast<uint64_t>(KeyKind::kDomainRoid) ||
         kind == static_cast<uint64_t>(KeyKind::kHostRoid) ||
         kind == static_cast<uint64_t>(KeyKind::kContactRoid);
}

// Kinds of which it is told what nothing refers to, a bit each.
inline constexpr uint32_t kReferredKinds =
    1u << static_cast<int>(KeyKind::kHostName) | 1u << static_cast<int>(KeyKind::kContactId);

inline size_t PartitionOf(const Key& key) { return key.high & 0xff; }
inline uint64_t HighOf(const Key& key, uint64_t object, uint64_t kind) {
  return static_cast<uint64_t>(key.high >> 8) << 40 | object << 4 | kind;
}
inline uint64_t KeyBitsOf(uint64_t high) { return high >> 40; }
inline uint64_t ObjectOf(uint64_t high) { return high >> 4 & ((uint64_t{1} << kObjectBits) - 1); }
inline uint64_t KindOf(uint64_t high) { return high & 0xf; }

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_RECORDS_H_
