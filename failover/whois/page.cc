#include "failover/whois/page.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "failover/lookup/text.h"

namespace tidemark::failover::whois {
namespace {

constexpr absl::string_view kLineEnd = "\r\n";

void AppendShown(absl::string_view value, std::string& out) {
  while (!value.empty()) {
    const absl::string_view before = value;
    const char32_t character = TakeCharacter(value);
    if (IsControl(character) || character == kReplacementCharacter) {
      out.push_back('?');
    } else {
      out.append(before.data(), before.size() - value.size());
    }
  }
}

}  // namespace

void Page::Line(absl::string_view key, absl::string_view value) {
  if (out_.size() + value.size() > kAnswerBytesMax) {
    is_cut_ = true;
    return;
  }
  absl::StrAppend(&out_, key, ":");
  if (!value.empty()) out_.push_back(' ');
  const absl::string_view told = CutAt(value, kValueBytesMax);
  AppendShown(told, out_);
  if (told.size() < value.size()) {
    out_.append("...");
    is_cut_ = true;
  }
  out_.append(kLineEnd.data(), kLineEnd.size());
}

void Page::LeftOutLine(const LeftOut& left_out) {
  if (!left_out.is_cut() && !is_cut_) return;
  Plain("The registry has more of this object than is told in an answer.");
}

void Page::DateLine(absl::string_view key, const std::optional<absl::Time>& time) {
  if (time.has_value()) Line(key, DateText(*time));
}

void Page::Plain(absl::string_view text) { absl::StrAppend(&out_, text, kLineEnd); }

void Page::End(absl::Time last_update, absl::string_view terms_url) {
  Plain(absl::StrCat(">>> Last update of WHOIS database: ", DateText(last_update), " <<<"));
  Plain("");
  Plain(absl::StrCat("For more information on domain status codes, please visit ",
                     "https://icann.org/epp"));
  Plain(absl::StrCat("The terms of service of this registry apply: ", terms_url));
}

}  // namespace tidemark::failover::whois
