// Keys of objects as 96-bit fingerprints: what uniqueness and references are judged with.
//
// A fingerprint is three hashes of 32 bits. Each is a sum over the words of a text, of products
// with numbers of its own that are random in each run ("multilinear", strongly universal: Lemire
// and Kaser, "Strongly universal string hashing is fast", 2012). Whoever chose two texts without
// having seen those numbers, on which nothing depends that leaves the process, chose two of one
// fingerprint with a chance of 2^-96: that is a theorem, where for SipHash, which cost three times
// as much here, it is an assumption. By luck two of 10 million keys collide with a chance under
// 1e-14. Reports do not depend on the numbers: order is by place in the file. Fingerprints are not
// for storing or comparing across runs.
//
// Threads: one at a time.
#ifndef TIDEMARK_VERIFIER_KEYS_H_
#define TIDEMARK_VERIFIER_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/held_text.h"
#include "base/text_words.h"

namespace tidemark::verifier {

// What a key is a key of: equal texts of different kinds are different keys. Keys of ROIDs are all
// of one kind, kDomainRoid, whatever has the ROID.
enum class KeyKind : uint8_t {
  kDomainName,
  kDomainRoid,
  kHostName,
  kHostRoid,
  kContactId,
  kContactRoid,
  kRegistrarId,
  kIdnTableId,
  kNndnName,
};

// Two hashes and the third. As three numbers of 32 bits a key would be returned by way of memory,
// and read there before it is written.
struct Key {
  uint64_t low;
  uint32_t high;
  bool operator==(const Key& other) const = default;
};

class KeyHasher {
 public:
  // Numbers from the system's source of random ones.
  KeyHasher();
  // Numbers that are the same in each run, for tests.
  explicit KeyHasher(uint64_t seed);

  // Of the text as it is.
  Key Of(KeyKind kind, absl::string_view text);
  // Of a DNS name: upper and lower case are one.
  Key OfName(KeyKind kind, absl::string_view name);

 private:
  template <typename Change>
  Key Sum(KeyKind kind, absl::string_view text, Change change);
  // As many numbers as texts of so many words need, of eight bytes each.
  void Extend(size_t words);

  std::optional<std::mt19937_64> seeded_;
  // As many as the longest text needed, six a word: base/limits.h bounds texts.
  std::vector<uint64_t> numbers_;
};

// The key of one kind that was made last: an object names one registrar several times, and so do
// objects in a row.
class LastKey {
 public:
  // `hasher` must outlive it.
  LastKey(KeyHasher& hasher, KeyKind kind) : hasher_(hasher), kind_(kind) {}

  // Of a text that is not empty, as KeyHasher::Of() and OfName().
  Key Of(absl::string_view text) {
    if (!base::Equals(text, text_.text())) {
      text_.Set(text);
      key_ = hasher_.Of(kind_, text);
    }
    return key_;
  }
  Key OfName(absl::string_view name) {
    if (!base::Equals(name, text_.text())) {
      text_.Set(name);
      key_ = hasher_.OfName(kind_, name);
    }
    return key_;
  }

 private:
  KeyHasher& hasher_;
  const KeyKind kind_;
  base::HeldText text_;
  Key key_{};
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEYS_H_
