#include "rde/xml/start_tag.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "rde/xml/characters.h"

namespace tidemark::rde::xml {

Step StartTag::Fail(ErrorKind kind, std::string detail) {
  error_kind_ = kind;
  error_detail_ = std::move(detail);
  return Step::kFailed;
}

Step StartTag::Malformed(absl::string_view detail) {
  return Fail(ErrorKind::kNotWellFormed, std::string(detail));
}

Step StartTag::Read(absl::string_view bytes, bool ascii_only) {
  all_ = bytes;
  ascii_only_ = ascii_only;
  empty_element_ = false;
  prefix_ = {};
  attributes_.clear();
  size_t i = 1;  // after '<'
  if (const Step step = ReadQualifiedName(i, prefix_, local_); step != Step::kDone) return step;
  qualified_name_ = all_.substr(1, i - 1);
  if (i < all_.size() && all_[i] == '>') {
    size_ = i + 1;
    return Step::kDone;
  }
  return ReadAttributes(i);
}

// The rest of a tag from all_[i] on, after its name.
Step StartTag::ReadAttributes(size_t i) {
  mended_.clear();
  values_.clear();
  while (true) {
    const size_t next = SkipSpace(i);
    if (next == all_.size()) return Step::kMore;
    if (all_[next] == '>') {
      size_ = next + 1;
      break;
    }
    if (all_[next] == '/') {
      if (next + 1 == all_.size()) return Step::kMore;
      if (all_[next + 1] != '>') return Malformed("'/' in a tag");
      empty_element_ = true;
      size_ = next + 2;
      break;
    }
    if (next == i) return Malformed("a malformed tag");
    i = next;
    if (const Step step = ReadAttribute(i); step != Step::kDone) return step;
  }
  // Only now: values_ moved while it grew.
  for (const Mended& mended : mended_) {
    attributes_[mended.attribute].value =
        absl::string_view(values_).substr(mended.at, mended.bytes);
  }
  return Step::kDone;
}

// name = "value" at all_[i]; moves i past it.
Step StartTag::ReadAttribute(size_t& i) {
  if (attributes_.size() == base::kXmlAttributesMax + base::kXmlNamespacesMax) {
    return Fail(ErrorKind::kLimitExceeded,
                absl::StrCat("over ", base::kXmlAttributesMax, " attributes"));
  }
  RawAttribute attribute;
  if (const Step step = ReadQualifiedName(i, attribute.prefix, attribute.local);
      step != Step::kDone) {
    return step;
  }
  i = SkipSpace(i);
  if (i == all_.size()) return Step::kMore;
  if (all_[i] != '=') return Malformed("an attribute without a value");
  i = SkipSpace(i + 1);
  if (i == all_.size()) return Step::kMore;
  attributes_.push_back(attribute);
  return ReadValue(i, attributes_.back().value);
}

// A quoted value at all_[i].
Step StartTag::ReadValue(size_t& i, absl::string_view& value) {
  const char quote = all_[i];
  if (quote != '"' && quote != '\'') return Malformed("an attribute without quotes");
  const size_t end = all_.find(quote, i + 1);
  value = all_.substr(i + 1, std::min(end, all_.size()) - (i + 1));
  if (value.size() > base::kXmlTextBytesMax) {
    return Fail(ErrorKind::kLimitExceeded,
                absl::StrCat("an attribute of over ", base::kXmlTextBytesMax, " bytes"));
  }
  if (end == absl::string_view::npos) return Step::kMore;
  i = end + 1;
  if (std::all_of(value.begin(), value.end(), [](char c) { return Has(c, kValueByte); })) {
    return Step::kDone;
  }
  TextRules rules;
  rules.references = true;
  rules.value = true;
  rules.ascii_only = ascii_only_;
  const size_t at = values_.size();
  const absl::string_view wrong = AppendText(value, rules, values_);
  if (!wrong.empty()) return Malformed(wrong);
  mended_.push_back({attributes_.size() - 1, at, values_.size() - at});
  return Step::kDone;
}

// A name with or without a prefix at all_[i]. Something must follow it, to know that it ends.
Step StartTag::ReadQualifiedName(size_t& i, absl::string_view& prefix, absl::string_view& local) {
  const size_t first = NameLength(all_.substr(i), ascii_only_);
  size_t end = i + first;
  if (Unfinished(end)) return Step::kMore;
  if (first == 0) return Malformed("a malformed name");
  local = all_.substr(i, first);
  if (all_[end] == ':') {
    const size_t second = NameLength(all_.substr(end + 1), ascii_only_);
    if (Unfinished(end + 1 + second)) return Step::kMore;
    if (second == 0) return Malformed("a malformed name");
    prefix = local;
    local = all_.substr(end + 1, second);
    end += 1 + second;
  }
  i = end;
  return Step::kDone;
}

size_t StartTag::SkipSpace(size_t i) const {
  while (i < all_.size() && Has(all_[i], kSpaceByte)) ++i;
  return i;
}

// True if the bytes end at `end`, or in the character that begins there.
bool StartTag::Unfinished(size_t end) const {
  if (end >= all_.size()) return true;
  const unsigned char c = static_cast<unsigned char>(all_[end]);
  const size_t bytes = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
  return end + bytes > all_.size();
}

}  // namespace tidemark::rde::xml
