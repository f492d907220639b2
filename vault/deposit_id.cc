#include "vault/deposit_id.h"

#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr size_t kIdCharactersMax = 13;
constexpr size_t kLabelBytesMax = 63;

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_islower(byte) && !absl::ascii_isdigit(byte) && c != '-') return false;
  }
  return true;
}

absl::Status CheckTld(absl::string_view tld) {
  if (tld.empty() || tld.size() > base::kDomainNameBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("TLD: ", tld.size(), " bytes, want 1 to ", base::kDomainNameBytesMax));
  }
  for (const absl::string_view label : absl::StrSplit(tld, '.')) {
    if (!IsLabel(label)) {
      return absl::InvalidArgumentError(
          "TLD: want labels of 1 to 63 lower-case letters, digits and inner hyphens (A-label "
          "form)");
    }
  }
  return absl::OkStatus();
}

// The code point at the front of `rest`, which it removes; -1 if it is not well-formed UTF-8.
int32_t TakeCodePoint(absl::string_view& rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  size_t length = 1;
  int32_t point = first;
  if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    point = first & 0x07;
  } else if (first >= 0xe0) {
    length = 3;
    point = first & 0x0f;
  } else if (first >= 0xc2) {
    length = 2;
    point = first & 0x1f;
  } else if (first >= 0x80) {
    return -1;
  }
  if (first > 0xf4 || rest.size() < length) return -1;
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(rest[i]);
    if ((next & 0xc0) != 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  rest.remove_prefix(length);
  const bool is_overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  return is_overlong || is_surrogate || point > 0x10ffff ? -1 : point;
}

// XSD's \w is everything but punctuation, separators and controls: "+" is in, "_" and "-" are not.
// Outside ASCII the blocks of punctuation, invisible and private characters are refused whole
// rather than by category; that is what keeps an id harmless in a log line and on a terminal.
bool IsIdCharacter(int32_t point) {
  if (point < 0x80) {
    const auto c = static_cast<unsigned char>(point);
    return absl::ascii_isalnum(c) ||
           absl::string_view("$+<=>^`|~").find(c) != absl::string_view::npos;
  }
  const bool is_control_or_space = point <= 0xbf && point != 0xaa && point != 0xb5 && point != 0xba;
  const bool is_general_punctuation = point >= 0x2000 && point <= 0x206f;
  const bool is_cjk_punctuation = point >= 0x3000 && point <= 0x303f;
  const bool is_private = (point >= 0xe000 && point <= 0xf8ff) || point >= 0xe0000;
  const bool is_special = point == 0x061c || point == 0xfeff || (point & 0xfffe) == 0xfffe ||
                          (point >= 0xfe00 && point <= 0xfe0f) ||
                          (point >= 0xfff0 && point <= 0xffff);
  return !is_control_or_space && !is_general_punctuation && !is_cjk_punctuation && !is_private &&
         !is_special;
}

absl::Status CheckId(absl::string_view id) {
  if (id.empty()) return absl::InvalidArgumentError("deposit id: empty");
  size_t characters = 0;
  while (!id.empty()) {
    const int32_t point = TakeCodePoint(id);
    if (point < 0) return absl::InvalidArgumentError("deposit id: not UTF-8");
    ++characters;
    if (!IsIdCharacter(point)) {
      return absl::InvalidArgumentError(
          absl::StrCat("deposit id: character ", characters,
                       " is not one of \\w (RFC 8909 section 9: no punctuation, no spaces)"));
    }
    if (characters > kIdCharactersMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("deposit id: more than ", kIdCharactersMax, " characters"));
    }
  }
  return absl::OkStatus();
}

void AppendBe32(uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void AppendCounted(absl::string_view bytes, std::string& out) {
  AppendBe32(static_cast<uint32_t>(bytes.size()), out);
  absl::StrAppend(&out, bytes);
}

}  // namespace

absl::StatusOr<DepositId> DepositId::Create(absl::string_view tld, absl::string_view id,
                                            uint32_t resend) {
  RETURN_IF_ERROR(CheckTld(tld));
  RETURN_IF_ERROR(CheckId(id));
  if (resend > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("resend: ", resend, ", want at most 65535"));
  }
  return DepositId(std::string(tld), std::string(id), static_cast<uint16_t>(resend));
}

absl::StatusOr<DepositId> DepositId::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 3) {
    return absl::InvalidArgumentError("deposit identity: want TLD/ID/RESEND, as in example/A1/0");
  }
  uint32_t resend = 0;
  // SimpleAtoi takes spaces, signs and leading zeros; an identity has one spelling only.
  if (!absl::SimpleAtoi(parts[2], &resend) || absl::StrCat(resend) != parts[2]) {
    return absl::InvalidArgumentError("deposit identity: RESEND is not a plain number");
  }
  return Create(parts[0], parts[1], resend);
}

std::string DepositId::ToString() const { return absl::StrCat(tld_, "/", id_, "/", resend_); }

std::string SealingContext(absl::string_view vault_id, const DepositId& deposit) {
  constexpr absl::string_view kLabel("tidemark/v1/deposit\0", 20);
  std::string context(kLabel);
  AppendCounted(vault_id, context);
  AppendCounted(deposit.tld(), context);
  AppendCounted(deposit.id(), context);
  context.push_back(static_cast<char>(deposit.resend() >> 8));
  context.push_back(static_cast<char>(deposit.resend()));
  return context;
}

}  // namespace tidemark::vault
