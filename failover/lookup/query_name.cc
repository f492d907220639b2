#include "failover/lookup/query_name.h"

#include <idn2.h>

#include <cstdint>
#include <memory>

#include "absl/strings/match.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

struct IdnFree {
  void operator()(char* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, IdnFree>;

IdnText Lookup(const std::string& text) {
  uint8_t* name = nullptr;
  const int status = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(text.c_str()), &name,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  IdnText owned(reinterpret_cast<char*>(name));
  return status == IDN2_OK ? std::move(owned) : nullptr;
}

bool HasALabel(absl::string_view name) {
  return absl::StartsWith(name, "xn--") || absl::StrContains(name, ".xn--");
}

}  // namespace

std::optional<std::string> QueryName(absl::string_view text) {
  if (text.size() > kQueryNameBytesMax) return std::nullopt;
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    // A zero byte would end the text for libidn2, and a control character is in no name.
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    ascii = ascii && byte < 0x80;
  }
  if (ascii) return CanonicalName(text);
  const IdnText name = Lookup(std::string(text));
  if (name == nullptr) return std::nullopt;
  return CanonicalName(name.get());
}

std::string UnicodeNameOf(absl::string_view name) {
  if (!HasALabel(name)) return "";
  char* raw = nullptr;
  if (idn2_to_unicode_8z8z(std::string(name).c_str(), &raw, 0) != IDN2_OK) return "";
  const IdnText unicode(raw);
  // What is shown must lead back to what was asked: anything else is a name in disguise.
  const IdnText back = Lookup(unicode.get());
  if (back == nullptr || absl::string_view(back.get()) != name) return "";
  return unicode.get();
}

}  // namespace tidemark::failover
