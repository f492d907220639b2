// A set of country codes, two capital letters each: one load and one bit to look one up.
#ifndef TIDEMARK_VERIFIER_COUNTRY_SET_H_
#define TIDEMARK_VERIFIER_COUNTRY_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

class CountrySet {
 public:
  // `codes` one after another: "ATCHDE".
  constexpr explicit CountrySet(absl::string_view codes) {
    for (size_t i = 0; i + 1 < codes.size(); i += 2) {
      bits_[static_cast<size_t>(codes[i] - 'A')] |= uint32_t{1} << (codes[i + 1] - 'A');
    }
  }

  constexpr bool Has(absl::string_view code) const {
    if (code.size() != 2 || !IsCapital(code[0]) || !IsCapital(code[1])) return false;
    return (bits_[static_cast<size_t>(code[0] - 'A')] >> (code[1] - 'A') & 1) != 0;
  }

  constexpr size_t size() const {
    size_t codes = 0;
    for (uint32_t bits : bits_) {
      for (; bits != 0; bits &= bits - 1) ++codes;
    }
    return codes;
  }

 private:
  static constexpr bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

  std::array<uint32_t, 26> bits_{};  // by first letter, a bit for each second one
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_COUNTRY_SET_H_
