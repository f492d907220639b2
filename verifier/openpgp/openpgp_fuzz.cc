// Whatever the key file, the message or signature, and the content: keys are refused or loaded, a
// message is decrypted the same in whatever pieces it is read, and whatever is wrong is said to be
// the file's fault.
//
// The input is separated by form feeds: a key file, a message or a signature, what is signed.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/status.h"
#include "verifier/openpgp/openpgp.h"

namespace tidemark::verifier {
namespace {

absl::StatusOr<std::string> Decrypt(absl::string_view message, const OpenPgpKeys& keys,
                                    size_t piece) {
  base::StringSource source(message);
  const auto decrypted = DecryptedSource::Open(source, keys);
  std::vector<char> buffer(piece);
  std::string content;
  for (;;) {
    const absl::StatusOr<size_t> got = decrypted->Read(absl::MakeSpan(buffer));
    if (!got.ok()) {
      CHECK(decrypted->Close() == got.status());
      return got.status();
    }
    if (*got == 0) break;
    content.append(buffer.data(), *got);
  }
  RETURN_IF_ERROR(decrypted->Close());
  return content;
}

void TryMessage(absl::string_view message, const OpenPgpKeys& keys) {
  const auto whole = Decrypt(message, keys, 1 << 16);
  CHECK(whole.ok() || absl::IsInvalidArgument(whole.status()));
  if (!whole.ok()) return;
  const auto pieces = Decrypt(message, keys, 1 + message.size() % 89);
  CHECK(pieces.ok() && *pieces == *whole);
}

void TrySignature(absl::string_view content, absl::string_view signature, const OpenPgpKeys& keys) {
  base::StringSource source(content);
  const absl::Status status = VerifyDetached(source, signature, keys);
  CHECK(status.ok() || absl::IsPermissionDenied(status));
  CHECK(source.Close().ok());
}

bool IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status);
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<absl::string_view> parts = absl::StrSplit(input, absl::MaxSplits('\f', 2));
  parts.resize(3);
  const auto secret = OpenPgpKeys::Load(parts[0], OpenPgpKeys::Kind::kSecret);
  CHECK(secret.ok() || IsRefusal(secret.status()));
  if (secret.ok()) TryMessage(parts[1], *secret);
  const auto keys = OpenPgpKeys::Load(parts[0], OpenPgpKeys::Kind::kPublic);
  CHECK(keys.ok() || IsRefusal(keys.status()));
  if (keys.ok()) TrySignature(parts[2], parts[1], *keys);
  return 0;
}
