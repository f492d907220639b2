// OpenPGP as deposits have it (Registry Agreement, Specification 2, Part A; RST rde-02, rde-03): a
// detached signature over the processed file, and an encrypted message as a stream of its content.
//
//   auto keys = OpenPgpKeys::Load(key_file);
//   auto signature = VerifyDetached(*file, signature_file, *keys);
//   auto content = DecryptedSource::Open(*file, *keys);
//   ... read it, and believe nothing of it until Close() is OK ...
//
// The one place that includes RNP. Keys, signatures and messages may be binary or ASCII-armoured.
// Messages of RFC 4880 (SEIPD v1, or without integrity protection) are read; those of RFC 9580
// (SEIPD v2, v6 keys) are not, since RNP 0.16 cannot.
//
// Owner: whoever opened it. Threads: an object is used by one thread; a DecryptedSource runs one of
// its own, which reads the message. Memory: a quarter MiB for each of a few chunks. Not protected
// against: a swapped-out process; RNP keeps an unlocked key in ordinary memory. Debian's RNP writes
// a line to standard error for what it refuses; there is no way to turn that off.
// Threat: files are hostile. RNP parses them; content is bounded by base/limits.h.
#ifndef TIDEMARK_VERIFIER_OPENPGP_OPENPGP_H_
#define TIDEMARK_VERIFIER_OPENPGP_OPENPGP_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::verifier {

// Public keys to verify with, or secret keys to decrypt with. Move-only.
class OpenPgpKeys final {
 public:
  enum class Kind { kPublic, kSecret };

  // From the text of a key file, as gpg --export and --export-secret-keys write it. The passphrase
  // unlocks secret keys; "" for keys that have none. INVALID_ARGUMENT if there is no such key in
  // it, PERMISSION_DENIED if the passphrase does not unlock it.
  static absl::StatusOr<OpenPgpKeys> Load(absl::string_view file, Kind kind,
                                          std::string passphrase = "");
  OpenPgpKeys(OpenPgpKeys&&) noexcept;
  OpenPgpKeys& operator=(OpenPgpKeys&&) noexcept;
  ~OpenPgpKeys();

 private:
  friend class DecryptedSource;
  friend absl::Status VerifyDetached(base::ByteSource& file, absl::string_view signature,
                                     const OpenPgpKeys& keys);
  struct State;
  explicit OpenPgpKeys(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// Reads all of `file`, without closing it. OK if `signature` is a valid one over it by one of
// `keys`; PERMISSION_DENIED, with the reason, if it is not; anything else is the file's own error.
absl::Status VerifyDetached(base::ByteSource& file, absl::string_view signature,
                            const OpenPgpKeys& keys);

// The content of an encrypted message. What Read() gives is not authentic until Close() says so.
class DecryptedSource final : public base::ByteSource {
 public:
  // `message` and `keys` must outlive it; `message` is closed by Close(). Reads nothing yet.
  static std::unique_ptr<DecryptedSource> Open(base::ByteSource& message, const OpenPgpKeys& keys);
  ~DecryptedSource() override;

  // Errors are those of Close().
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;

  // OK if the message was decrypted to its end and, if it is protected, is intact. INVALID_ARGUMENT
  // if it is no encrypted message, or not to this key, or altered, cut off or followed by anything;
  // RESOURCE_EXHAUSTED over the limit of base::kDepositBytesMax; FAILED_PRECONDITION if content
  // remains; anything else is the message source's own error.
  absl::Status Close() override;

  // Whether the message has integrity protection. Only after Close().
  bool integrity_protected() const;

 private:
  class Impl;
  explicit DecryptedSource(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENPGP_OPENPGP_H_
