// Start tags that were read before. A deposit has some hundred different ones, a million times
// each: the second time a tag's bytes come in the same namespaces, their meaning is known.
// Private to rde/xml/.
//
// What a start tag means depends on its own bytes, from '<' to '>', and on the bindings in scope.
// So equal bytes in an equal scope need no second parsing, and nothing else is ever skipped.
//
// Bounded: kTagsMax tags of at most kTagBytesMax bytes; when they are too many, all are forgotten.
#ifndef TIDEMARK_RDE_XML_TAG_MEMORY_H_
#define TIDEMARK_RDE_XML_TAG_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/xml/scan.h"
#include "rde/xml/start_tag.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

struct KnownTag {
  static constexpr size_t kTagBytesMax = 96;

  // As the bytes are written.
  absl::string_view qualified_name() const { return {bytes.data() + 1, name_size}; }

  std::array<char, kTagBytesMax> bytes = {};
  size_t size = 0;
  size_t name_size = 0;
  uint64_t scope = 0;
  int64_t lines = 0;  // line feeds among the bytes
  bool is_empty_element = false;
  Name name;
  std::vector<Attribute> attributes;
  std::string values;  // of the attributes that are not written as they are
  TagNote note;
};

class TagMemory {
 public:
  TagMemory();

  // The known tag that `bytes` begin with, in the namespaces of `scope`; null if there is none.
  KnownTag* Find(absl::string_view bytes, uint64_t scope) {
    const size_t end = FindTagEnd(bytes, KnownTag::kTagBytesMax);
    if (end == absl::string_view::npos || end + 1 < kTagBytesMin) return nullptr;
    const size_t size = end + 1;
    for (size_t i = Hash(bytes.data(), size);; ++i) {
      const uint16_t at = table_[i % kSlots];
      if (at == kNone) return nullptr;
      KnownTag& tag = tags_[at];
      if (tag.size == size && tag.scope == scope &&
          EqualBytes(tag.bytes.data(), bytes.data(), size)) {
        return &tag;
      }
    }
  }

  // Takes in a tag that Find() did not know, which was read as `tag` and means `element`. Null for
  // one that is not worth it or declares namespaces. The strings of the namespaces must stay where
  // they are while `scope` can come again.
  KnownTag* Remember(absl::string_view bytes, uint64_t scope, const StartTag& tag,
                     const StartElement& element);

 private:
  static constexpr size_t kTagBytesMin = 8;
  static constexpr size_t kTagsMax = 512;
  static constexpr size_t kAttributesMax = 4;
  static constexpr size_t kSlots = 4 * kTagsMax;
  static constexpr uint16_t kNone = 0xFFFF;

  static size_t Hash(const char* bytes, size_t size) {
    // The first letters of the name and the end of the tag tell nearly all tags apart.
    const uint64_t mixed = (LoadWord(bytes) ^ size) * 0x9E37'79B9'7F4A'7C15ull ^
                           LoadWord(bytes + size - kTagBytesMin) * 0xC2B2'AE3D'27D4'EB4Full ^
                           LoadWord(bytes + size / 2 - kTagBytesMin / 2) * 0x1656'67B1'9E37'79F9ull;
    return mixed >> 48;
  }
  void Forget();

  std::unique_ptr<KnownTag[]> tags_;
  size_t used_ = 0;
  std::array<uint16_t, kSlots> table_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_TAG_MEMORY_H_
