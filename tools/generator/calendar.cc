#include "tools/generator/calendar.h"

#include <algorithm>
#include <chrono>

namespace tidemark::generator {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

struct Split {
  year_month_day date;
  int64_t second_of_day;
};

Split SplitTime(UnixSeconds time) {
  const int64_t day = (time >= 0 ? time : time - (kDay - 1)) / kDay;
  return {year_month_day(sys_days(days(day))), time - day * kDay};
}

// Writes `value` as `width` digits at `at`.
void PutDigits(char* at, unsigned value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

void FormatDateTime(UnixSeconds time, std::string& out) {
  const Split split = SplitTime(time);
  const auto second = static_cast<unsigned>(split.second_of_day);
  out.assign("0000-00-00T00:00:00Z", 20);
  PutDigits(&out[0], static_cast<unsigned>(static_cast<int>(split.date.year())), 4);
  PutDigits(&out[5], static_cast<unsigned>(split.date.month()), 2);
  PutDigits(&out[8], static_cast<unsigned>(split.date.day()), 2);
  PutDigits(&out[11], second / 3600, 2);
  PutDigits(&out[14], second / 60 % 60, 2);
  PutDigits(&out[17], second % 60, 2);
}

std::string FormatDate(UnixSeconds time) {
  std::string text;
  FormatDateTime(time, text);
  return text.substr(0, 10);
}

std::string FormatCompactDate(UnixSeconds time) {
  std::string text = FormatDate(time);
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

UnixSeconds AddYears(UnixSeconds time, int years) {
  const Split split = SplitTime(time);
  year_month_day date = split.date + std::chrono::years(years);
  if (!date.ok()) date = date.year() / date.month() / 28;
  return sys_days(date).time_since_epoch().count() * kDay + split.second_of_day;
}

}  // namespace tidemark::generator
