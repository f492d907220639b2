#include "rde/xml/tag_memory.h"

#include "absl/strings/str_cat.h"
#include "rde/xml/characters.h"

namespace tidemark::rde::xml {
namespace {

// Needs eight bytes. The first letters of the name, the middle and the end tell nearly all tags
// apart.
size_t Hash(absl::string_view tag) {
  const auto word = [tag](size_t at) { return base::Load64(tag.data() + at); };
  const uint64_t mixed = (word(0) ^ tag.size()) * 0x9E37'79B9'7F4A'7C15ull ^
                         word(tag.size() / 2 - 4) * 0x1656'67B1'9E37'79F9ull ^
                         word(tag.size() - 8) * 0xC2B2'AE3D'27D4'EB4Full;
  return mixed >> 48;
}

}  // namespace

TagMemory::TagMemory() : tags_(std::make_unique<KnownTag[]>(kTagsMax)) { Forget(); }

void TagMemory::Forget() {
  forgotten_ += used_;
  used_ = 0;
  table_.fill(kNone);
  nothing_.next.fill(&nothing_);
  last_ = &nothing_;
}

KnownTag* TagMemory::LookUp(absl::string_view bytes, uint64_t scope) {
  const size_t end = FindTagEnd(bytes, KnownTag::kTagBytesMax);
  if (end == absl::string_view::npos || end + 1 < kTagBytesMin) return nullptr;
  const absl::string_view tag = bytes.substr(0, end + 1);
  for (size_t i = Hash(tag);; ++i) {
    const uint16_t at = table_[i % kSlots];
    if (at == kNone) return nullptr;
    if (tags_[at].scope == scope && tags_[at].tag.view() == tag) return &tags_[at];
  }
}

TagNote* TagMemory::Remember(absl::string_view bytes, uint64_t scope, const StartTag& tag,
                             const StartElement& element) {
  if (bytes.size() < kTagBytesMin || bytes.size() > KnownTag::kTagBytesMax ||
      // A '>' in a value: LookUp() would look for a shorter tag.
      bytes.find('>') + 1 != bytes.size() || !element.bindings.empty() ||
      element.attributes.size() > kAttributesMax) {
    return nullptr;
  }
  if (KnownTag* const known = LookUp(bytes, scope)) return &known->note;
  if (used_ == kTagsMax) Forget();
  KnownTag& known = tags_[used_];
  known.tag.Set(bytes);
  known.end_tag.Set(absl::StrCat("</", tag.qualified_name(), ">"));
  known.number = forgotten_ + used_ + 1;
  known.scope = scope;
  known.lines = CountLines(bytes);
  known.is_empty_element = tag.is_empty_element();
  known.note = {};
  for (KnownStep* const step : {&known.start, &known.end}) {
    step->next.fill(&nothing_);
    step->element = &known;
    step->ends = step == &known.end;
    step->lead_scope = KnownStep::kNoScope;
  }
  // Views of the document become views of the copy.
  const auto kept = [&](absl::string_view view) {
    return known.tag.view().substr(static_cast<size_t>(view.data() - bytes.data()), view.size());
  };
  known.element.name = element.name;
  known.element.name.local = kept(element.name.local);
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
  known.element.attributes = known.attributes;
  known.element.note = &known.note;
  size_t slot = Hash(bytes) % kSlots;
  while (table_[slot] != kNone) slot = (slot + 1) % kSlots;
  table_[slot] = static_cast<uint16_t>(used_++);
  return &known.note;
}

}  // namespace tidemark::rde::xml
