// What is inside a frame once it is opened: objects, each with its length.
//
//   content = count, then count lengths, then the objects' bytes one after the other
//
// All numbers are varints (LEB128, at most five bytes, of the shortest form). docs/formats/
// sealed_manifest.md, section 2. On the wire and on disk it is compressed (zstd) and sealed.
// Threads: one at a time. Threat: a depositor chooses every byte of it.
#ifndef TIDEMARK_VERIFIER_OPENING_FRAME_CONTENT_H_
#define TIDEMARK_VERIFIER_OPENING_FRAME_CONTENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// Fills one frame. Clear() keeps the memory, for the next one.
class FrameContentBuilder final {
 public:
  bool empty() const { return lengths_.empty(); }
  // Objects so far: the next one's ordinal.
  uint32_t count() const { return static_cast<uint32_t>(lengths_.size()); }
  // Whether one more object of `object_bytes` stays within kFramePlainBytes.
  bool Fits(size_t object_bytes) const;
  // REQUIRES: Fits(object.size()), and 1 to kFrameObjectBytesMax bytes.
  void Add(absl::string_view object);
  // The content, at most kFramePlainBytes; until the builder is changed or moved.
  absl::string_view Encode();
  void Clear();

 private:
  std::vector<uint32_t> lengths_;
  size_t lengths_bytes_ = 0;
  // Begins with room for count and lengths, so that a frame's bytes are copied once.
  std::string content_;
  size_t room_ = 0;
};

class FrameContent final {
 public:
  FrameContent() = default;
  // INVALID_ARGUMENT if `plain` is not exactly a frame's content.
  static absl::StatusOr<FrameContent> Parse(std::string plain);

  uint32_t count() const { return static_cast<uint32_t>(ends_.size()); }
  // REQUIRES: ordinal < count().
  absl::string_view object(uint32_t ordinal) const;
  // All of them, one after the other, and where in it each ends.
  absl::string_view objects() const { return absl::string_view(plain_).substr(begin_); }
  const std::vector<uint32_t>& ends() const { return ends_; }
  // What it holds in memory.
  size_t bytes() const { return plain_.capacity() + ends_.capacity() * sizeof(uint32_t); }

 private:
  std::string plain_;
  size_t begin_ = 0;            // of the first object
  std::vector<uint32_t> ends_;  // of each object, from begin_
};

// Varints, for records too. Appends; and reads from the front of `rest` (INVALID_ARGUMENT: cut off,
// too long, or not of the shortest form).
void AppendVarint(uint32_t value, std::string& out);
absl::StatusOr<uint32_t> ConsumeVarint(absl::string_view& rest);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_FRAME_CONTENT_H_
