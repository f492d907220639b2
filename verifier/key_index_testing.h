// For tests only: keys that are the same in every run, and where an index puts what its memory does
// not hold.
#ifndef TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_
#define TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/scratch.h"
#include "base/testing.h"
#include "verifier/key_index.h"

namespace tidemark::verifier {

inline KeyHasher& Hasher() {
  static KeyHasher hasher(1);
  return hasher;
}

inline std::unique_ptr<base::ScratchSpace> NewSpace(uint64_t bytes_max = 1ull << 30) {
  auto space = base::NewPlainScratchSpace({.dir = base::TestDir(), .bytes_max = bytes_max});
  EXPECT_OK(space);
  return *std::move(space);
}

// Of memory: nothing goes to scratch.
inline constexpr uint64_t kAmple = 64 << 20;

// A line for each object that defines a key again.
inline std::vector<std::string> RepeatsOf(KeyIndex& index) {
  std::vector<std::string> repeats;
  EXPECT_OK(index.ForEachRepeat([&repeats](const KeyIndex::Repeat& repeat) {
    const ObjectNote note = repeat.Note();
    std::string line = absl::StrCat(note.kind, " ", note.key, "@", note.at.line);
    for (int kind = 0; kind <= static_cast<int>(KeyKind::kNndnName); ++kind) {
      const auto key_kind = static_cast<KeyKind>(kind);
      if (!repeat.Has(key_kind)) continue;
      absl::StrAppend(&line, " ", kind, KeyIndex::Repeat::TextOf(note, key_kind));
    }
    if (repeat.clashes()) line += " clashes";
    if (repeat.has_roid_of_other_type()) line += " other";
    repeats.push_back(line);
  }));
  return repeats;
}

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_
