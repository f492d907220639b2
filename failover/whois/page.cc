#include "failover/whois/page.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "failover/lookup/text.h"
#include "failover/whois/responder.h"

namespace tidemark::failover::whois {
namespace {

constexpr absl::string_view kLineEnd = "\r\n";

void AppendShown(absl::string_view value, std::string& out) {
  const size_t begin = out.size();
  while (!value.empty()) {
    const absl::string_view before = value;
    const char32_t character = TakeCharacter(value);
    const size_t bytes = before.size() - value.size();
    if (out.size() - begin + bytes > kValueBytesMax) {
      out.append("...");
      return;
    }
    if (IsControl(character) || character == kReplacementCharacter) {
      out.push_back('?');
    } else {
      out.append(before.data(), bytes);
    }
  }
}

}  // namespace

void Page::Line(absl::string_view key, absl::string_view value) {
  absl::StrAppend(&out_, key, ":");
  if (!value.empty()) out_.push_back(' ');
  AppendShown(value, out_);
  out_.append(kLineEnd.data(), kLineEnd.size());
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
