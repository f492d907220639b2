// What a custodian sealed to the successor, as a custodian who lies would choose it: the input is
// what comes out of the box, and a second time the box itself.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "crypto/keyed_hash.h"
#include "crypto/release_answer.h"
#include "crypto/release_testing.h"
#include "crypto/sealed_message.h"

namespace {

using namespace tidemark::crypto;

struct Case {
  SharedKey shared = NewSharedKey(1, 1);
  OpeningKey successor = OpeningKey::Generate();
  std::string wrap = shared.sharing.public_key().Wrap(DepositKey::Generate(), "context");
  std::string id = std::string(kReleaseCaseIdBytes, 'c');
  ReleaseTerms terms{.context = "context", .wrap = wrap, .case_id = id};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Case fixed;
  if (size > 4096) return 0;
  const std::string plain(reinterpret_cast<const char*>(data), size);
  const std::string sealed = SealMessage(
      fixed.successor.public_key(), SecretBytes::Random(kSecretBytes),
      "tidemark/v1/release-answer-box", fixed.id + BigEndian32(1), SecretBytes::Copy(plain));
  // Nobody who does not know the share gets an answer past the proof.
  for (const std::string& answer : {sealed, plain}) {
    const auto released =
        CombineAnswers(fixed.shared.sharing, fixed.terms, fixed.successor, {{1, answer}});
    CHECK(absl::IsPermissionDenied(released.status()));
  }
  return 0;
}
