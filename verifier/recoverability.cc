#include "verifier/recoverability.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace tidemark::verifier {
namespace {

constexpr int64_t kExamplesPerLoss = 3;
constexpr size_t kNoLoss = kLossCount;

// A word that gives a text away. `head` is its first four letters, by which it is found.
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

constexpr uint32_t Head(absl::string_view word) {
  uint32_t head = 0;
  for (size_t i = 0; i < 4; ++i) {
    const char c = word[i];
    head = head << 8 | static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  }
  return head;
}

// Whether any sign begins so. A switch over constants: a handful of comparisons.
bool MayBeSign(uint32_t head) {
  switch (head) {
    case Head("reda"):
    case Head("with"):
    case Head("undi"):
    case Head("non-"):
    case Head("not "):
    case Head("gdpr"):
    case Head("mask"):
    case Head("data"):
    case Head("stat"):
    case Head("whoi"):
    case Head("priv"):
    case Head("prox"):
    case Head("doma"):
    case Head("anon"):
      return true;
    default:
      return false;
  }
}

// Signs stand at the start of a word.
size_t SignIn(absl::string_view text) {
  bool in_word = false;
  for (size_t i = 0; i + 4 <= text.size(); ++i) {
    const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(text[i]));
    if (letter && !in_word && MayBeSign(Head(text.substr(i, 4)))) {
      for (const Sign& sign : kSigns) {
        if (absl::StartsWithIgnoreCase(text.substr(i), sign.word)) {
          return static_cast<size_t>(sign.loss);
        }
      }
    }
    in_word = letter;
  }
  return kNoLoss;
}

bool IsPlaceholder(absl::string_view text) {
  if (text.size() > 14) return false;
  return std::any_of(std::begin(kPlaceholders), std::end(kPlaceholders),
                     [text](absl::string_view p) { return absl::EqualsIgnoreCase(text, p); });
}

// Two question marks in a row, one within a word, U+FFFD, or UTF-8 that was read as Latin-1 and
// written as UTF-8 again: U+00C2 or U+00C3 before another character of U+0080 to U+00BF.
bool IsDamaged(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c == '?') {
      const bool run = i + 1 < text.size() && text[i + 1] == '?';
      const bool within = i > 0 && i + 1 < text.size() &&
                          absl::ascii_isalpha(static_cast<unsigned char>(text[i - 1])) &&
                          absl::ascii_isalpha(static_cast<unsigned char>(text[i + 1]));
      if (run || within) return true;
    }
    if (c == 0xef && absl::StartsWith(text.substr(i), "\xef\xbf\xbd")) return true;
    if (c == 0xc3 && i + 3 < text.size() && (text[i + 1] == '\x82' || text[i + 1] == '\x83') &&
        text[i + 2] == '\xc2') {
      return true;
    }
  }
  return false;
}

bool IsAsciiText(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c); });
}

// Countries whose own addresses are not written in Latin letters.
bool WritesOtherScript(absl::string_view cc) {
  static constexpr absl::string_view kCountries[] = {
      "AE", "AM", "BD", "BG", "BY", "CN", "EG", "GE", "GR", "HK", "IL", "IQ", "IR",
      "JO", "JP", "KH", "KR", "KW", "KZ", "LA", "LB", "LK", "MK", "MM", "MN", "MO",
      "NP", "OM", "PK", "QA", "RU", "SA", "SY", "TH", "TJ", "TW", "UA", "YE",
  };
  return std::binary_search(std::begin(kCountries), std::end(kCountries), cc);
}

bool IsNobodysMail(absl::string_view email) {
  const absl::string_view host = email.substr(email.rfind('@') + 1);
  for (const absl::string_view nobody :
       {"example.com", "example.net", "example.org", "localhost"}) {
    if (absl::EqualsIgnoreCase(host, nobody)) return true;
  }
  return absl::EndsWithIgnoreCase(host, ".invalid") || absl::EndsWithIgnoreCase(host, ".test") ||
         absl::EndsWithIgnoreCase(host, ".example") ||
         absl::StartsWithIgnoreCase(email, "noreply@") ||
         absl::StartsWithIgnoreCase(email, "no-reply@");
}

