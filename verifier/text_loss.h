// What a text of a contact says of itself: nothing, or that it was withheld, stands for somebody
// else, is a placeholder, or lost characters on its way. docs/recoverability.md has the signs.
//
// Every contact of a deposit has six or seven texts, so each is looked at once, sixteen bytes at a
// time. Pure functions, without allocation; any thread.
#ifndef TIDEMARK_VERIFIER_TEXT_LOSS_H_
#define TIDEMARK_VERIFIER_TEXT_LOSS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

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
inline constexpr size_t kNoLoss = kLossCount;
// "empty", "redacted", ...
absl::string_view LossName(Loss loss);

struct TextLook {
  size_t loss = kNoLoss;  // a Loss; kNoLoss for nothing wrong
  bool ascii = true;
};
// Empty text is kEmpty.
TextLook LookAt(absl::string_view text);
inline size_t LossOf(absl::string_view text) { return LookAt(text).loss; }

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_TEXT_LOSS_H_
