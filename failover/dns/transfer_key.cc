#include "failover/dns/transfer_key.h"

#include <sys/random.h>

#include <cerrno>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/dns/old_key_files.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr size_t kSecretBytes = 32;  // as many as HMAC-SHA-256 gives, RFC 8945 section 8
constexpr size_t kSecretBytesMin = 16;
constexpr size_t kSecretBytesMax = 64;
constexpr char kOwnName[] = "tidemark-transfer";
constexpr char kAlgorithm[] = "hmac-sha256";

}  // namespace

absl::StatusOr<TransferKey> TransferKey::Make() {
  char secret[kSecretBytes];
  if (getrandom(secret, sizeof(secret), 0) != static_cast<ssize_t>(sizeof(secret))) {
    return base::ErrnoStatus(errno, "random numbers");
  }
  return TransferKey{kOwnName, absl::Base64Escape(absl::string_view(secret, sizeof(secret)))};
}

absl::StatusOr<TransferKey> TransferKey::Load(const std::string& path) {
  RETURN_IF_ERROR(CheckSecretFile(path));
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(path));
  const std::vector<std::string> parts = absl::StrSplit(absl::StripAsciiWhitespace(text), ':');
  const auto refused = [&path](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a line hmac-sha256:NAME:SECRET: ", why));
  };
  if (parts.size() != 3) return refused("it has not three parts");
  if (parts[0] != kAlgorithm) return refused("the algorithm is another");
  if (parts[1].empty() || CanonicalName(parts[1]) != parts[1]) {
    return refused("the name is not a domain name in lower case, without a final dot");
  }
  if (parts[1] == kOwnName) return refused("this name is the secondary's key's");
  std::string secret;
  if (!absl::Base64Unescape(parts[2], &secret) || secret.size() < kSecretBytesMin ||
      secret.size() > kSecretBytesMax) {
    return refused("the secret is not 16 to 64 bytes in base64");
  }
  return TransferKey{parts[1], absl::Base64Escape(secret)};
}

}  // namespace tidemark::failover
