#include "verifier/openpgp/message_end.h"

#include <algorithm>

#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kArmourEnd = "-----END PGP MESSAGE-----";

// Symmetrically encrypted data, with integrity protection and without, and AEAD's: RFC 4880 section
// 4.3 and the draft that RNP follows. With such a packet an encrypted message ends.
bool IsLast(uint8_t tag) { return tag == 9 || tag == 18 || tag == 20; }

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

void MessageEnd::Write(absl::string_view bytes) {
  while (!bytes.empty() && !exceeded_) {
    const auto byte = static_cast<uint8_t>(bytes[0]);
    switch (state_) {
      case State::kBegin:
        state_ = (byte & 0x80) != 0 ? State::kTag : State::kArmour;
        continue;
      case State::kArmour:
        return WriteArmour(bytes);
      case State::kEnd:
        exceeded_ = true;
        return;
      case State::kTag:
        new_format_ = (byte & 0x40) != 0;
        tag_ = new_format_ ? byte & 0x3f : (byte >> 2) & 0x0f;
        partial_ = false;
        endless_ = !new_format_ && (byte & 3) == 3;
        // Of the new format the first octet says how many there are.
        length_octets_ = new_format_ ? 0 : 1 << (byte & 3);
        length_ = 0;
        two_octets_ = false;
        state_ = endless_ ? State::kBody : State::kLength;
        bytes.remove_prefix(1);
        break;
      case State::kLength:
        TakeLength(byte);
        bytes.remove_prefix(1);
        break;
      case State::kBody: {
        if (endless_) return;
        const size_t taken = std::min<uint64_t>(length_, bytes.size());
        bytes.remove_prefix(taken);
        length_ -= taken;
        break;
      }
    }
    if (state_ != State::kBody || endless_ || length_ > 0) continue;
    state_ = partial_ ? State::kLength : IsLast(tag_) ? State::kEnd : State::kTag;
  }
}

void MessageEnd::TakeLength(uint8_t byte) {
  if (length_octets_ > 0) {
    length_ = length_ << 8 | byte;
    --length_octets_;
    if (length_octets_ == 0 && two_octets_) length_ += 192;
  } else if (byte < 192) {
    length_ = byte;
    partial_ = false;
  } else if (byte < 224) {
    // Section 4.2.2.2: two octets stand for 192 and more.
    length_ = byte - 192u;
    length_octets_ = 1;
    two_octets_ = true;
    partial_ = false;
  } else if (byte < 255) {
    length_ = uint64_t{1} << (byte & 0x1f);
    partial_ = true;
  } else {
    length_ = 0;
    length_octets_ = 4;
    partial_ = false;
  }
  if (length_octets_ == 0) state_ = State::kBody;
}

void MessageEnd::WriteArmour(absl::string_view bytes) {
  last_.append(bytes.data(), bytes.size());
  const size_t at = absl::string_view(last_).find(kArmourEnd);
  if (at == absl::string_view::npos) {
    if (last_.size() >= kArmourEnd.size()) last_.erase(0, last_.size() - kArmourEnd.size() + 1);
    return;
  }
  const std::string rest = last_.substr(at + kArmourEnd.size());
  exceeded_ = !std::all_of(rest.begin(), rest.end(), IsSpace);
  // Only white space may follow, whatever comes next.
  last_ = std::string(kArmourEnd);
}

absl::StatusOr<size_t> EndSeeingSource::Read(absl::Span<char> buffer) {
  ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
  end_.Write(absl::string_view(buffer.data(), got));
  bytes_ += got;
  return got;
}

}  // namespace tidemark::verifier
