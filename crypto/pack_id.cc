#include "crypto/pack_id.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {

PackId PackId::Random() {
  EnsureSodium();
  PackId id;
  randombytes_buf(id.bytes_.data(), id.bytes_.size());
  return id;
}

absl::StatusOr<PackId> PackId::FromBytes(absl::string_view bytes) {
  PackId id;
  if (bytes.size() != id.bytes_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a pack id of ", bytes.size(), " bytes, want ", id.bytes_.size()));
  }
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(id.bytes_.data()));
  return id;
}

std::string PackId::ToHex() const { return base::HexEncode(bytes()); }

}  // namespace tidemark::crypto
