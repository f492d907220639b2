#include "verifier/text_loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tidemark::verifier {
namespace {

size_t At(Loss loss) { return static_cast<size_t>(loss); }

TEST(LossOf, KnowsTheSigns) {
  for (const char* text :
       {"REDACTED FOR PRIVACY", "Redacted for GDPR", "Data Protected", "Withheld", "not disclosed",
        "Statutory Masking Enabled", "(redacted)"}) {
    EXPECT_EQ(LossOf(text), At(Loss::kRedacted)) << text;
  }
  for (const char* text : {"WhoisGuard, Inc.", "Domains By Proxy, LLC", "Privacy service provided",
                           "Contact Privacy Inc.", "c/o whoisproxy.com", "PrivacyProtect.org"}) {
    EXPECT_EQ(LossOf(text), At(Loss::kProxy)) << text;
  }
  for (const char* text : {"n/a", "N/A", "-", "unknown", "xxx", "Test", "None"}) {
    EXPECT_EQ(LossOf(text), At(Loss::kPlaceholder)) << text;
  }
  for (const char* text : {"???", "M?ller", "K\xef\xbf\xbdln", "M\xc3\x83\xc2\xbcller"}) {
    EXPECT_EQ(LossOf(text), At(Loss::kDamaged)) << text;
  }
  EXPECT_EQ(LossOf(""), At(Loss::kEmpty));
}

TEST(LossOf, LeavesPeopleAlone) {
  for (const char* text : {"Jane Roe", "M\xc3\xbcller", "Proximus", "Testa Rossa", "Nathan",
                           "Na Li", "Dataport", "Who is it?", "Undine", "Domaine Privat",
                           "\xe6\x9d\x8e\xe5\xa8\x9c", "Stat. Office", "With Love", "Ng"}) {
    EXPECT_EQ(LossOf(text), kNoLoss) << text;
  }
}

// ---- Against one byte at a time.

constexpr absl::string_view kRedacted[] = {
    "redacted", "withheld", "undisclosed",    "non-public",        "not disclosed",
    "gdpr",     "masked",   "data protected", "statutory masking",
};
constexpr absl::string_view kProxies[] = {
    "whoisguard", "whoisproxy", "whoisprotection", "whoisprivacy",   "whois privacy", "whois agent",
    "privacy",    "proxy",      "proxies",         "domainsbyproxy", "anonymous",     "anonymize",
};
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

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

bool NaiveIsDamaged(absl::string_view text) {
  if (absl::StrContains(text, "??") || absl::StrContains(text, "\xef\xbf\xbd")) return true;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '?' && IsLetter(text[i - 1]) && IsLetter(text[i + 1])) return true;
  }
  for (size_t i = 0; i + 3 < text.size(); ++i) {
    const absl::string_view three = text.substr(i, 3);
    if (three == "\xc3\x82\xc2" || three == "\xc3\x83\xc2") return true;
  }
  return false;
}

size_t NaiveLossOf(absl::string_view text) {
  if (text.empty()) return At(Loss::kEmpty);
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsLetter(text[i]) || (i > 0 && IsLetter(text[i - 1]))) continue;
    const auto begins = [word = text.substr(i)](absl::string_view sign) {
      return absl::StartsWithIgnoreCase(word, sign);
    };
    if (std::any_of(std::begin(kRedacted), std::end(kRedacted), begins)) return At(Loss::kRedacted);
    if (std::any_of(std::begin(kProxies), std::end(kProxies), begins)) return At(Loss::kProxy);
  }
  for (const absl::string_view placeholder : kPlaceholders) {
    if (absl::EqualsIgnoreCase(text, placeholder)) return At(Loss::kPlaceholder);
  }
  return NaiveIsDamaged(text) ? At(Loss::kDamaged) : kNoLoss;
}

// Pieces of signs, of damage and of names, so that signs begin, end and are cut anywhere in a text
// of any length up to a few lanes.
std::string SeededText(std::mt19937_64& random) {
  static constexpr absl::string_view kPieces[] = {
      "Jane",
      "roe",
      " ",
      "-",
      ".",
      "?",
      "\xc3",
      "\x83",
      "\xc2",
      "\xbc",
      "\xef\xbf\xbd",
      "\xef",
      "\xbf",
      "\xe6\x9d\x8e",
      "1",
      "@",
      "x",
      "A",
      "z",
      "[",
      "`",
      "{",
      "n/",
      "data ",
  };
  const auto pick = [&random](const auto& from) { return from[random() % std::size(from)]; };
  std::string text;
  for (uint64_t left = random() % 7; left > 0; --left) {
    switch (random() % 8) {
      case 0:
        absl::StrAppend(&text, pick(kRedacted));
        break;
      case 1:
        absl::StrAppend(&text, pick(kProxies));
        break;
      case 2:
        absl::StrAppend(&text, pick(kPlaceholders));
        break;
      default:
        absl::StrAppend(&text, pick(kPieces));
    }
  }
  if (!text.empty() && random() % 4 == 0) text.resize(random() % text.size());
  if (random() % 2 == 0) {
    for (char& c : text) {
      if (random() % 2 == 0) c = absl::ascii_toupper(static_cast<unsigned char>(c));
    }
  }
  text.shrink_to_fit();
  return text;
}

TEST(LookAt, AgreesWithOneByteAtATime) {
  std::mt19937_64 random(1);
  std::array<int, kLossCount + 1> seen{};
  for (int i = 0; i < 300'000; ++i) {
    const std::string text = SeededText(random);
    const TextLook look = LookAt(text);
    ASSERT_EQ(look.loss, NaiveLossOf(text)) << absl::CHexEscape(text);
    ASSERT_EQ(look.ascii,
              std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; }))
        << absl::CHexEscape(text);
    ++seen[look.loss];
  }
  // All but kTransliterated, which is not a text's.
  for (const size_t loss : {At(Loss::kEmpty), At(Loss::kRedacted), At(Loss::kProxy),
                            At(Loss::kPlaceholder), At(Loss::kDamaged), kNoLoss}) {
    EXPECT_GT(seen[loss], 1000) << loss;
  }
}

}  // namespace
}  // namespace tidemark::verifier
