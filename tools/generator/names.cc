#include "tools/generator/names.h"

#include <array>

#include "tools/generator/dice.h"
#include "tools/generator/punycode.h"

namespace tidemark::generator {
namespace {

constexpr absl::string_view kWords[] = {
    "amber",  "harbor",  "silver", "maple",   "north",   "bright",  "stone",   "river",
    "cedar",  "falcon",  "garden", "lantern", "meadow",  "orchid",  "pine",    "quartz",
    "raven",  "saffron", "tulip",  "umbra",   "velvet",  "willow",  "yarrow",  "zephyr",
    "bakery", "clinic",  "dental", "energy",  "finance", "gallery", "hotel",   "insure",
    "jazz",   "kitchen", "legal",  "motor",   "nature",  "optic",   "photo",   "quick",
    "rental", "studio",  "travel", "union",   "vision",  "water",   "yoga",    "zenith",
    "atlas",  "beacon",  "coral",  "delta",   "ember",   "fjord",   "glacier", "horizon",
    "iris",   "juniper", "karma",  "lotus",   "mosaic",  "nova",    "oasis",   "prairie"};
static_assert(std::size(kWords) == 64);

// No doubled letters where a word meets the syllables' unambiguous two-letter grid.
constexpr char kConsonants[] = "bdfghklmnprstvwz";
constexpr char kVowels[] = "aeio";

constexpr std::u32string_view kGermanWords[] = {U"müller", U"schön", U"grün", U"öl",
                                                U"über",   U"käse",  U"süd",  U"gärten"};
constexpr std::u32string_view kRussianWords[] = {U"дом",  U"город", U"река", U"книга",
                                                 U"море", U"сад",   U"мост", U"свет"};
constexpr char32_t kRussianConsonants[] = U"бвгджзклмнпрстфх";
constexpr char32_t kRussianVowels[] = U"аеио";

// Simplified and traditional forms, position by position.
constexpr char32_t kSimplified[] = U"龙门马鱼风云东书车长国学飞鸟叶华";
constexpr char32_t kTraditional[] = U"龍門馬魚風雲東書車長國學飛鳥葉華";
// 64 characters that have no variants.
constexpr char32_t kHan[] =
    U"山水火木土日月星天人口手心田石白大小中上下左右子女王玉工力刀弓牛"
    U"羊犬米竹舟花草林森本末目耳足身走生立正公文方平安北南西明早光古今";
static_assert(std::size(kSimplified) == 17 && std::size(kTraditional) == 17);
static_assert(std::size(kHan) == 65 && std::size(kRussianConsonants) == 17);

// The four 6-bit digits of a code.
std::array<unsigned, 4> Digits(uint32_t code) {
  return {code >> 18 & 63, code >> 12 & 63, code >> 6 & 63, code & 63};
}

char32_t HanCharacter(uint64_t position, int is_traditional) {
  return is_traditional != 0 ? kTraditional[position] : kSimplified[position];
}

std::u32string UnicodeLabel(Script script, uint32_t code, uint64_t word, int variant) {
  std::u32string label;
  switch (script) {
    case Script::kAscii:
      break;
    case Script::kGerman:
      label = kGermanWords[word % 8];
      for (unsigned digit : Digits(code)) {
        label.push_back(static_cast<char32_t>(kConsonants[digit / 4]));
        label.push_back(static_cast<char32_t>(kVowels[digit % 4]));
      }
      break;
    case Script::kRussian:
      label = kRussianWords[word % 8];
      for (unsigned digit : Digits(code)) {
        label.push_back(kRussianConsonants[digit / 4]);
        label.push_back(kRussianVowels[digit % 4]);
      }
      break;
    case Script::kChinese:
      label.push_back(HanCharacter(word % 16, variant & 1));
      label.push_back(HanCharacter(word / 16 % 16, variant & 2));
      for (unsigned digit : Digits(code)) label.push_back(kHan[digit]);
      break;
  }
  return label;
}

}  // namespace

absl::string_view IdnTableId(Script script) {
  switch (script) {
    case Script::kAscii:
      break;
    case Script::kGerman:
      return "de";
    case Script::kRussian:
      return "ru";
    case Script::kChinese:
      return "zh";
  }
  return "";
}

Labels::Labels(uint64_t seed, uint64_t salt) : key_(Mix(Mix(seed) + salt)) {}

uint32_t Labels::Scramble(uint32_t number) const {
  uint32_t left = number >> 12 & 0xFFF;
  uint32_t right = number & 0xFFF;
  for (uint64_t round = 1; round <= 4; ++round) {
    const uint32_t mixed = static_cast<uint32_t>(Mix(key_ + (round << 32) + right)) & 0xFFF;
    const uint32_t next = left ^ mixed;
    left = right;
    right = next;
  }
  return left << 12 | right;
}

void Labels::AppendAscii(uint64_t number, std::string& out) const {
  const uint64_t word = Mix(key_ ^ number);
  const absl::string_view text = kWords[word % 64];
  out.append(text.data(), text.size());
  if ((word >> 8 & 7) == 0) out.push_back('-');
  for (unsigned digit : Digits(Scramble(static_cast<uint32_t>(number)))) {
    out.push_back(kConsonants[digit / 4]);
    out.push_back(kVowels[digit % 4]);
  }
}

void Labels::Make(uint64_t number, Script script, int variant, Label& out) const {
  out.ascii.clear();
  out.unicode.clear();
  if (script == Script::kAscii) {
    AppendAscii(number, out.ascii);
    return;
  }
  const std::u32string label =
      UnicodeLabel(script, Scramble(static_cast<uint32_t>(number)), Mix(key_ ^ number), variant);
  AppendALabel(label, out.ascii);
  AppendUtf8(label, out.unicode);
}

}  // namespace tidemark::generator
