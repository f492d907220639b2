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

struct KnownTag;

// A tag of a known element, its start tag or its end tag, as something that comes next.
struct KnownStep {
  static constexpr size_t kLeadBytesMax = 48;
  // No scope has this id.
  static constexpr uint64_t kNoScope = UINT64_MAX;

  // Those that came next when this one had come, the latest first: most objects are like one of
  // those before.
  static constexpr size_t kNextMax = 4;
  std::array<KnownStep*, kNextMax> next = {};
  KnownTag* element = nullptr;
  bool ends = false;
  uint64_t lead_scope = kNoScope;  // of `lead`, if there is one
  int64_t lead_lines = 0;
  Pattern<kLeadBytesMax> lead;  // the white space that stood before it the last time, and the tag

  // Notes that `bytes` of white space stood before `tag`, with so many line feeds.
  void SetLead(const char* blank, size_t bytes, int64_t line_feeds, size_t tag_bytes,
               uint64_t scope) {
    const size_t all = bytes + tag_bytes;
    lead_scope = all <= kLeadBytesMax ? scope : kNoScope;
    if (lead_scope == kNoScope) return;
    lead.Set({blank, all});
    lead_lines = line_feeds;
  }
};

struct KnownTag {
  static constexpr size_t kTagBytesMax = 96;

  uint64_t number = 0;  // from 1, and of no other tag ever
  uint64_t scope = 0;
  int64_t lines = 0;  // line feeds in the tag
  bool is_empty_element = false;
  TagNote note;
  StartElement element;       // what it means; but for its position, which is another's
  Pattern<kTagBytesMax> tag;  // as it is written
  Pattern<kTagBytesMax + 8> end_tag;
  KnownStep start;
  KnownStep end;
  std::vector<Attribute> attributes;
  std::string values;  // of the attributes

  absl::string_view qualified_name() const { return end_tag.view().substr(2, end_tag.size() - 3); }
};

class TagMemory {
 public:
  TagMemory();

  // The functions that find a step or a tag need kReadableBytes at `at`.
  static constexpr size_t kReadableBytes = KnownTag::kTagBytesMax + 16;

  // What stands at `at` after the white space that stood before it the last time, if it is one of
  // those that came next before. An end tag may not be that of the element that is open.
  KnownStep* FindLed(const char* at, uint64_t scope) {
    std::array<KnownStep*, KnownStep::kNextMax>& next = last_->next;
    for (size_t i = 0; i < next.size(); ++i) {
      if (next[i]->lead_scope != scope || !next[i]->lead.BeginsAt(at)) continue;
      if (i > 0) MoveToFront(next, i);
      return next[0];
    }
    return nullptr;
  }

  // The known tag that stands at `at`, in the namespaces of `scope`; null if there is none.
  KnownTag* Find(const char* at, uint64_t scope) { return LookUp({at, kReadableBytes}, scope); }

  // The tag of that number, if it was not forgotten.
  KnownTag* Numbered(uint64_t number) {
    return number > forgotten_ && number <= forgotten_ + used_ ? &tags_[number - forgotten_ - 1]
                                                               : nullptr;
  }

  // What comes next comes after `step`.
  void Follow(KnownStep& step) { last_ = &step; }
  // The same, and that step was not among those that were expected.
  void Learn(KnownStep& step) {
    std::array<KnownStep*, KnownStep::kNextMax>& next = last_->next;
    size_t i = 0;
    while (i + 1 < next.size() && next[i] != &step) ++i;
    next[i] = &step;
    MoveToFront(next, i);
    Follow(step);
  }

  // Takes in a tag that was read as `tag` and means `element`, if it is not known yet. Returns its
  // note; null for one that is not worth it or declares namespaces. The strings of the namespaces
  // must stay where they are while `scope` can come again.
  TagNote* Remember(absl::string_view bytes, uint64_t scope, const StartTag& tag,
                    const StartElement& element);

 private:
  static void MoveToFront(std::array<KnownStep*, KnownStep::kNextMax>& next, size_t i) {
    KnownStep* const step = next[i];
    for (; i > 0; --i) next[i] = next[i - 1];
    next[0] = step;
  }

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
  uint64_t forgotten_ = 0;  // tags
  KnownStep nothing_;       // in no scope: stands for one that is not there
  KnownStep* last_ = &nothing_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_TAG_MEMORY_H_
