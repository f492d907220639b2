// Labels: pronounceable, unique by construction, in the scripts of three IDN tables.
//
// A label is a word and four syllables (or four Han characters) that spell the object's number,
// scrambled with the seed: two numbers never give one label, whatever the words are.
#ifndef TIDEMARK_TOOLS_GENERATOR_NAMES_H_
#define TIDEMARK_TOOLS_GENERATOR_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::generator {

enum class Script : uint8_t { kAscii, kGerman, kRussian, kChinese };

// Numbers that labels can spell: 2^24.
inline constexpr uint64_t kLabelNumbersMax = uint64_t{1} << 24;

// The IDN table of a script: "de", "ru", "zh"; "" for ASCII.
absl::string_view IdnTableId(Script script);

struct Label {
  std::string ascii;    // as the DNS has it: an A-label where the script asks for it
  std::string unicode;  // U-label; empty for ASCII
};

class Labels {
 public:
  // Different salts give independent families of labels.
  Labels(uint64_t seed, uint64_t salt);

  // `variant` chooses traditional characters (bit 0: the first, bit 1: the second) in Chinese
  // labels; 0 is the label itself. REQUIRES: number < kLabelNumbersMax.
  void Make(uint64_t number, Script script, int variant, Label& out) const;
  // The same for ASCII, appended.
  void AppendAscii(uint64_t number, std::string& out) const;

 private:
  // A permutation of the 24-bit numbers.
  uint32_t Scramble(uint32_t number) const;

  uint64_t key_;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_NAMES_H_
