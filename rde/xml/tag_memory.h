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
  static constexpr size_t kLeadBytesMax = 48;
  // No scope has this id.
  static constexpr uint64_t kNoScope = UINT64_MAX;

  uint64_t scope = 0;
  // Those that came next when this one had come: most objects are like the one before.
  std::array<KnownTag*, 2> next = {};
  int64_t lines = 0;               // line feeds in the tag
  uint64_t lead_scope = kNoScope;  // of `lead`, if there is one
  int64_t lead_lines = 0;
  bool is_empty_element = false;
  TagNote note;
  StartElement element;         // what it means; but for its position, which is another's
  Pattern<kLeadBytesMax> lead;  // the white space that stood before it the last time, and the tag
  Pattern<kTagBytesMax> tag;    // as it is written
  Pattern<kTagBytesMax + 8> end_tag;
  std::vector<Attribute> attributes;
  std::string values;  // of the attributes

  // Notes that `bytes` of white space stood before it, with so many line feeds.
  void SetLead(const char* blank, size_t bytes, int64_t line_feeds) {
    const size_t all = bytes + tag.size();
    lead_scope = all <= kLeadBytesMax ? scope : kNoScope;
    if (lead_scope == kNoScope) return;
    lead.Set({blank, all});
    lead_lines = line_feeds;
  }

  absl::string_view qualified_name() const { return end_tag.view().substr(2, end_tag.size() - 3); }
};

class TagMemory {
 public:
  TagMemory();

  // The functions that find a tag need kReadableBytes at `at`.
  static constexpr size_t kReadableBytes = KnownTag::kTagBytesMax + 16;

  // The known tag that stands at `at` after the white space that stood before it the last time, if
  // it is one of those that came next before.
  KnownTag* FindLed(const char* at, uint64_t scope) {
    for (KnownTag* const next : last_->next) {
      if (next->lead_scope == scope && next->lead.BeginsAt(at)) return last_ = next;
    }
    return nullptr;
  }

  // The known tag that stands at `at`, in the namespaces of `scope`; null if there is none.
  KnownTag* Find(const char* at, uint64_t scope) {
    KnownTag& last = *last_;
    for (KnownTag* const next : last.next) {
      if (next->scope == scope && next->tag.BeginsAt(at)) return last_ = next;
    }
    KnownTag* const found = LookUp({at, kReadableBytes}, scope);
    if (found == nullptr) return nullptr;
    last.next[1] = last.next[0];
    last.next[0] = found;
    return last_ = found;
  }

  // Takes in a tag that was read as `tag` and means `element`, if it is not known yet. Returns its
  // note; null for one that is not worth it or declares namespaces. The strings of the namespaces
  // must stay where they are while `scope` can come again.
  TagNote* Remember(absl::string_view bytes, uint64_t scope, const StartTag& tag,
                    const StartElement& element);

 private:
  static constexpr size_t kTagBytesMin = 8;
  static constexpr size_t kTagsMax = 512;
  static constexpr size_t kAttributesMax = 4;
  static constexpr size_t kSlots = 4 * kTagsMax;
  static constexpr uint16_t kNone = 0xFFFF;
  KnownTag* LookUp(absl::string_view bytes, uint64_t scope);
  void Forget();

  std::unique_ptr<KnownTag[]> tags_;
  size_t used_ = 0;
  std::array<uint16_t, kSlots> table_;
  KnownTag nothing_;  // in no scope: stands for one that is not there
  KnownTag* last_ = &nothing_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_TAG_MEMORY_H_
