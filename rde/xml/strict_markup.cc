// Markup other than tags: comments, processing instructions, CDATA sections.
#include <algorithm>

#include "absl/strings/match.h"
#include "rde/xml/characters.h"
#include "rde/xml/strict_tokenizer.h"

namespace tidemark::rde::xml {
namespace {

constexpr size_t kNotFound = absl::string_view::npos;

}  // namespace

// Comment, CDATA section or document type declaration.
Step StrictTokenizer::ReadDeclaration() {
  const absl::string_view all = rest();
  if (absl::StartsWith(all, "<!--")) return ReadComment();
  if (absl::StartsWith(all, "<![CDATA[")) return ReadCdata();
  if (absl::StartsWith(all, "<!DOCTYPE")) {
    return Fail(here(), ErrorKind::kDoctype, "a document type declaration");
  }
  for (const absl::string_view start : {"<!--", "<![CDATA[", "<!DOCTYPE"}) {
    if (absl::StartsWith(start, all)) return Step::kMore;
  }
  return Malformed("markup that begins with <!");
}

Step StrictTokenizer::ReadComment() {
  constexpr size_t kStart = 4;  // <!--
  const absl::string_view all = rest();
  const size_t dashes = all.find("--", kStart);
  if (dashes == kNotFound || dashes + 2 == all.size()) return Step::kMore;
  if (all[dashes + 2] != '>') return Malformed("-- inside a comment");
  return TakeUnread(all.substr(kStart, dashes - kStart), dashes + 3);
}

Step StrictTokenizer::ReadInstruction() {
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
Step StrictTokenizer::TakeUnread(absl::string_view content, size_t bytes) {
  TextRules rules;
  rules.ascii_only = text_rules_.ascii_only;
  text_.clear();
  // '&' and '<' mean nothing here, and are no text bytes either.
  const absl::string_view wrong = AppendText(content, rules, text_);
  if (!wrong.empty()) return Malformed(wrong);
  Advance(bytes);
  return Step::kDone;
}

Step StrictTokenizer::ReadCdata() {
  constexpr size_t kStart = 9;  // <![CDATA[
  if (depth_ == 0) return Malformed("text outside the document's element");
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

}  // namespace tidemark::rde::xml
