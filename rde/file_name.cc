#include "rde/file_name.h"

#include <limits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace tidemark::rde {
namespace {

// The longest A-label form of a TLD is a DNS label.
constexpr size_t kTldBytesMax = 63;
constexpr absl::string_view kShape =
    "{tld}_{YYYY-MM-DD}_{full|diff|thin}_S{part}_R{resend}.{xml|ryde}";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("deposit file name: ", what, "; the form is ", kShape));
}

bool IsTld(absl::string_view tld) {
  if (tld.empty() || tld.size() > kTldBytesMax) return false;
  return tld.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
             absl::string_view::npos &&
         tld.front() != '-' && tld.back() != '-';
}

// YYYY-MM-DD of the Gregorian calendar.
bool IsDate(absl::string_view date) {
  if (date.size() != 10) return false;
  for (size_t i = 0; i < date.size(); ++i) {
    if (i == 4 || i == 7 ? date[i] != '-' : !IsDigit(date[i])) return false;
  }
  int year = 0, month = 0, day = 0;
  if (!absl::SimpleAtoi(date.substr(0, 4), &year) || !absl::SimpleAtoi(date.substr(5, 2), &month) ||
      !absl::SimpleAtoi(date.substr(8, 2), &day)) {
    return false;
  }
  // A civil day normalises what the calendar does not have.
  const absl::CivilDay civil(year, month, day);
  return year >= 1 && civil.year() == year && civil.month() == month && civil.day() == day;
}

// `letter` and a decimal number that fits, without a sign.
bool ParseNumber(absl::string_view text, char letter, uint32_t& number) {
  if (text.empty() || text[0] != letter) return false;
  text.remove_prefix(1);
  if (text.empty()) return false;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return absl::SimpleAtoi(text, &number);
}

absl::string_view TypeName(DepositFileName::Type type) {
  switch (type) {
    case DepositFileName::Type::kFull:
      return "full";
    case DepositFileName::Type::kDiff:
      return "diff";
    case DepositFileName::Type::kThin:
      return "thin";
  }
  return "";
}

bool ParseType(absl::string_view text, DepositFileName::Type& type) {
  using Type = DepositFileName::Type;
  for (const Type candidate : {Type::kFull, Type::kDiff, Type::kThin}) {
    if (text != TypeName(candidate)) continue;
    type = candidate;
    return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<DepositFileName> ParseDepositFileName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash != absl::string_view::npos) path.remove_prefix(slash + 1);
  const size_t point = path.find('.');
  if (point == absl::string_view::npos) return Wrong("there is no extension");
  const absl::string_view extension = path.substr(point + 1);
  if (extension != "xml" && extension != "ryde") return Wrong("the extension is not xml or ryde");
  const std::vector<absl::string_view> parts = absl::StrSplit(path.substr(0, point), '_');
  if (parts.size() != 5) {
    return Wrong(absl::StrCat(parts.size(), " parts between underscores instead of 5"));
  }
  DepositFileName name;
  if (!IsTld(parts[0])) return Wrong("the TLD is not an A-label in lower case");
  if (!IsDate(parts[1])) return Wrong("the date is not a date as YYYY-MM-DD");
  if (!ParseType(parts[2], name.type)) return Wrong("the type is not full, diff or thin");
  if (!ParseNumber(parts[3], 'S', name.part) || parts[3][1] == '0') {
    return Wrong("the part is not S and a number from 1");
  }
  if (!ParseNumber(parts[4], 'R', name.resend) ||
      name.resend > std::numeric_limits<uint16_t>::max()) {
    return Wrong("the resend is not R and a number from 0 to 65535");
  }
  name.tld = std::string(parts[0]);
  name.date = std::string(parts[1]);
  name.extension = std::string(extension);
  return name;
}

std::string FormatDepositFileName(const DepositFileName& name) {
  return absl::StrCat(name.tld, "_", name.date, "_", TypeName(name.type), "_S", name.part, "_R",
                      name.resend, ".", name.extension);
}

}  // namespace tidemark::rde
