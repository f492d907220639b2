// Our own tokenizer. One pass over bytes that are there already: a construct (a tag, a run of text,
// a comment) is read when all of it is in the buffer, so there is no state inside one.
//
// Errors in a construct are reported at its start, so that what is reported does not depend on how
// the document was cut into chunks.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "rde/xml/characters.h"
#include "rde/xml/element_resolver.h"
#include "rde/xml/prolog.h"
#include "rde/xml/start_tag.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {
namespace {

constexpr size_t kNotFound = absl::string_view::npos;

class StrictTokenizer final : public Tokenizer {
 public:
  StrictTokenizer(Handler& handler, absl::Span<const absl::string_view> namespaces)
      : handler_(handler), resolver_(namespaces) {
    text_rules_.references = true;
    text_rules_.cdata_end = true;
  }

  void Write(absl::string_view data) override {
    // In pieces, so that the buffer stays small whatever the caller's are.
    while (!data.empty() && !error_.has_value()) {
      const absl::string_view piece = data.substr(0, base::kCopyBufferBytes);
      data.remove_prefix(piece.size());
      PositionOf(at_);
      buffer_.erase(0, std::exchange(at_, 0));
      counted_ = 0;
      buffer_.append(piece.data(), piece.size());
      if (buffer_.size() >= retry_bytes_) Run(/*at_end=*/false);
    }
  }

  void Close() override {
    if (error_.has_value()) return;
    Run(/*at_end=*/true);
    if (error_.has_value()) return;
    if (at_ < buffer_.size()) {
      Fail(buffer_.size(), ErrorKind::kNotWellFormed, "the file ends inside a tag or comment");
    } else if (!frames_.empty()) {
      Fail(at_, ErrorKind::kNotWellFormed,
           absl::StrCat("the file ends inside ", frames_.size(), " open elements"));
    } else if (!root_seen_) {
      Fail(at_, ErrorKind::kNotWellFormed, "no element");
    }
  }

  const std::optional<Error>& error() const override { return error_; }

 private:
  struct Frame {
    size_t name_at = 0;  // of the qualified name, in names_
    size_t scope = 0;    // of the namespaces outside the element
  };
  // What is to be read next, as much of it as one construct may have: one that does not end there
  // is too long, however much is in the buffer.
  absl::string_view rest() const {
    return absl::string_view(buffer_).substr(at_, base::kObjectBytesMax);
  }

  void Run(bool at_end) {
    if (!begun_ && !Begin(at_end)) return;
    Step step = Step::kDone;
    while (at_ < buffer_.size() && step == Step::kDone) {
      step = buffer_[at_] == '<' ? ReadMarkup() : ReadText(at_end);
    }
    retry_bytes_ = 0;
    if (step != Step::kMore) return;
    const size_t waiting = buffer_.size() - at_;
    if (waiting > base::kObjectBytesMax) {
      Fail(at_, ErrorKind::kLimitExceeded,
           absl::StrCat("a tag or comment of over ", base::kObjectBytesMax, " bytes"));
      return;
    }
    // Reading starts again at the construct's start, so wait until it is worth it: the work stays
    // linear also where chunks are single bytes.
    if (!at_end) retry_bytes_ = waiting + waiting / 2 + 1;
  }

