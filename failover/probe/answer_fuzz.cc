// Whatever a name server sends: an answer whose parts are text in lower case, or none; and a name
// of which a question is made comes back from it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/probe/expectations.h"
#include "failover/probe/question.h"

namespace tidemark::failover::probe {
namespace {

void CheckText(const TextSet& lines) {
  for (const std::string& line : lines) CHECK(absl::AsciiStrToLower(line) == line);
}

void CheckAnswer(absl::string_view wire) {
  const std::optional<Answer> answer = DecodeAnswer(wire);
  if (!answer.has_value()) return;
  CHECK(absl::AsciiStrToLower(answer->name) == answer->name);
  CHECK(answer->is_referral || answer->delegation.servers.empty());
  CheckText(answer->delegation.servers);
  CheckText(answer->delegation.ds);
  CheckText(answer->delegation.glue);
  CheckText(answer->addresses);
  CheckText(answer->servers);
  CHECK(answer->has_records || (answer->addresses.empty() && answer->servers.empty()));
}

bool IsPlainName(absl::string_view name) {
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_islower(byte) && !absl::ascii_isdigit(byte) && c != '-' && c != '.') {
      return false;
    }
  }
  return true;
}

// A question whose bit for a response is set is an answer without records.
void CheckQuestion(absl::string_view name) {
  std::string wire = EncodeQuestion(4711, name, Wanted::kIpv6);
  if (wire.empty()) return;
  wire[2] = static_cast<char>(wire[2] | 0x80);
  const std::optional<Answer> answer = DecodeAnswer(wire);
  CHECK(answer.has_value() && answer->id == 4711);
  CHECK(!IsPlainName(name) || answer->name == name);
  CHECK(answer->type == static_cast<uint16_t>(Wanted::kIpv6));
  CHECK(!answer->is_referral && !answer->has_records);
}

}  // namespace
}  // namespace tidemark::failover::probe

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::failover::probe::CheckAnswer(bytes);
  tidemark::failover::probe::CheckQuestion(bytes);
  return 0;
}
