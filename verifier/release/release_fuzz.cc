// A release package, as whoever carried it made it: parsed, its case taken apart, its answers
// checked against one custodian of one.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/release/release.h"

namespace {

using tidemark::verifier::Custodians;

const Custodians& OneOfOne() {
  static const Custodians custodians = [] {
    tidemark::vault::AgentConnection agent;
    agent.release_commitments_hex = {
        "36f52851985c840a925bf1181b4027a82183faefc585ce1843f9eecf3ef89473"};
    agent.custodian_keys_hex = {"74fca2a3b389fb1a64d9bf52cc0dd4c2964f3804c0cf7c755e8513c6db8198dc"};
    return tidemark::verifier::CustodiansOf(agent).value();
  }();
  return custodians;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto package = tidemark::verifier::ParsePackage(bytes);
  if (!package.ok()) {
    CHECK(absl::IsDataLoss(package.status()));
    // A case comes in a file of its own, too.
    const auto release_case = tidemark::verifier::ParseCase(bytes);
    CHECK(release_case.ok() ? release_case->bytes == bytes
                            : absl::IsDataLoss(release_case.status()));
    return 0;
  }
  CHECK(package->SerializeAsString() == bytes);
  const auto deposit = tidemark::verifier::ReleasedDeposit(*package);
  const auto release_case = tidemark::verifier::ParseCase(package->release_case());
  if (!package->release_case().empty()) CHECK(deposit.ok() == release_case.ok());
  if (!release_case.ok()) return 0;
  for (const auto& answer : package->answers()) {
    const auto number = tidemark::verifier::CheckAnswer(answer, *release_case, OneOfOne());
    CHECK(number.ok() ? *number == 1 : absl::IsDataLoss(number.status()));
  }
  return 0;
}
