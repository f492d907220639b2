#include "crypto/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kMagic = "tidemark-key 1 ";
constexpr size_t kHexDigits = 2 * kSecretBytes;

// Closes on every path; key files are read and written below base/file.h because their buffers
// must be wiped and their mode judged on the very file that is open.
class OwnedFd final {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  absl::Status Close(const std::string& path) {
    const int fd = std::exchange(fd_, -1);
    return ::close(fd) == 0 ? absl::OkStatus() : base::ErrnoStatus(errno, path);
  }

 private:
  int fd_;
};

absl::StatusOr<size_t> ReadUpTo(int fd, absl::Span<uint8_t> buffer, const std::string& path) {
  size_t got = 0;
  while (got < buffer.size()) {
    const ssize_t n = ::read(fd, buffer.data() + got, buffer.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, path);
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  return got;
}

absl::Status WriteAll(int fd, absl::Span<const uint8_t> data, const std::string& path) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, path);
    data.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// Writes the text to `temp_path`, which must not exist, and makes it durable.
absl::Status WriteNewFile(const std::string& temp_path, absl::Span<const uint8_t> text) {
  OwnedFd fd(::open(temp_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return base::ErrnoStatus(errno, temp_path);
  // The umask may have taken the owner's bits away.
  if (::fchmod(fd.get(), 0600) != 0) return base::ErrnoStatus(errno, temp_path);
  RETURN_IF_ERROR(WriteAll(fd.get(), text, temp_path));
  if (::fsync(fd.get()) != 0) return base::ErrnoStatus(errno, temp_path);
  return fd.Close(temp_path);
}

std::string TempPath(const std::string& path) {
  EnsureSodium();
  std::array<unsigned char, 8> random;
  randombytes_buf(random.data(), random.size());
  std::array<char, 2 * sizeof(random) + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
  return absl::StrCat(path, ".", hex.data(), ".tmp");
}

// Names the kind that the file claims, if it is one of ours; never repeats other bytes of it.
absl::Status WrongKind(absl::string_view rest, KeyKind wanted) {
  for (const KeyKind kind :
       {KeyKind::kSigning, KeyKind::kOpening, KeyKind::kReleaseShare, KeyKind::kObjectSecret}) {
    if (absl::StartsWith(rest, absl::StrCat(KeyKindName(kind), " "))) {
      return absl::InvalidArgumentError(
          absl::StrCat("a key of kind ", KeyKindName(kind), ", want ", KeyKindName(wanted)));
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("a key of unknown kind, want ", KeyKindName(wanted)));
}

}  // namespace

absl::string_view KeyKindName(KeyKind kind) {
  switch (kind) {
    case KeyKind::kSigning:
      return "signing";
    case KeyKind::kOpening:
      return "opening";
    case KeyKind::kReleaseShare:
      return "release-share";
    case KeyKind::kObjectSecret:
      return "object-secret";
  }
  CHECK(false && "not a kind of key");
}

absl::StatusOr<SecretBytes> ParseKeyFile(absl::string_view text, KeyKind kind) {
  EnsureSodium();
  if (!absl::StartsWith(text, kMagic)) return absl::InvalidArgumentError("not a key file");
  text.remove_prefix(kMagic.size());
  const std::string name = absl::StrCat(KeyKindName(kind), " ");
  if (!absl::StartsWith(text, name)) return WrongKind(text, kind);
  text.remove_prefix(name.size());
  if (text.size() != kHexDigits + 1 || text.back() != '\n') {
    return absl::InvalidArgumentError(absl::StrCat("a key file of kind ", KeyKindName(kind),
                                                   " that is damaged: ", text.size(),
                                                   " bytes after the kind, want ", kHexDigits + 1));
  }
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  const absl::Span<uint8_t> raw = key.MutableForCrypto();
  size_t decoded = 0;
  const int failed =
      sodium_hex2bin(raw.data(), raw.size(), text.data(), kHexDigits, nullptr, &decoded, nullptr);
  if (failed != 0 || decoded != kSecretBytes) {
    return absl::InvalidArgumentError("a key file with something else than hexadecimal digits");
  }
  // One key, one text: upper case is refused by writing the digits again.
  const SecretBytes again = FormatKeyFile(kind, key);
  const absl::Span<const uint8_t> digits =
      again.RawForCrypto().subspan(kMagic.size() + name.size(), kHexDigits);
  if (sodium_memcmp(digits.data(), text.data(), kHexDigits) != 0) {
    return absl::InvalidArgumentError("a key file with upper-case digits");
  }
  if (sodium_is_zero(raw.data(), raw.size()) == 1) {
    return absl::InvalidArgumentError("a key file whose key is zero");
  }
  return key;
}

SecretBytes FormatKeyFile(KeyKind kind, const SecretBytes& key) {
  EnsureSodium();
  CHECK(key.size() == kSecretBytes);
  const std::string head = absl::StrCat(kMagic, KeyKindName(kind), " ");
  SecretBytes text = SecretBytes::Zero(head.size() + kHexDigits + 1);
  char* const out = reinterpret_cast<char*>(text.MutableForCrypto().data());
  std::memcpy(out, head.data(), head.size());
  // Writes a NUL after the digits, where the newline goes.
  CHECK(sodium_bin2hex(out + head.size(), kHexDigits + 1, key.RawForCrypto().data(),
                       kSecretBytes) != nullptr);
  out[head.size() + kHexDigits] = '\n';
  return text;
}

absl::StatusOr<SecretBytes> LoadKeyFile(const std::string& path, KeyKind kind) {
  // Not blocking: opening a pipe that somebody put there must not hang the process.
  const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return base::ErrnoStatus(errno, path);
  struct stat stat;
  if (::fstat(fd.get(), &stat) != 0) return base::ErrnoStatus(errno, path);
  if (!S_ISREG(stat.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a regular file"));
  }
  if ((stat.st_mode & 0077) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": others than its owner have rights on this key file; want mode 0600"));
  }
  // One byte more than a key file may have, so that a longer file is seen to be longer.
  SecretBytes buffer = SecretBytes::Zero(kKeyFileBytesMax + 1);
  ASSIGN_OR_RETURN(const size_t size, ReadUpTo(fd.get(), buffer.MutableForCrypto(), path));
  if (size > kKeyFileBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": too long for a key file"));
  }
  absl::StatusOr<SecretBytes> key =
      ParseKeyFile({reinterpret_cast<const char*>(buffer.RawForCrypto().data()), size}, kind);
  if (!key.ok()) return base::Annotate(key.status(), path);
  return key;
}

absl::Status SaveKeyFile(const std::string& path, KeyKind kind, const SecretBytes& key) {
  if (key.size() != kSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a key of ", key.size(), " bytes"));
  }
  const SecretBytes text = FormatKeyFile(kind, key);
  const std::string temp_path = TempPath(path);
  absl::Status status = WriteNewFile(temp_path, text.RawForCrypto());
  // link() never replaces, where rename() would; so a key is either complete under its name or
  // not there, and an old key survives.
  if (status.ok() && ::link(temp_path.c_str(), path.c_str()) != 0) {
    status = base::ErrnoStatus(errno, path);
  }
  const bool removed = ::unlink(temp_path.c_str()) == 0 || errno == ENOENT;
  if (status.ok() && !removed) status = base::ErrnoStatus(errno, temp_path);
  RETURN_IF_ERROR(status);
  const std::string dir = std::filesystem::path(path).parent_path().string();
  return base::SyncDir(dir.empty() ? "." : dir);
}

}  // namespace tidemark::crypto
