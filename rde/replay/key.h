// What identifies an object in a replay: its kind and its key text, in a form that sorts.
#ifndef TIDEMARK_RDE_REPLAY_KEY_H_
#define TIDEMARK_RDE_REPLAY_KEY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::rde {

enum class KeyedKind : uint8_t {
  kDomain = 1,
  kNndn,
  kContact,
  kRegistrar,
  kIdnTable,
  kHostRoid,
  kHostName,
};

// The longest text that is a key: what schemas allow ends at 255.
inline constexpr size_t kReplayKeyBytesMax = 1024;

struct ObjectKey {
  KeyedKind kind = KeyedKind::kDomain;
  std::string text;  // names in lower case without a final dot
};

// Nothing for a record that has no key, or one that cannot be used. Of a host: by its ROID.
std::optional<ObjectKey> KeyOf(const Record& object);
// Of what it deletes; nothing if no object of RFC 9022 is meant.
std::optional<ObjectKey> KeyOf(const Delete& deletion);
// Of a host by its name.
std::optional<ObjectKey> NameKeyOf(const Host& host);

// Bytes that begin an entry of an external sort, so that equal keys come together: kind, length,
// text. The length makes sure that no key is the beginning of another.
void AppendSortPrefix(const ObjectKey& key, std::string& out);
// Takes them off again.
ObjectKey TakeSortPrefix(absl::string_view& bytes);

// Namespace of the XML model.
absl::string_view UriOf(KeyedKind kind);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_KEY_H_
