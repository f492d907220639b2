#include "verifier/text_loss.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/text_lane.h"
#include "base/text_words.h"

namespace tidemark::verifier {
namespace {

// A word that gives a text away.
struct Sign {
  absl::string_view word;
  Loss loss;
};
constexpr Sign kSigns[] = {
    {"redacted", Loss::kRedacted},
    {"withheld", Loss::kRedacted},
    {"undisclosed", Loss::kRedacted},
    {"non-public", Loss::kRedacted},
    {"not disclosed", Loss::kRedacted},
    {"gdpr", Loss::kRedacted},
    {"masked", Loss::kRedacted},
    {"data protected", Loss::kRedacted},
    {"statutory masking", Loss::kRedacted},
    {"whoisguard", Loss::kProxy},
    {"whoisproxy", Loss::kProxy},
    {"whoisprotection", Loss::kProxy},
    {"whoisprivacy", Loss::kProxy},
    {"whois privacy", Loss::kProxy},
    {"whois agent", Loss::kProxy},
    {"privacy", Loss::kProxy},
    {"privacyprotect", Loss::kProxy},
    {"proxy", Loss::kProxy},
    {"proxies", Loss::kProxy},
    {"domainsbyproxy", Loss::kProxy},
    {"anonymous", Loss::kProxy},
    {"anonymize", Loss::kProxy},
};

// The whole of a text.
constexpr absl::string_view kPlaceholders[] = {
    "-",
    "--",
    ".",
    "..",
    "x",
    "xx",
    "xxx",
    "xxxx",
    "n/a",
    "na",
    "none",
    "null",
    "unknown",
    "tbd",
    "test",
    "testing",
    "dummy",
    "todo",
    "default",
    "not available",
    "not applicable",
    "no name",
    "noname",
    "asdf",
    "john doe",
    "undefined",
    "empty",
    "0",
    "00000",
};

// How a sign begins, by which it is found: four bytes, letters among them in lower case. Few other
// bytes are changed by that, and none of those is in a sign.
constexpr size_t kHeadBytes = 4;
constexpr uint32_t kLowerCase = 0x2020'2020;

constexpr uint32_t HeadOf(absl::string_view word) {
  uint32_t head = 0;
  for (size_t i = 0; i < kHeadBytes; ++i)
    head |= uint32_t{static_cast<uint8_t>(word[i])} << (8 * i);
  return head | kLowerCase;
}

// The heads of all signs, each in a slot of its own: one comparison tells whether a word may be
// one. A factor that keeps them apart is found when this is compiled.
struct HeadTable {
  uint32_t factor = 0;
  std::array<uint32_t, 64> slots{};

  constexpr size_t SlotOf(uint32_t head) const { return head * factor >> 26; }
  constexpr bool Has(uint32_t head) const { return slots[SlotOf(head)] == head; }
};

constexpr HeadTable kHeads = [] {
  for (uint32_t factor = 0x9e37'79b1;; factor += 2) {
    HeadTable table{factor, {}};
    bool apart = true;
    for (const Sign& sign : kSigns) {
      uint32_t& slot = table.slots[table.SlotOf(HeadOf(sign.word))];
      apart = apart && (slot == 0 || slot == HeadOf(sign.word));
      slot = HeadOf(sign.word);
    }
    if (apart) return table;
  }
}();

// By the first byte, a bit for each length of a placeholder that begins so.
constexpr std::array<uint16_t, 256> kPlaceholderLengths = [] {
  std::array<uint16_t, 256> lengths{};
  for (const absl::string_view text : kPlaceholders) {
    const auto first = static_cast<uint8_t>(text[0]);
    for (const uint8_t c : {first, static_cast<uint8_t>(first >= 'a' ? first - 0x20 : first)}) {
      lengths[c] = static_cast<uint16_t>(lengths[c] | 1 << text.size());
    }
  }
  return lengths;
}();

// The sign that the word at `i` is, whatever follows it.
size_t SignAt(absl::string_view text, size_t i) {
  if (text.size() - i < kHeadBytes) return kNoLoss;
  if (!kHeads.Has(base::Load32(text.data() + i) | kLowerCase)) return kNoLoss;
  for (const Sign& sign : kSigns) {
    if (base::StartsFolded(text.substr(i), sign.word)) return static_cast<size_t>(sign.loss);
  }
  return kNoLoss;
}

bool IsPlaceholder(absl::string_view text) {
  if (text.size() >= 16) return false;
  const uint16_t lengths = kPlaceholderLengths[static_cast<uint8_t>(text[0])];
  if ((lengths >> text.size() & 1) == 0) return false;
  return std::any_of(std::begin(kPlaceholders), std::end(kPlaceholders),
                     [text](absl::string_view p) { return base::EqualsFolded(text, p); });
}

// Two question marks in a row, one within a word, U+FFFD, or UTF-8 that was read as Latin-1 and
// written as UTF-8 again: U+00C2 or U+00C3 before another character of U+0080 to U+00BF. `i` is
// where a byte stands that damage begins with.
bool IsDamagedAt(absl::string_view text, size_t i) {
  const absl::string_view rest = text.substr(i);
  const auto is_letter = [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); };
  if (text[i] == '?') {
    return rest.size() > 1 &&
           (rest[1] == '?' || (i > 0 && is_letter(text[i - 1]) && is_letter(rest[1])));
  }
  if (absl::StartsWith(rest, "\xef\xbf\xbd")) return true;
  return rest.size() > 3 && rest[0] == '\xc3' && (rest[1] == '\x82' || rest[1] == '\x83') &&
         rest[2] == '\xc2';
}

}  // namespace

absl::string_view LossName(Loss loss) {
  static constexpr absl::string_view kNames[] = {"empty",       "redacted", "proxy",
                                                 "placeholder", "damaged",  "transliterated"};
  static_assert(std::size(kNames) == kLossCount);
  return kNames[static_cast<size_t>(loss)];
}

TextLook LookAt(absl::string_view text) {
  if (text.empty()) return {static_cast<size_t>(Loss::kEmpty), true};
  size_t sign = kNoLoss;
  bool damaged = false;
  bool ascii = true;
  bool in_word = false;
  for (size_t at = 0; at < text.size(); at += base::kLaneBytes) {
    const base::TextLane lane({text.data() + at, text.size() - at});
    ascii = ascii && lane.IsOver127() == 0;
    // Signs stand at the start of a word. The first of them counts.
    const uint32_t letters = lane.IsLetter();
    uint32_t starts = letters & ~(letters << 1 | uint32_t{in_word});
    for (; starts != 0 && sign == kNoLoss; starts &= starts - 1) {
      sign = SignAt(text, at + static_cast<size_t>(std::countr_zero(starts)));
    }
    in_word = (letters >> (base::kLaneBytes - 1) & 1) != 0;
    // What damage begins with: '?', U+00C2 or U+00C3, U+FFFD.
    uint32_t marks = lane.Is('?') | lane.Is('\xc3') | lane.Is('\xef');
    for (; marks != 0 && !damaged; marks &= marks - 1) {
      damaged = IsDamagedAt(text, at + static_cast<size_t>(std::countr_zero(marks)));
    }
  }
  if (sign != kNoLoss) return {sign, ascii};
  if (IsPlaceholder(text)) return {static_cast<size_t>(Loss::kPlaceholder), ascii};
  if (damaged) return {static_cast<size_t>(Loss::kDamaged), ascii};
  return {kNoLoss, ascii};
}

}  // namespace tidemark::verifier
