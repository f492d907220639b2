#include "crypto/sodium_init.h"

#include <sodium.h>

#include "base/status.h"

namespace tidemark::crypto {

void EnsureSodium() {
  // 1 means that somebody was first, which is as good.
  static const bool ready = sodium_init() >= 0;
  CHECK(ready);
}

}  // namespace tidemark::crypto