  // Decides the encoding and skips byte order mark and XML declaration. False: not yet, or failed.
  bool Begin(bool at_end) {
    const Prolog prolog = Inspect(buffer_, at_end);
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

  // ---- Places --------------------------------------------------------------------------------

  void Advance(size_t bytes) { at_ += bytes; }

  // The place of buffer_[at]; places are asked for in order.
  Position PositionOf(size_t at) {
    if (at > counted_) {
      line_ += CountLines(absl::string_view(buffer_).substr(counted_, at - counted_));
      offset_ += static_cast<int64_t>(at - counted_);
      counted_ = at;
    }
    return {line_, offset_};
  }

  Step Fail(size_t at, ErrorKind kind, absl::string_view detail) {
    error_ = Error{kind, PositionOf(at), std::string(detail)};
    return Step::kFailed;
  }
  Step Malformed(absl::string_view detail) { return Fail(at_, ErrorKind::kNotWellFormed, detail); }

  // ---- Text ----------------------------------------------------------------------------------

  // Text up to the next '<'.
  Step ReadText(bool at_end) {
    const absl::string_view all = rest();
    const size_t end = all.find('<');
    const absl::string_view raw = all.substr(0, end);
    if (frames_.empty()) return ReadOutside(raw);
    if (text_bytes_ + raw.size() > base::kXmlTextBytesMax) return TextTooLong();
    if (end == kNotFound && !at_end) return Step::kMore;
    return TakeText(raw, text_rules_, raw.size());
  }

  // Around the root element only white space may stand.
  Step ReadOutside(absl::string_view raw) {
    size_t spaces = 0;
    while (spaces < raw.size() && Has(raw[spaces], kSpaceByte)) ++spaces;
    Advance(spaces);
    return spaces == raw.size() ? Step::kDone : Malformed("text outside the document's element");
  }

  // Delivers `raw`, which stands in a construct of `bytes`.
  Step TakeText(absl::string_view raw, const TextRules& rules, size_t bytes) {
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

  Step TextTooLong() {
    return Fail(at_, ErrorKind::kLimitExceeded,
                absl::StrCat("text of over ", base::kXmlTextBytesMax, " bytes"));
  }

  // ---- Markup --------------------------------------------------------------------------------

  Step ReadMarkup() {
    const absl::string_view all = rest();
    if (all.size() < 2) return Step::kMore;
    switch (all[1]) {
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

  // Comment, CDATA section or document type declaration.
  Step ReadDeclaration() {
    const absl::string_view all = rest();
    if (absl::StartsWith(all, "<!--")) return ReadComment();
    if (absl::StartsWith(all, "<![CDATA[")) return ReadCdata();
    if (absl::StartsWith(all, "<!DOCTYPE")) {
      return Fail(at_, ErrorKind::kDoctype, "a document type declaration");
    }
    for (const absl::string_view start : {"<!--", "<![CDATA[", "<!DOCTYPE"}) {
      if (absl::StartsWith(start, all)) return Step::kMore;
    }
    return Malformed("markup that begins with <!");
  }

  Step ReadComment() {
    constexpr size_t kStart = 4;  // <!--
    const absl::string_view all = rest();
    const size_t dashes = all.find("--", kStart);
    if (dashes == kNotFound || dashes + 2 == all.size()) return Step::kMore;
    if (all[dashes + 2] != '>') return Malformed("-- inside a comment");
    return TakeUnread(all.substr(kStart, dashes - kStart), dashes + 3);
  }

  Step ReadInstruction() {
    constexpr size_t kStart = 2;  // <?
    const absl::string_view all = rest();
    const size_t end = all.find("?>", kStart);
    if (end == kNotFound) return Step::kMore;
    const absl::string_view content = all.substr(kStart, end - kStart);
    const size_t target = NameLength(content, text_rules_.ascii_only);
    if (target == 0 || (target < content.size() && !Has(content[target], kSpaceByte))) {
      return Malformed("a processing instruction without a target");
    }
    if (absl::EqualsIgnoreCase(content.substr(0, target), "xml")) {
      return Malformed("an XML declaration that is not at the start");
    }
    return TakeUnread(content, end + 2);
  }

  // Checks the characters of what is not delivered.
  Step TakeUnread(absl::string_view content, size_t bytes) {
    TextRules rules;
    rules.ascii_only = text_rules_.ascii_only;
    text_.clear();
    // '&' and '<' mean nothing here, and are no text bytes either.
    const absl::string_view wrong = AppendText(content, rules, text_);
    if (!wrong.empty()) return Malformed(wrong);
    Advance(bytes);
    return Step::kDone;
  }

  Step ReadCdata() {
    constexpr size_t kStart = 9;  // <![CDATA[
    if (frames_.empty()) return Malformed("text outside the document's element");
    const absl::string_view all = rest();
    const size_t end = all.find("]]>", kStart);
    const size_t content_end = end == kNotFound ? std::max(all.size(), kStart + 2) - 2 : end;
    if (text_bytes_ + content_end - std::min(content_end, kStart) > base::kXmlTextBytesMax) {
      return TextTooLong();
    }
    if (end == kNotFound) return Step::kMore;
    TextRules rules;
    rules.ascii_only = text_rules_.ascii_only;
    return TakeText(all.substr(kStart, end - kStart), rules, end + 3);
  }

  Step ReadEndTag() {
    const absl::string_view all = rest();
    if (frames_.empty()) return Malformed("an end tag without a start tag");
    const size_t name_at = frames_.back().name_at;
    const absl::string_view name = absl::string_view(names_).substr(name_at);
    size_t i = 2 + name.size();
    if (all.size() <= i) {
      // What is there decides nothing good: a wrong name waits for its end, too.
      return all.find('>') == kNotFound ? Step::kMore : Malformed(kMismatch);
    }
    if (std::memcmp(all.data() + 2, name.data(), name.size()) != 0) return Malformed(kMismatch);
    while (i < all.size() && Has(all[i], kSpaceByte)) ++i;
    if (i == all.size()) return Step::kMore;
    if (all[i] != '>') return Malformed(kMismatch);
    Advance(i + 1);
    EndElement();
    return Step::kDone;
  }

  void EndElement() {
    handler_.OnEndElement();
    names_.resize(frames_.back().name_at);
    resolver_.Leave(frames_.back().scope);
    frames_.pop_back();
    text_bytes_ = 0;
  }

  // ---- Start tags ----------------------------------------------------------------------------

  Step ReadStartTag() {
    const Step step = tag_.Read(rest(), text_rules_.ascii_only);
    if (step == Step::kFailed) return Fail(at_, tag_.error_kind(), tag_.error_detail());
    if (step == Step::kMore) return step;
    if (root_seen_ && frames_.empty()) return Malformed("a second element beside the root");
    if (frames_.size() == static_cast<size_t>(base::kXmlDepthMax)) {
      return Fail(at_, ErrorKind::kLimitExceeded,
                  absl::StrCat("elements nested over ", base::kXmlDepthMax, " deep"));
    }
    const size_t scope = resolver_.scope();
    if (!resolver_.Enter(tag_, element_)) {
      return Fail(at_, resolver_.error_kind(), resolver_.error_detail());
    }
    element_.position = PositionOf(at_);
    frames_.push_back({names_.size(), scope});
    names_.append(tag_.qualified_name().data(), tag_.qualified_name().size());
    root_seen_ = true;
    text_bytes_ = 0;
    handler_.OnStartElement(element_);
    Advance(tag_.size());
    if (tag_.is_empty_element()) EndElement();
    return Step::kDone;
  }

  static constexpr absl::string_view kMismatch = "an end tag that does not match its start tag";

  Handler& handler_;
  ElementResolver resolver_;
  TextRules text_rules_;
  std::optional<Error> error_;

  // Bytes that were not read yet begin at buffer_[at_].
  std::string buffer_;
  size_t at_ = 0;
  size_t retry_bytes_ = 0;
  bool begun_ = false;

  // The place of buffer_[counted_].
  size_t counted_ = 0;
  int64_t line_ = 1;
  int64_t offset_ = 0;

  bool root_seen_ = false;
  std::vector<Frame> frames_;
  std::string names_;      // qualified names of the open elements, one after the other
  size_t text_bytes_ = 0;  // since the last tag
  std::string text_;
  StartTag tag_;
  StartElement element_;  // of tag_
};

}  // namespace

std::unique_ptr<Tokenizer> NewTokenizer(Handler& handler,
                                        absl::Span<const absl::string_view> namespaces) {
  return std::make_unique<StrictTokenizer>(handler, namespaces);
}

}  // namespace tidemark::rde::xml
