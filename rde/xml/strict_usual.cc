// The usual run of a document, read by prediction: docs/decisions/0016.
#include <algorithm>

#include "rde/xml/scan.h"
#include "rde/xml/strict_tokenizer.h"

namespace tidemark::rde::xml {
namespace {

// A tag that was read before, what of a value is looked at at once, and an end tag are shorter.
constexpr size_t kUsualBytes = 256;
static_assert(kUsualBytes > TagMemory::kReadableBytes);
static_assert(kUsualBytes >=
              KnownTag::kTagBytesMax + kPlainStartBytes + decltype(KnownTag::end_tag)::kBytesMax);

}  // namespace

// What nearly all of a deposit is made of: indentation, start tags that were read before, plain
// text, and the end tags of both. Reads as far as it goes, and leaves anything else, and the end of
// what is there, to the others.
void StrictTokenizer::ReadUsual() {
  // What stands behind text counts with it.
  if (text_bytes_ > 0) return;
  while (depth_ > 0 && window_.size() - at_ >= kUsualBytes) {
    size_t blank = 0;
    int64_t lines = 0;
    KnownTag* known = nullptr;
    // What comes next is known, mostly, without looking at the white space byte by byte.
    KnownStep* const led = handler_.wants_blanks()
                               ? nullptr
                               : known_tags_.FindLed(window_.data() + at_, resolver_.scope_id());
    if (led != nullptr && !led->ends) {
      known = led->element;
      blank = led->lead.size() - known->tag.size();
      lines = led->lead_lines;
      known_tags_.Follow(*led);
    } else if (led != nullptr && frames_[depth_ - 1].tag_number == led->element->number) {
      known_tags_.Follow(*led);
      Advance(led->lead.size(), led->lead_lines);
      EndElement();
      continue;
    } else {
      known = FindKnownTag(blank, lines);
      if (known == nullptr) {
        if (TakeEndTag(blank, lines)) continue;
        return;
      }
    }
    if (!TakeKnownTag(*known, blank, lines)) return;
  }
}

// The known tag that comes after white space, which is told in `blank` bytes with `lines` line
// feeds; null if there is none, or white space counts here.
KnownTag* StrictTokenizer::FindKnownTag(size_t& blank, int64_t& lines) {
  const absl::string_view all = window_.substr(at_);
  blank = BlankRun(all, lines);
  if (all.size() - blank < kUsualBytes || blank > base::kXmlTextBytesMax) return nullptr;
  if (all[blank] != '<' || all[blank + 1] == '/') return nullptr;
  if (blank > 0 && handler_.wants_blanks()) return nullptr;
  const uint64_t scope = resolver_.scope_id();
  KnownTag* const known = known_tags_.Find(all.data() + blank, scope);
  if (known == nullptr) return nullptr;
  known->start.SetLead(all.data(), blank, lines, known->tag.size(), scope);
  known_tags_.Learn(known->start);
  return known;
}

// Takes the end tag of the element that is open, if after `blank` bytes of white space that is what
// stands there and nothing but it.
bool StrictTokenizer::TakeEndTag(size_t blank, int64_t lines) {
  const absl::string_view all = window_.substr(at_);
  const Frame& frame = frames_[depth_ - 1];
  const size_t bytes = frame.name.size() + 3;
  if (blank > base::kXmlTextBytesMax || all.size() - blank < std::max(kUsualBytes, bytes) ||
      (blank > 0 && handler_.wants_blanks())) {
    return false;
  }
  const absl::string_view tag = all.substr(blank, bytes);
  if (tag[0] != '<' || tag[1] != '/' || tag.back() != '>' ||
      !EqualBytes(tag.data() + 2, frame.name.data(), frame.name.size())) {
    return false;
  }
  if (KnownTag* const known = known_tags_.Numbered(frame.tag_number)) {
    known->end.SetLead(all.data(), blank, lines, bytes, resolver_.scope_id());
    known_tags_.Learn(known->end);
  }
  Advance(blank + bytes, lines);
  EndElement();
  return true;
}

// A start tag that was read before, after `blank` bytes of white space with `lines` line feeds, and
// what is inside if that is plain text and the end tag. False if it may not stand here. At least
// kUsualBytes are there behind the white space.
inline bool StrictTokenizer::TakeKnownTag(KnownTag& known, size_t blank, int64_t lines) {
  if (depth_ == frames_.size()) return false;
  StartElement& element = known.element;
  element.position = {line_ + lines, window_offset_ + static_cast<int64_t>(at_ + blank)};
  const size_t tag_bytes = blank + known.tag.size();
  lines += known.lines;
  if (known.is_empty_element) {
    handler_.OnLeaf(element, "", TextForm::kTidy);
    Advance(tag_bytes, lines);
    return true;
  }
  const char* const inside = window_.data() + at_ + tag_bytes;
  const PlainText text = PlainStart(inside);
  // Most values are short, and what ends them is their end tag.
  if (text.bytes < kPlainStartBytes && known.end_tag.BeginsAt(inside + text.bytes)) {
    handler_.OnLeaf(element, {inside, text.bytes}, text.tidy ? TextForm::kTidy : TextForm::kAny);
    Advance(tag_bytes + text.bytes + known.end_tag.size(), lines);
    return true;
  }
  TakeUnusual(known, {inside, window_.size() - at_ - tag_bytes}, tag_bytes, lines);
  return true;
}

// The same for what is `inside` if it is anything but a short value of ASCII.
void StrictTokenizer::TakeUnusual(KnownTag& known, absl::string_view inside, size_t tag_bytes,
                                  int64_t lines) {
  const StartElement& element = known.element;
  // Mostly other elements are inside.
  if (const PlainText text = inside[0] == '\n' ? PlainText() : TextInside(inside);
      text.bytes > 0) {
    const absl::string_view behind = inside.substr(text.bytes);
    if (text.bytes <= base::kXmlTextBytesMax && known.end_tag.Begins(behind)) {
      handler_.OnLeaf(element, {inside.data(), text.bytes},
                      text.tidy ? TextForm::kTidy : TextForm::kAny);
      Advance(tag_bytes + text.bytes + known.end_tag.size(), lines);
      return;
    }
  }
  PushElement(known);
  handler_.OnStartElement(element);
  Advance(tag_bytes, lines);
}

// The plain text that `inside` begins with.
inline PlainText StrictTokenizer::TextInside(absl::string_view inside) const {
  PlainText text = PlainRun(inside);
  if (text.bytes < inside.size() && inside.data()[text.bytes] < 0 && !text_rules_.ascii_only) {
    text = {CleanRun(inside, text.bytes), /*tidy=*/false};
  }
  return text;
}

void StrictTokenizer::PushElement(const KnownTag& known) {
  Frame& frame = frames_[depth_++];
  // Mostly the one before at this depth was the same.
  if (frame.tag_number != known.number) {
    const absl::string_view name = known.qualified_name();
    frame.name.assign(name.data(), name.size());
    frame.tag_number = known.number;
  }
  frame.scope = resolver_.scope();
  root_seen_ = true;
  text_bytes_ = 0;
}

}  // namespace tidemark::rde::xml
