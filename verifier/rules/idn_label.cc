#include "verifier/rules/idn_label.h"

#include <idn2.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tidemark::verifier {
namespace {

struct IdnFree {
  void operator()(char* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, IdnFree>;

std::optional<std::string> ULabelOf(const std::string& a_label) {
  char* raw = nullptr;
  if (idn2_to_unicode_8z8z(a_label.c_str(), &raw, 0) != IDN2_OK) return std::nullopt;
  const IdnText u_label(raw);
  // Registering checks the code points, their context and direction, normal form C, and that the
  // way back gives the same A-label.
  unsigned char* back = nullptr;
  const int status =
      idn2_register_u8(reinterpret_cast<const unsigned char*>(u_label.get()),
                       reinterpret_cast<const unsigned char*>(a_label.c_str()), &back, 0);
  const IdnText registered(reinterpret_cast<char*>(back));
  if (status != IDN2_OK) return std::nullopt;
  return std::string(u_label.get());
}

}  // namespace

std::optional<std::string> UnicodeNameOf(absl::string_view name) {
  std::string out;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    std::string lower = absl::AsciiStrToLower(label);
    if (absl::StartsWith(lower, "xn--")) {
      std::optional<std::string> u_label = ULabelOf(lower);
      if (!u_label.has_value()) return std::nullopt;
      lower = *std::move(u_label);
    }
    absl::StrAppend(&out, out.empty() ? "" : ".", lower);
  }
  return out;
}

}  // namespace tidemark::verifier
