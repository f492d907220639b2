#include "crypto/locked_memory.h"

#include <sodium.h>

#include <bit>
#include <cstring>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

// An Ed25519 secret key is the largest small secret.
constexpr size_t kSlotBytes = 64;
// sodium_malloc() puts 16 bytes of canary before the memory: 63 slots and the canary are one page.
constexpr size_t kSlabSlots = 63;
constexpr size_t kSlabBytes = kSlotBytes * kSlabSlots;
constexpr uint64_t kSlabFull = (uint64_t{1} << kSlabSlots) - 1;

uint8_t* GuardedPages(size_t size) {
  auto* data = static_cast<uint8_t*>(sodium_malloc(size));
  if (data == nullptr) return nullptr;
  // sodium_malloc() locks too, but does not say whether it could.
  if (sodium_mlock(data, size) != 0) {
    sodium_free(data);
    return nullptr;
  }
  std::memset(data, 0, size);
  return data;
}

class SlotPool final {
 public:
  uint8_t* Allocate() {
    absl::MutexLock lock(&mutex_);
    for (Slab& slab : slabs_) {
      if (slab.used != kSlabFull) return Take(slab);
    }
    uint8_t* const base = GuardedPages(kSlabBytes);
    if (base == nullptr) return nullptr;
    slabs_.push_back({.base = base, .used = 0});
    return Take(slabs_.back());
  }

  void Free(uint8_t* data) {
    sodium_memzero(data, kSlotBytes);
    absl::MutexLock lock(&mutex_);
    for (size_t i = 0; i < slabs_.size(); ++i) {
      if (data < slabs_[i].base || data >= slabs_[i].base + kSlabBytes) continue;
      slabs_[i].used &= ~(uint64_t{1} << ((data - slabs_[i].base) / kSlotBytes));
      // One empty slab stays, or a process with a single short-lived key would map and unmap
      // pages all the time.
      if (slabs_[i].used == 0 && slabs_.size() > 1) {
        sodium_free(slabs_[i].base);
        slabs_.erase(slabs_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      return;
    }
    CHECK(false && "not locked memory");
  }

 private:
  struct Slab {
    uint8_t* base;
    uint64_t used;  // bit n: slot n is taken
  };

  static uint8_t* Take(Slab& slab) {
    const int slot = std::countr_one(slab.used);
    slab.used |= uint64_t{1} << slot;
    return slab.base + slot * kSlotBytes;
  }

  absl::Mutex mutex_;
  std::vector<Slab> slabs_ ABSL_GUARDED_BY(mutex_);
};

// The one process-wide object of crypto/, as the heap is one: locked pages are a resource of the
// process, and a key does not know who else has keys.
SlotPool& Pool() {
  static SlotPool pool;
  return pool;
}

}  // namespace

uint8_t* AllocateLocked(size_t size) {
  EnsureSodium();
  return size <= kSlotBytes ? Pool().Allocate() : GuardedPages(size);
}

void FreeLocked(uint8_t* data, size_t size) {
  if (data == nullptr) return;
  if (size <= kSlotBytes) {
    Pool().Free(data);
  } else {
    sodium_free(data);
  }
}

}  // namespace tidemark::crypto
