// For tests: values near the edges of the types that RFC 8909, RFC 9022 and EPP use.
#ifndef TIDEMARK_TESTS_CONFORMANCE_VALUES_H_
#define TIDEMARK_TESTS_CONFORMANCE_VALUES_H_

#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::conformance {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  // 0 to n - 1. REQUIRES: n > 0.
  size_t Below(size_t n) { return static_cast<size_t>(random_() % n); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  absl::string_view Pick(absl::Span<const absl::string_view> list) {
    return list[Below(list.size())];
  }

 private:
  std::mt19937_64 random_;
};

// Texts, not escaped.
absl::Span<const absl::string_view> Dates();
absl::Span<const absl::string_view> Numbers();
absl::Span<const absl::string_view> Uris();
absl::Span<const absl::string_view> Tokens();      // enumerations, ids, ROIDs, languages, booleans
absl::Span<const absl::string_view> Binaries();    // hex, base64
absl::Span<const absl::string_view> Characters();  // of any script, one each
// One of any of them.
absl::string_view AnyValue(Dice& dice);
// As long as a length facet allows, one less or one more; of one- to three-byte characters.
std::string EdgeOfLength(Dice& dice);

// Any character of Unicode's first plane that XML allows.
std::string AnyCharacter(Dice& dice);

// `text` with one character inserted, replaced or taken out.
std::string Perturbed(absl::string_view text, Dice& dice);

std::string Escaped(absl::string_view text);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_VALUES_H_
