#include "rde/xml/tag_memory.h"

#include <cstring>

namespace tidemark::rde::xml {

TagMemory::TagMemory() : tags_(std::make_unique<KnownTag[]>(kTagsMax)) { Forget(); }

void TagMemory::Forget() {
  used_ = 0;
  table_.fill(kNone);
}

KnownTag* TagMemory::Remember(absl::string_view bytes, uint64_t scope, const StartTag& tag,
                              const StartElement& element) {
  if (bytes.size() < kTagBytesMin || bytes.size() > KnownTag::kTagBytesMax ||
      // A '>' in a value: Find() would look for a shorter tag.
      bytes.find('>') + 1 != bytes.size() || !element.bindings.empty() ||
      element.attributes.size() > kAttributesMax) {
    return nullptr;
  }
  if (used_ == kTagsMax) Forget();
  KnownTag& known = tags_[used_];
  std::memcpy(known.bytes.data(), bytes.data(), bytes.size());
  known.size = bytes.size();
  known.name_size = tag.qualified_name().size();
  known.scope = scope;
  known.lines = CountLines(bytes);
  known.is_empty_element = tag.is_empty_element();
  known.note = {};
  // Views of the document become views of the copy.
  const auto kept = [&](absl::string_view view) {
    return absl::string_view(known.bytes.data() + (view.data() - bytes.data()), view.size());
  };
  known.name = element.name;
  known.name.local = kept(element.name.local);
  known.values.clear();
  for (const Attribute& attribute : element.attributes) {
    known.values.append(attribute.value.data(), attribute.value.size());
  }
  known.attributes.assign(element.attributes.begin(), element.attributes.end());
  size_t at = 0;
  for (Attribute& attribute : known.attributes) {
    attribute.name.local = kept(attribute.name.local);
    attribute.value = absl::string_view(known.values).substr(at, attribute.value.size());
    at += attribute.value.size();
  }
  size_t slot = Hash(bytes.data(), bytes.size()) % kSlots;
  while (table_[slot] != kNone) slot = (slot + 1) % kSlots;
  table_[slot] = static_cast<uint16_t>(used_++);
  return &known;
}

}  // namespace tidemark::rde::xml
