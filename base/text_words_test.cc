#include "base/text_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/text_lane.h"

namespace tidemark::base {
namespace {

// Letters of both cases and their neighbours; now and then any byte. Exactly as long as its bytes,
// so that a sanitizer sees what reads beyond them.
std::string SeededText(std::mt19937_64& random, size_t bytes) {
  static constexpr char kBytes[] = "aAzZ@[`{09-. \x7f";
  std::string text(bytes, 'x');
  for (char& c : text) {
    c = random() % 8 == 0 ? static_cast<char>(random()) : kBytes[random() % (sizeof(kBytes) - 1)];
  }
  text.shrink_to_fit();
  return text;
}

TEST(TextWords, AWordHasTheFirstBytesAndZeros) {
  for (size_t bytes = 0; bytes <= 8; ++bytes) {
    const std::string text = std::string("ABCDEFGH").substr(0, bytes);
    std::string padded = text;
    padded.resize(8);
    EXPECT_EQ(LoadUpTo64(text.data(), bytes), Load64(padded.data())) << bytes;
  }
}

TEST(TextWords, LowerWordChangesCapitalsOnly) {
  for (int c = 0; c < 256; ++c) {
    const std::string word = {'z',    static_cast<char>(c), 'A',  static_cast<char>(c),
                              '\xff', static_cast<char>(c), '\0', static_cast<char>(c)};
    EXPECT_EQ(LowerWord(Load64(word.data())), Load64(absl::AsciiStrToLower(word).data())) << c;
  }
}

TEST(TextWords, AgreesWithOneByteAtATime) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const std::string a = SeededText(random, random() % 40);
    std::string b = random() % 2 == 0 ? absl::AsciiStrToUpper(a) : absl::AsciiStrToLower(a);
    if (!b.empty() && random() % 2 == 0) b[random() % b.size()] ^= 0x20;
    EXPECT_EQ(Equals(a, b), a == b) << a << " " << b;
    EXPECT_EQ(EqualsFolded(a, b), absl::EqualsIgnoreCase(a, b)) << a << " " << b;
    const std::string part = b.substr(0, random() % (b.size() + 1));
    EXPECT_EQ(StartsFolded(a, part), absl::StartsWithIgnoreCase(a, part)) << a << " " << part;
    const std::string rest = b.substr(part.size());
    EXPECT_EQ(EndsFolded(a, rest), absl::EndsWithIgnoreCase(a, rest)) << a << " " << rest;
    const bool ascii = std::all_of(a.begin(), a.end(), [](char c) { return (c & 0x80) == 0; });
    EXPECT_EQ(IsAscii(a), ascii) << a;
  }
}

template <typename Predicate>
uint32_t Where(absl::string_view text, Predicate is) {
  uint32_t bits = 0;
  for (size_t i = 0; i < std::min(text.size(), kLaneBytes); ++i) bits |= uint32_t{is(text[i])} << i;
  return bits;
}

TEST(TextLane, AgreesWithOneByteAtATime) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = SeededText(random, random() % 20);
    const TextLane lane(text);
    const auto byte = [](char c) { return static_cast<unsigned char>(c); };
    EXPECT_EQ(lane.IsLetter(), Where(text, [&](char c) { return absl::ascii_isalpha(byte(c)); }));
    EXPECT_EQ(lane.IsDigit(), Where(text, [&](char c) { return absl::ascii_isdigit(byte(c)); }));
    EXPECT_EQ(lane.IsOver127(), Where(text, [&](char c) { return byte(c) > 127; }));
    for (const char wanted : {'a', '.', '\xc3'}) {
      EXPECT_EQ(lane.Is(wanted), Where(text, [&](char c) { return c == wanted; })) << text;
    }
  }
}

TEST(TextWords, TextsOfOtherLengthsAreOthers) {
  EXPECT_FALSE(Equals("a", std::string("a\0", 2)));
  EXPECT_FALSE(EqualsFolded("a", std::string("a\0", 2)));
  EXPECT_FALSE(StartsFolded("a", "ab"));
  EXPECT_FALSE(EndsFolded("b", "ab"));
  EXPECT_TRUE(EqualsFolded("", ""));
  EXPECT_TRUE(Is("loc", "loc"));
  for (const char* other : {"", "lo", "Loc", "local"}) EXPECT_FALSE(Is(other, "loc")) << other;
}

}  // namespace
}  // namespace tidemark::base
