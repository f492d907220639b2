// A challenge and a proof for it, as files that strangers sent. The first byte says how many of the
// next are the challenge.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "escrow_agent/release/liveness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const tidemark::vault::AgentConnection agent = [] {
    tidemark::vault::AgentConnection facts;
    facts.vault_id = std::string(16, 'v');
    facts.release_commitments_hex = {
        "36f52851985c840a925bf1181b4027a82183faefc585ce1843f9eecf3ef89473"};
    facts.custodian_keys_hex = {"74fca2a3b389fb1a64d9bf52cc0dd4c2964f3804c0cf7c755e8513c6db8198dc"};
    return facts;
  }();
  if (size == 0) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const absl::string_view challenge = bytes.substr(0, data[0]);
  const auto time = tidemark::escrow_agent::CheckChallenge(challenge, agent);
  CHECK(time.ok() || absl::IsDataLoss(time.status()) || absl::IsPermissionDenied(time.status()));
  const auto number =
      tidemark::escrow_agent::VerifyLiveness(challenge, bytes.substr(challenge.size()), agent);
  if (number.ok()) {
    CHECK(time.ok() && *number == 1);
  } else if (time.ok()) {
    CHECK(absl::IsDataLoss(number.status()));
  } else {
    CHECK(number.status() == time.status());
  }
  return 0;
}
