#include "rde/xml/strict_tokenizer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rde/xml/prolog.h"
#include "rde/xml/scan.h"

namespace tidemark::rde::xml {
namespace {

constexpr size_t kNotFound = absl::string_view::npos;
constexpr absl::string_view kMismatch = "an end tag that does not match its start tag";
// Of the bytes that follow a construct that was cut, so many are copied to read it whole.
constexpr size_t kCarryStepBytes = 4096;

}  // namespace

StrictTokenizer::StrictTokenizer(Handler& handler, absl::Span<const absl::string_view> namespaces)
    : handler_(handler), resolver_(namespaces) {
  text_rules_.references = true;
  text_rules_.cdata_end = true;
}

// ---- Bytes -------------------------------------------------------------------------------------

void StrictTokenizer::Write(absl::string_view data) {
  while (!data.empty() && !error_.has_value()) {
    const size_t carried = carry_.size();
    size_t step = data.size();
    window_ = data;
    if (carried > 0) {
      const size_t wanted = std::max(retry_bytes_, carried + 1) - carried;
      step = std::min(step, std::max(wanted, kCarryStepBytes));
      carry_.append(data.data(), step);
      if (carry_.size() < retry_bytes_) return;
      window_ = carry_;
    }
    Run(/*at_end=*/false);
    if (error_.has_value()) return;
    const size_t done = std::exchange(at_, 0);
    window_offset_ += static_cast<int64_t>(done);
    if (done >= carried) {
      // What was carried is read, and of the caller's bytes those up to `done`.
      data.remove_prefix(done - carried);
      carry_.clear();
      if (carried == 0) carry_.assign(data.data(), data.size());
      if (carried == 0) return;
    } else {
      carry_.erase(0, done);
      data.remove_prefix(step);
    }
  }
}

void StrictTokenizer::Close() {
  if (error_.has_value()) return;
  window_ = carry_;
  Run(/*at_end=*/true);
  if (error_.has_value()) return;
  if (at_ < window_.size()) {
    Advance(window_.size() - at_);
    Malformed("the file ends inside a tag or comment");
  } else if (depth_ > 0) {
    Malformed(absl::StrCat("the file ends inside ", depth_, " open elements"));
  } else if (!root_seen_) {
    Malformed("no element");
  }
}

void StrictTokenizer::Run(bool at_end) {
  if (!begun_ && !Begin(at_end)) return;
  Step step = Step::kDone;
  while (at_ < window_.size() && step == Step::kDone) {
    ReadUsual();
    if (at_ == window_.size()) break;
    step = window_[at_] == '<' ? ReadMarkup() : ReadText(at_end);
  }
  retry_bytes_ = 0;
  if (step != Step::kMore) return;
  const size_t waiting = window_.size() - at_;
  if (waiting > base::kObjectBytesMax) {
    Fail(here(), ErrorKind::kLimitExceeded,
         absl::StrCat("a tag or comment of over ", base::kObjectBytesMax, " bytes"));
    return;
  }
  // Reading starts again at the construct's start, so wait until it is worth it: the work stays
  // linear also where chunks are single bytes.
  if (!at_end) retry_bytes_ = waiting + waiting / 2 + 1;
}

// Decides the encoding and skips byte order mark and XML declaration. False: not yet, or failed.
bool StrictTokenizer::Begin(bool at_end) {
  const Prolog prolog = Inspect(window_, at_end);
  if (prolog.need_more) return false;
  if (prolog.error.has_value()) {
    error_ = prolog.error;
    return false;
  }
  begun_ = true;
  text_rules_.ascii_only = prolog.ascii_only;
  Advance(prolog.byte_order_mark_bytes + prolog.declaration_bytes);
  return true;
}

Step StrictTokenizer::Fail(const Position& position, ErrorKind kind, absl::string_view detail) {
  error_ = Error{kind, position, std::string(detail)};
  return Step::kFailed;
}

// ---- Parts of a document -----------------------------------------------------------------------

std::optional<Position> StrictTokenizer::boundary() const {
  if (error_.has_value() || !begun_ || !carry_.empty() || text_bytes_ > 0) return std::nullopt;
  return here();
}

std::unique_ptr<ForkingTokenizer> StrictTokenizer::Fork(Handler& handler) const {
  auto fork = std::make_unique<StrictTokenizer>(handler, absl::Span<const absl::string_view>());
  fork->begun_ = begun_;
  fork->window_offset_ = window_offset_;
  fork->line_ = line_;
  fork->text_rules_ = text_rules_;
  fork->root_seen_ = root_seen_;
  fork->frames_ = frames_;
  // Its tags will be numbered anew.
  for (Frame& frame : fork->frames_) frame.tag_number = 0;
  fork->depth_ = depth_;
  fork->resolver_ = resolver_;
  return fork;
}

void StrictTokenizer::SkipTo(const Position& position) {
  line_ = position.line;
  window_offset_ = position.offset;
}

// ---- Text --------------------------------------------------------------------------------------

// Text up to the next '<'.
Step StrictTokenizer::ReadText(bool at_end) {
  const absl::string_view all = rest();
  const size_t end = all.find('<');
  const absl::string_view raw = all.substr(0, end);
  if (depth_ == 0) return ReadOutside(raw);
  if (text_bytes_ + raw.size() > base::kXmlTextBytesMax) return TextTooLong();
  if (end == kNotFound && !at_end) return Step::kMore;
  return TakeText(raw, text_rules_, raw.size());
}

// Around the root element only white space may stand.
Step StrictTokenizer::ReadOutside(absl::string_view raw) {
  size_t spaces = 0;
  while (spaces < raw.size() && Has(raw[spaces], kSpaceByte)) ++spaces;
  Advance(spaces);
  return spaces == raw.size() ? Step::kDone : Malformed("text outside the document's element");
}

// Delivers `raw`, which stands in a construct of `bytes`.
Step StrictTokenizer::TakeText(absl::string_view raw, const TextRules& rules, size_t bytes) {
  size_t plain = 0;
  while (plain < raw.size() && Has(raw[plain], kTextByte)) ++plain;
  if (plain == raw.size()) {
    if (!raw.empty()) handler_.OnText(raw);
  } else {
    text_.clear();
    const absl::string_view wrong = AppendText(raw, rules, text_);
    if (!wrong.empty()) return Malformed(wrong);
    handler_.OnText(text_);
  }
  text_bytes_ += raw.size();
  Advance(bytes);
  return Step::kDone;
}

Step StrictTokenizer::TextTooLong() {
  return Fail(here(), ErrorKind::kLimitExceeded,
              absl::StrCat("text of over ", base::kXmlTextBytesMax, " bytes"));
}

// ---- Tags --------------------------------------------------------------------------------------

Step StrictTokenizer::ReadMarkup() {
  if (window_.size() - at_ < 2) return Step::kMore;
  switch (window_[at_ + 1]) {
    case '/':
      return ReadEndTag();
    case '?':
      return ReadInstruction();
    case '!':
      return ReadDeclaration();
    default:
      return ReadStartTag();
  }
}

Step StrictTokenizer::ReadEndTag() {
  const absl::string_view all = rest();
  if (depth_ == 0) return Malformed("an end tag without a start tag");
  const absl::string_view name = frames_[depth_ - 1].name;
  size_t i = 2 + name.size();
  if (all.size() <= i) {
    // What is there decides nothing good: a wrong name waits for its end, too.
    return all.find('>') == kNotFound ? Step::kMore : Malformed(kMismatch);
  }
  if (!EqualBytes(all.data() + 2, name.data(), name.size())) return Malformed(kMismatch);
  int64_t lines = 0;
  for (; i < all.size() && Has(all[i], kSpaceByte); ++i) lines += all[i] == '\n';
  if (i == all.size()) return Step::kMore;
  if (all[i] != '>') return Malformed(kMismatch);
  Advance(i + 1, lines);
  EndElement();
  return Step::kDone;
}

void StrictTokenizer::EndElement() {
  handler_.OnEndElement();
  resolver_.Leave(frames_[--depth_].scope);
  text_bytes_ = 0;
}

Step StrictTokenizer::ReadStartTag() {
  const absl::string_view all = rest();
  const size_t scope = resolver_.scope();
  const uint64_t scope_id = resolver_.scope_id();
  const Step step = tag_.Read(all, text_rules_.ascii_only);
  if (step == Step::kFailed) return Fail(here(), tag_.error_kind(), tag_.error_detail());
  if (step == Step::kMore) return step;
  if (const Step place = CheckPlace(); place != Step::kDone) return place;
  if (!resolver_.Enter(tag_, element_)) {
    return Fail(here(), resolver_.error_kind(), resolver_.error_detail());
  }
  const absl::string_view tag = all.substr(0, tag_.size());
  element_.note = known_tags_.Remember(tag, scope_id, tag_, element_);
  element_.position = here();
  PushElement(tag_.qualified_name(), scope);
  handler_.OnStartElement(element_);
  Advance(tag.size());
  if (tag_.is_empty_element()) EndElement();
  return Step::kDone;
}

void StrictTokenizer::PushElement(absl::string_view name, size_t scope) {
  Frame& frame = frames_[depth_++];
  frame.name.assign(name.data(), name.size());
  frame.scope = scope;
  frame.tag_number = 0;
  root_seen_ = true;
  text_bytes_ = 0;
}

// Whether an element may stand here at all.
Step StrictTokenizer::CheckPlace() {
  if (root_seen_ && depth_ == 0) return Malformed("a second element beside the root");
  if (depth_ == frames_.size()) {
    return Fail(here(), ErrorKind::kLimitExceeded,
                absl::StrCat("elements nested over ", base::kXmlDepthMax, " deep"));
  }
  return Step::kDone;
}

std::unique_ptr<ForkingTokenizer> NewForkingTokenizer(
    Handler& handler, absl::Span<const absl::string_view> namespaces) {
  return std::make_unique<StrictTokenizer>(handler, namespaces);
}

std::unique_ptr<Tokenizer> NewTokenizer(Handler& handler,
                                        absl::Span<const absl::string_view> namespaces) {
  return NewForkingTokenizer(handler, namespaces);
}

}  // namespace tidemark::rde::xml
