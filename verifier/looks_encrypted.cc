#include "verifier/looks_encrypted.h"

#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/file.h"

namespace tidemark::verifier {

bool LooksEncrypted(const std::string& path) {
  struct stat st {};
  // What is read from a pipe is gone, and its writer with it.
  if (stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return false;
  auto source = base::FileSource::Open(path);
  if (!source.ok()) return false;
  char buffer[32];
  const auto got = (*source)->Read(absl::MakeSpan(buffer));
  if (!got.ok() || *got == 0) return false;
  const absl::string_view beginning(buffer, *got);
  // A packet with a session key, RFC 4880 section 4.2: the new form, and the old one in its
  // lengths.
  const auto first = static_cast<unsigned char>(beginning[0]);
  return first == 0xc1 || (first >= 0x84 && first <= 0x86) ||
         absl::StartsWith(beginning, "-----BEGIN PGP MESSAGE");
}

}  // namespace tidemark::verifier
