// How well the people behind a deposit's names could be found again from the deposit alone: a score
// of 0 to 100, with the reasons for what is missing. docs/recoverability.md says what it means.
//
// Every contact has 100 points: 40 for who it is (name or organisation), 25 for where (street,
// city), 25 for e-mail, 10 for a telephone. A channel that is empty, a placeholder, redacted or a
// proxy's gives nothing; one that is damaged or only transliterated gives half. The score is the
// mean.
//
// It sees each contact once and keeps numbers and a few masked examples. Deterministic; without
// allocation, save for examples. Threads: one at a time.
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
#include "verifier/text_loss.h"

namespace tidemark::verifier {

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
