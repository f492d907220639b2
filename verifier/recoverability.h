// How well the people behind a deposit's names could be found again from the deposit alone: a score
// of 0 to 100, with the reasons for what is missing. docs/recoverability.md says what it means.
//
// Every contact has 100 points: 40 for who it is (name or organisation), 25 for where (street,
// city), 25 for e-mail, 10 for a telephone. A channel that is empty, a placeholder, redacted or a
// proxy's gives nothing; one that is damaged or only transliterated gives half. The score is the
// mean.
//
// It sees each contact once and keeps numbers and a few masked examples. Deterministic; about half
// a microsecond a contact, without allocation. Threads: one at a time.
#ifndef TIDEMARK_VERIFIER_RECOVERABILITY_H_
#define TIDEMARK_VERIFIER_RECOVERABILITY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "verifier/finding.h"

namespace tidemark::verifier {

// Worst first: of several signs in one field the first counts.
enum class Loss : uint8_t {
  kEmpty,           // the channel has nothing
  kRedacted,        // withheld on purpose: "REDACTED FOR PRIVACY"
  kProxy,           // a privacy or proxy service stands in
  kPlaceholder,     // "n/a", "test", "xxx", an address at example.com
  kDamaged,         // characters lost on the way: "???", U+FFFD, UTF-8 read as Latin-1
  kTransliterated,  // ASCII only, of a country that writes in another script
};
inline constexpr size_t kLossCount = 6;
// "empty", "redacted", ...
absl::string_view LossName(Loss loss);

// What a text says of itself; kLossCount for nothing wrong. Empty text is kEmpty.
size_t LossOf(absl::string_view text);

struct Recoverability {
  struct Example {
    Loss loss;
    std::string object;  // "contact ROID"
    absl::string_view field;
    std::string sample;  // masked
  };

  void Add(const rde::Contact& contact, const Subject& subject);

  int64_t contacts = 0;
  int64_t points = 0;
  // Contacts with at least one channel lost in this way.
  std::array<int64_t, kLossCount> losses{};
  // Contacts by what is left: under 25 points, under 50, under 75, and the rest.
  std::array<int64_t, 4> quarters{};
  std::vector<Example> examples;  // the first few of each loss, in document order

  // Rounded down; 0 without contacts.
  int score() const { return contacts == 0 ? 0 : static_cast<int>(points / contacts); }

 private:
  struct Channel;
  int Judge(const Channel& channel, const Subject& subject, uint32_t& lost);
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RECOVERABILITY_H_
