// For tests only: the keys that are relied on, and those that are there.
#ifndef TIDEMARK_VAULT_EXPECTED_KEYS_TESTING_H_
#define TIDEMARK_VAULT_EXPECTED_KEYS_TESTING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "vault/expected_keys.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

using Keys = std::vector<std::string>;  // in order

inline constexpr schema::Family kReliedOnFamilies[] = {
    schema::Family::kFrames, schema::Family::kParts, schema::Family::kNodes};

inline absl::StatusOr<Keys> StoredKeys(const RocksStore& store, schema::Family family,
                                       const schema::KeyRange& range = {}) {
  Keys keys;
  RETURN_IF_ERROR(store.Scan(family, range, [&keys](absl::string_view key, absl::string_view) {
    keys.emplace_back(key);
    return absl::OkStatus();
  }));
  return keys;
}

inline absl::StatusOr<Keys> ReliedOnKeys(const RocksStore& store, schema::Family family,
                                         const schema::KeyRange& range = {}) {
  Keys keys;
  RETURN_IF_ERROR(ExpectedKeysOf(store, family)(range, [&keys](const std::string& key) {
    keys.push_back(key);
    return absl::OkStatus();
  }));
  return keys;
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_EXPECTED_KEYS_TESTING_H_
