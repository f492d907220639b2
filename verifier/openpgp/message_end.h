// Sees whether anything follows an OpenPGP message: RNP stops at the message's end without a word,
// and what stands behind it would be part of the file and of nothing else. Private to the package.
//
// Follows the framing of packets (RFC 4880 section 4.2), or of the armour (section 6.2); what is in
// them is RNP's. An old-format packet of indeterminate length has no end but the file's.
#ifndef TIDEMARK_VERIFIER_OPENPGP_MESSAGE_END_H_
#define TIDEMARK_VERIFIER_OPENPGP_MESSAGE_END_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::verifier {

class MessageEnd {
 public:
  // The next bytes of the file.
  void Write(absl::string_view bytes);
  // Whether there was something behind the message.
  bool exceeded() const { return exceeded_; }

 private:
  enum class State { kBegin, kTag, kLength, kBody, kArmour, kEnd };

  void TakeLength(uint8_t byte);
  void WriteArmour(absl::string_view bytes);

  State state_ = State::kBegin;
  bool exceeded_ = false;
  uint8_t tag_ = 0;
  bool new_format_ = false;
  bool partial_ = false;     // another length follows the body
  bool endless_ = false;     // the body has no length
  bool two_octets_ = false;  // the length is one of two octets
  int length_octets_ = 0;    // that are still to come
  uint64_t length_ = 0;      // of the body, or what is left of it
  std::string last_;         // of the armour: what the end line may have begun in
};

// Passes a message on and shows it to a MessageEnd. Both must outlive it.
class EndSeeingSource final : public base::ByteSource {
 public:
  EndSeeingSource(base::ByteSource& source, MessageEnd& end) : source_(source), end_(end) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override { return source_.Close(); }
  // Read so far.
  uint64_t bytes() const { return bytes_; }

 private:
  base::ByteSource& source_;
  MessageEnd& end_;
  uint64_t bytes_ = 0;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENPGP_MESSAGE_END_H_
