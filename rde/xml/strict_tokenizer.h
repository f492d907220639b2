// Our own tokenizer. One pass over bytes that are there already: a construct (a tag, a run of text,
// a comment) is read when all of it is there, so there is no state inside one. Private to rde/xml/.
//
// Bytes are read where the caller has them. Only a construct that is cut by the end of a Write() is
// copied, to be read with what comes next.
//
// Errors in a construct are reported at its start, so that what is reported does not depend on how
// the document was cut into chunks.
#ifndef TIDEMARK_RDE_XML_STRICT_TOKENIZER_H_
#define TIDEMARK_RDE_XML_STRICT_TOKENIZER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "rde/xml/characters.h"
#include "rde/xml/element_resolver.h"
#include "rde/xml/scan.h"
#include "rde/xml/start_tag.h"
#include "rde/xml/tag_memory.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {

class StrictTokenizer final : public ForkingTokenizer {
 public:
  StrictTokenizer(Handler& handler, absl::Span<const absl::string_view> namespaces);

  void Write(absl::string_view data) override;
  void Close() override;
  const std::optional<Error>& error() const override { return error_; }

  std::optional<Position> boundary() const override;
  std::unique_ptr<ForkingTokenizer> Fork(Handler& handler) const override;
  void SkipTo(const Position& position) override;

 private:
  struct Frame {
    std::string name;         // qualified
    size_t scope = 0;         // of the namespaces outside the element
    uint64_t tag_number = 0;  // of the known tag that it began with, if it did
  };

  // strict_tokenizer.cc
  void Run(bool at_end);
  bool Begin(bool at_end);
  Step ReadText(bool at_end);
  Step ReadOutside(absl::string_view raw);
  Step TakeText(absl::string_view raw, const TextRules& rules, size_t bytes);
  Step TextTooLong();
  Step ReadMarkup();
  Step ReadEndTag();
  void EndElement();
  Step ReadStartTag();
  Step CheckPlace();
  void PushElement(absl::string_view name, size_t scope);

  // strict_usual.cc
  void ReadUsual();
  KnownTag* FindKnownTag(size_t& blank, int64_t& lines);
  bool TakeEndTag(size_t blank, int64_t lines);
  bool TakeKnownTag(KnownTag& known, size_t blank, int64_t lines);
  void TakeUnusual(KnownTag& known, absl::string_view inside, size_t tag_bytes, int64_t lines);
  PlainText TextInside(absl::string_view inside) const;
  void PushElement(const KnownTag& known);

  // strict_markup.cc
  Step ReadDeclaration();
  Step ReadComment();
  Step ReadInstruction();
  Step TakeUnread(absl::string_view content, size_t bytes);
  Step ReadCdata();

  // What is to be read next, as much of it as one construct may have: one that does not end there
  // is too long, however much is there.
  absl::string_view rest() const { return window_.substr(at_, base::kObjectBytesMax); }

  Position here() const { return {line_, window_offset_ + static_cast<int64_t>(at_)}; }
  void Advance(size_t bytes, int64_t lines) {
    at_ += bytes;
    line_ += lines;
  }
  void Advance(size_t bytes) { Advance(bytes, CountLines(window_.substr(at_, bytes))); }

  Step Fail(const Position& position, ErrorKind kind, absl::string_view detail);
  Step Malformed(absl::string_view detail) {
    return Fail(here(), ErrorKind::kNotWellFormed, detail);
  }

  Handler& handler_;
  std::optional<Error> error_;
  bool begun_ = false;  // the head was inspected

  absl::string_view window_;  // the bytes that are there
  size_t at_ = 0;             // the first of them that was not read
  int64_t window_offset_ = 0;
  int64_t line_ = 1;  // at at_
  std::string carry_;
  // Not worth trying again with fewer bytes.
  size_t retry_bytes_ = 0;

  TextRules text_rules_;
  std::string text_;  // of the construct that is read, as far as it differs from what is written
  size_t text_bytes_ = 0;  // as written, since the last tag

  bool root_seen_ = false;
  std::array<Frame, base::kXmlDepthMax> frames_;
  size_t depth_ = 0;
  ElementResolver resolver_;
  StartTag tag_;
  StartElement element_;  // of tag_
  TagMemory known_tags_;
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_STRICT_TOKENIZER_H_
