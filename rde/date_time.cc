#include "rde/date_time.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/text_words.h"

namespace tidemark::rde {
namespace {

constexpr size_t kYearDigitsMax = 9;
// Divisible by 400: every day that another year has, it has.
constexpr int64_t kYearMax = 999'999'600;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes `literal` off the front of `text`.
bool Eat(absl::string_view& text, char literal) {
  if (text.empty() || text.front() != literal) return false;
  text.remove_prefix(1);
  return true;
}

bool EatTwoDigits(absl::string_view& text, int& value) {
  if (text.size() < 2 || !IsDigit(text[0]) || !IsDigit(text[1])) return false;
  value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return true;
}

// Four digits or more; more than four must not start with 0. Year 0 is not in XML Schema 1.0, whose
// calendar (its appendix E) takes other years as they are, also negative ones. What has more digits
// than fit is a valid year all the same: it becomes the last or first that fits.
bool EatYear(absl::string_view& text, int64_t& year) {
  const bool negative = Eat(text, '-');
  size_t digits = 0;
  int64_t value = 0;
  while (digits < text.size() && IsDigit(text[digits])) {
    if (digits < kYearDigitsMax) value = value * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits < 4 || (digits > 4 && text[0] == '0') || value == 0) return false;
  if (digits > kYearDigitsMax) value = kYearMax;
  text.remove_prefix(digits);
  year = negative ? -value : value;
  return true;
}

// A point and at least one digit, if there is a point.
bool EatFraction(absl::string_view& text, int64_t& nanoseconds) {
  nanoseconds = 0;
  if (!Eat(text, '.')) return true;
  if (text.empty() || !IsDigit(text.front())) return false;
  int64_t unit = 100'000'000;
  while (!text.empty() && IsDigit(text.front())) {
    nanoseconds += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return true;
}

// Z, +hh:mm, -hh:mm, or nothing.
bool EatZone(absl::string_view& text, int64_t& offset_seconds) {
  offset_seconds = 0;
  if (text.empty() || Eat(text, 'Z')) return true;
  const bool negative = text.front() == '-';
  if (!Eat(text, '-') && !Eat(text, '+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!EatTwoDigits(text, hours) || !Eat(text, ':') || !EatTwoDigits(text, minutes)) return false;
  if (minutes > 59 || hours > 14 || (hours == 14 && minutes != 0)) return false;
  offset_seconds = (hours * 60 + minutes) * 60;
  if (negative) offset_seconds = -offset_seconds;
  return true;
}

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int kDaysInMonth[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int DaysInMonth(int64_t year, int month) {
  return month == 2 && IsLeapYear(year) ? 29 : kDaysInMonth[month - 1];
}

// Days since 1970-01-01 in the proleptic Gregorian calendar. Counts from 1 March, so that the
// leap day is the last of its year, in eras of 400 years.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  if (month <= 2) --year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr absl::string_view kUsualForm = "0000-00-00T00:00:00Z";

// Days before each month of a year without a leap day.
constexpr std::array<int, 12> kDaysBefore = [] {
  std::array<int, 12> days{};
  for (size_t month = 1; month < days.size(); ++month) {
    days[month] = days[month - 1] + kDaysInMonth[month - 1];
  }
  return days;
}();

// DaysFromCivil() of a year from 1 to 9999.
int64_t DaysOfUsual(uint32_t year, uint32_t month, uint32_t day) {
  const uint32_t before = year - 1;  // whole years
  const uint32_t centuries = before / 100;
  const uint32_t leap_days =
      before / 4 - centuries + centuries / 4 + (month > 2 && IsLeapYear(year) ? 1 : 0);
  const uint32_t days =
      before * 365 + leap_days + static_cast<uint32_t>(kDaysBefore[month - 1]) + day - 1;
  constexpr int64_t kDaysBefore1970 = 719'162;
  return days - kDaysBefore1970;
}

// Eight bytes at a time, whether each of `text` is what stands in `form`, where '0' is any digit.
constexpr uint64_t WordOf(const char* text) {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; ++i) word |= uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
  return word;
}
constexpr uint64_t DigitsOf(const char* form) {
  uint64_t mask = 0;
  for (size_t i = 0; i < 8; ++i) {
    if (form[i] == '0') mask |= uint64_t{0xff} << 8 * i;
  }
  return mask;
}
template <size_t kAt>
bool FitsAt(const char* text) {
  constexpr uint64_t kForm = WordOf(kUsualForm.data() + kAt);
  constexpr uint64_t kDigits = DigitsOf(kUsualForm.data() + kAt);
  const uint64_t word = base::Load64(text + kAt);
  // Digits are U+0030 to U+0039: no other high half, and six more does not leave it.
  const uint64_t high = base::kEveryByte * 0xf0 & kDigits;
  const uint64_t low =
      (word & kDigits & base::kEveryByte * 0x0f) + (base::kEveryByte * 0x06 & kDigits);
  return ((word ^ kForm) & (~kDigits | high)) == 0 && (low & high) == 0;
}
bool HasUsualForm(const char* text) {
  // The last word overlaps the one before.
  return FitsAt<0>(text) && FitsAt<8>(text) && FitsAt<12>(text);
}

// The form that nearly every deposit has throughout: YYYY-MM-DDThh:mm:ssZ, every field in its usual
// range. False for any other, which may be a date as well.
bool ParseUsual(absl::string_view text, int64_t& seconds) {
  if (text.size() != kUsualForm.size() || !HasUsualForm(text.data())) return false;
  // Every byte becomes the number that its digit and the next one are; none is over 255.
  const auto pairs = [text](size_t at) {
    const uint64_t digits = base::Load64(text.data() + at) & base::kEveryByte * 0x0f;
    return digits * 10 + (digits >> 8);
  };
  const auto two = [](uint64_t pairs, size_t at) {
    return static_cast<uint32_t>(pairs >> 8 * at & 0xff);
  };
  const uint64_t date = pairs(0), time = pairs(8), rest = pairs(12);
  const uint32_t year = two(date, 0) * 100 + two(date, 2), month = two(date, 5);
  const uint32_t day = two(time, 0), hour = two(time, 3), minute = two(time, 6);
  const uint32_t second = two(rest, 5);
  if (year == 0 || month < 1 || month > 12 || day < 1 ||
      (day > 28 && day > static_cast<uint32_t>(DaysInMonth(year, static_cast<int>(month)))) ||
      hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  seconds = DaysOfUsual(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + second;
  return true;
}

}  // namespace

bool ParseDateTime(absl::string_view text, absl::Time& time) {
  if (int64_t seconds = 0; ParseUsual(text, seconds)) {
    time = absl::FromUnixSeconds(seconds);
    return true;
  }
  int64_t year = 0;
  int month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t nanoseconds = 0;
  int64_t offset_seconds = 0;
  const bool parsed =
      EatYear(text, year) && Eat(text, '-') && EatTwoDigits(text, month) && Eat(text, '-') &&
      EatTwoDigits(text, day) && Eat(text, 'T') && EatTwoDigits(text, hour) && Eat(text, ':') &&
      EatTwoDigits(text, minute) && Eat(text, ':') && EatTwoDigits(text, second) &&
      EatFraction(text, nanoseconds) && EatZone(text, offset_seconds) && text.empty();
  if (!parsed || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) ||
      minute > 59 || second > 60) {
    return false;
  }
  const bool end_of_day = hour == 24 && minute == 0 && second == 0 && nanoseconds == 0;
  if (hour > 23 && !end_of_day) return false;
  const int64_t seconds =
      DaysFromCivil(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + second;
  time = absl::FromUnixSeconds(seconds - offset_seconds) + absl::Nanoseconds(nanoseconds);
  return true;
}

}  // namespace tidemark::rde
