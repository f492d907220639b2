#include "tools/generator/punycode.h"

#include <cstdint>

namespace tidemark::generator {
namespace {

// RFC 3492 section 5.
constexpr uint32_t kBase = 36;
constexpr uint32_t kTMin = 1;
constexpr uint32_t kTMax = 26;
constexpr uint32_t kSkew = 38;
constexpr uint32_t kDamp = 700;
constexpr uint32_t kInitialBias = 72;
constexpr uint32_t kInitialN = 128;

uint32_t Adapt(uint32_t delta, uint32_t points, bool first_time) {
  delta = first_time ? delta / kDamp : delta / 2;
  delta += delta / points;
  uint32_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

char Digit(uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// A generalized variable-length integer, RFC 3492 section 3.3.
void AppendInteger(uint32_t value, uint32_t bias, std::string& out) {
  for (uint32_t k = kBase;; k += kBase) {
    const uint32_t t = k <= bias ? kTMin : k >= bias + kTMax ? kTMax : k - bias;
    if (value < t) break;
    out.push_back(Digit(t + (value - t) % (kBase - t)));
    value = (value - t) / (kBase - t);
  }
  out.push_back(Digit(value));
}

}  // namespace

void AppendALabel(std::u32string_view label, std::string& out) {
  out.append("xn--");
  uint32_t handled = 0;
  for (char32_t c : label) {
    if (c >= kInitialN) continue;
    out.push_back(static_cast<char>(c));
    ++handled;
  }
  const uint32_t basic = handled;
  if (basic > 0) out.push_back('-');
  uint32_t n = kInitialN;
  uint32_t delta = 0;
  uint32_t bias = kInitialBias;
  while (handled < label.size()) {
    uint32_t next = UINT32_MAX;
    for (char32_t c : label) {
      if (c >= n && c < next) next = c;
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      AppendInteger(delta, bias, out);
      bias = Adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
}

void AppendUtf8(std::u32string_view text, std::string& out) {
  for (char32_t c : text) {
    auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F))); };
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xC0 | (c >> 6)));
      tail(0);
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | (c >> 12)));
      tail(6);
      tail(0);
    } else {
      out.push_back(static_cast<char>(0xF0 | (c >> 18)));
      tail(12);
      tail(6);
      tail(0);
    }
  }
}

}  // namespace tidemark::generator
