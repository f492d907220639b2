#include "crypto/dealing.h"

#include "crypto/sealed_message.h"

namespace tidemark::crypto {
namespace {

constexpr size_t kTranscriptBytes = 32;
constexpr size_t kNumberBytes = 4;
constexpr size_t kSubshareBytes = kScalarBytes + kSealedMessageOverheadBytes;
constexpr size_t kSignatureBytes = 64;

absl::string_view Take(absl::string_view& rest, size_t size) {
  const absl::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

}  // namespace

size_t DealingSize(size_t threshold, size_t custodians) {
  return kTranscriptBytes + kNumberBytes + threshold * kPointBytes + kProofBytes +
         custodians * kSubshareBytes + kSignatureBytes;
}

std::optional<Dealing> ParseDealing(absl::string_view bytes, size_t threshold, size_t custodians) {
  if (bytes.size() != DealingSize(threshold, custodians)) return std::nullopt;
  Dealing dealing{};
  dealing.body = bytes.substr(0, bytes.size() - kSignatureBytes);
  absl::string_view rest = bytes;
  dealing.transcript = Take(rest, kTranscriptBytes);
  for (const char c : Take(rest, kNumberBytes)) {
    dealing.dealer = dealing.dealer << 8 | static_cast<uint8_t>(c);
  }
  if (dealing.dealer == 0) return std::nullopt;
  dealing.commitments = Take(rest, threshold * kPointBytes);
  dealing.proof = Take(rest, kProofBytes);
  for (size_t i = 0; i < custodians; ++i) dealing.subshares.push_back(Take(rest, kSubshareBytes));
  dealing.signature = rest;
  return dealing;
}

std::optional<std::vector<Point>> CommitmentsOf(const Dealing& dealing) {
  std::vector<Point> commitments;
  for (size_t at = 0; at < dealing.commitments.size(); at += kPointBytes) {
    const std::optional<Point> point = GoodPointFrom(dealing.commitments.substr(at, kPointBytes));
    if (!point.has_value()) return std::nullopt;
    commitments.push_back(*point);
  }
  return commitments;
}

}  // namespace tidemark::crypto
