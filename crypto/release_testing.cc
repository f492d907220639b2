#include "crypto/release_testing.h"

#include <utility>

namespace tidemark::crypto {

std::vector<std::string> Ceremony::DealAll() const {
  std::vector<std::string> dealings;
  for (const SigningKey& dealer : dealers) dealings.push_back(ceremony.Deal(dealer).value());
  return dealings;
}

Ceremony NewCeremony(int threshold, int custodians, int dealers) {
  std::vector<OpeningKey> keys;
  std::vector<SigningKey> signers;
  CeremonyTerms terms{.nonce = ReleaseCeremony::RandomNonce(),
                      .threshold = threshold,
                      .custodians = {},
                      .dealers = {}};
  for (int i = 0; i < custodians; ++i) {
    keys.push_back(OpeningKey::Generate());
    terms.custodians.push_back(keys.back().public_key());
  }
  for (int j = 0; j < dealers; ++j) {
    signers.push_back(SigningKey::Generate());
    terms.dealers.push_back(signers.back().verify_key());
  }
  return {std::move(keys), std::move(signers), ReleaseCeremony::Create(std::move(terms)).value()};
}

SharedKey NewSharedKey(int threshold, int custodians) {
  const Ceremony made = NewCeremony(threshold, custodians, /*dealers=*/1);
  const std::vector<std::string> dealings = made.DealAll();
  SharedKey key{made.ceremony.Sharing(dealings).value(), {}};
  for (int i = 0; i < custodians; ++i) {
    key.shares.push_back(made.ceremony.Share(dealings, i + 1, made.keys[i]).value());
  }
  return key;
}

}  // namespace tidemark::crypto
