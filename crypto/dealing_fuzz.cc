// A dealing as a custodian receives it, for a ceremony of 2 of 3 with fixed keys.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "crypto/dealing.h"
#include "crypto/deposit_key.h"
#include "crypto/release_ceremony.h"
#include "crypto/ristretto.h"
#include "crypto/sign.h"

namespace {

using namespace tidemark::crypto;

// The ceremony of testdata/dealing_fuzz: keys of custodians and dealers, in hex.
const ReleaseCeremony& TwoOfThree() {
  static const ReleaseCeremony ceremony = [] {
    CeremonyTerms terms{
        .nonce = std::string(32, 'n'), .threshold = 2, .custodians = {}, .dealers = {}};
    for (const char* hex : {"568d5c2614561ccb48ab6799bf8ca0490ddeed6ea8ef88bcc2e49d4b259d4e72",
                            "07ed8f92903863fe1f48d05ac90dab915b71ff8702e032e1d49759e61dc4ed2d",
                            "a1fb5d9bd924fa9fb114157e5d844231643dea7d1c9df7ed336aad1c2bae706d"}) {
      terms.custodians.push_back(OpeningPublicKey::FromHex(hex).value());
    }
    terms.dealers = {
        VerifyKey::FromHex("20caebe1041b39d6b6751d841d8916ffe4baa5495842b9c0f9740a73c2b29935")
            .value()};
    return ReleaseCeremony::Create(terms).value();
  }();
  return ceremony;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto dealer = TwoOfThree().CheckDealing(bytes);
  CHECK(dealer.ok() ? *dealer == 1 : absl::IsDataLoss(dealer.status()));
  // Behind the signature, which mutations do not get past: form alone, of several numbers.
  for (size_t custodians = 1; custodians <= 3; ++custodians) {
    const auto parsed = ParseDealing(bytes, 2, custodians);
    if (!parsed.has_value()) continue;
    CHECK(parsed->body.size() + parsed->signature.size() == size);
    CHECK(parsed->subshares.size() == custodians && parsed->dealer > 0);
    const auto commitments = CommitmentsOf(*parsed);
    CHECK(!commitments.has_value() || commitments->size() == 2);
    const auto proof = ProofFrom(parsed->proof);
    CHECK(!proof.has_value() || IsGoodScalar(proof->challenge));
  }
  const auto sharing = TwoOfThree().Sharing({bytes});
  CHECK(sharing.ok() == dealer.ok());
  return 0;
}