// "+1.5555555555", "+00.000000": one digit again and again.
bool IsNobodysNumber(absl::string_view number) {
  const absl::string_view local = number.substr(number.find('.') + 1);
  return local.size() >= 4 &&
         std::all_of(local.begin(), local.end(), [&](char c) { return c == local[0]; });
}

// The better of two: the one that lost less.
size_t Best(size_t a, size_t b) { return std::max(a, b); }

}  // namespace

absl::string_view LossName(Loss loss) {
  static constexpr absl::string_view kNames[] = {"empty",       "redacted", "proxy",
                                                 "placeholder", "damaged",  "transliterated"};
  static_assert(std::size(kNames) == kLossCount);
  return kNames[static_cast<size_t>(loss)];
}

size_t LossOf(absl::string_view text) {
  if (text.empty()) return static_cast<size_t>(Loss::kEmpty);
  const size_t sign = SignIn(text);
  if (sign != kNoLoss) return sign;
  if (IsPlaceholder(text)) return static_cast<size_t>(Loss::kPlaceholder);
  if (IsDamaged(text)) return static_cast<size_t>(Loss::kDamaged);
  return kNoLoss;
}

struct Recoverability::Channel {
  absl::string_view field;
  absl::string_view text;  // for an example
  size_t loss;
  int points;
};

int Recoverability::Judge(const Channel& channel, const Subject& subject, uint32_t& lost) {
  if (channel.loss == kNoLoss) return channel.points;
  const Loss loss = static_cast<Loss>(channel.loss);
  lost |= uint32_t{1} << channel.loss;
  // An empty field has nothing to show.
  const int64_t shown = std::count_if(examples.begin(), examples.end(),
                                      [loss](const Example& e) { return e.loss == loss; });
  if (shown < kExamplesPerLoss && !channel.text.empty()) {
    examples.push_back({loss, LabelOf(subject), channel.field, Masked(channel.text)});
  }
  return loss == Loss::kDamaged || loss == Loss::kTransliterated ? channel.points / 2 : 0;
}

void Recoverability::Add(const rde::Contact& contact, const Subject& subject) {
  Channel who{"name", "", static_cast<size_t>(Loss::kEmpty), 40};
  Channel where{"city", "", static_cast<size_t>(Loss::kEmpty), 25};
  bool other_script = false;
  bool ascii = true;
  for (const rde::PostalInfo& info : contact.postal_infos) {
    const size_t name = LossOf(info.name);
    const size_t org = LossOf(info.org);
    if (Best(name, org) >= who.loss) {
      who = {name >= org ? "name" : "org", name >= org ? info.name : info.org, Best(name, org), 40};
    }
    const absl::string_view street =
        info.address.streets.empty() ? absl::string_view() : info.address.streets[0];
    const size_t city = LossOf(info.address.city);
    // Both must be there: the worse of them counts.
    const size_t place = std::min(city, LossOf(street));
    if (place >= where.loss) {
      where = {place == city ? "city" : "street", place == city ? info.address.city : street, place,
               25};
    }
    other_script = other_script || WritesOtherScript(info.address.cc);
    ascii =
        ascii && IsAsciiText(info.name) && IsAsciiText(info.org) && IsAsciiText(info.address.city);
  }
  if (other_script && ascii) {
    for (Channel* channel : {&who, &where}) {
      if (channel->loss == kNoLoss) channel->loss = static_cast<size_t>(Loss::kTransliterated);
    }
  }
  Channel mail{"email", contact.email, LossOf(contact.email), 25};
  if (mail.loss == kNoLoss && IsNobodysMail(contact.email)) {
    mail.loss = static_cast<size_t>(Loss::kPlaceholder);
  }
  Channel voice{"voice", contact.voice.number, LossOf(contact.voice.number), 10};
  if (voice.loss == kNoLoss && IsNobodysNumber(contact.voice.number)) {
    voice.loss = static_cast<size_t>(Loss::kPlaceholder);
  }
  uint32_t lost = 0;
  int sum = 0;
  for (const Channel* channel : {&who, &where, &mail, &voice}) {
    sum += Judge(*channel, subject, lost);
  }
  ++contacts;
  points += sum;
  for (size_t i = 0; i < kLossCount; ++i) losses[i] += lost >> i & 1;
  ++quarters[static_cast<size_t>(std::min(sum / 25, 3))];
}

}  // namespace tidemark::verifier
