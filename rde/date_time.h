// xs:dateTime, XML Schema part 2 (second edition) section 3.2.7.
#ifndef TIDEMARK_RDE_DATE_TIME_H_
#define TIDEMARK_RDE_DATE_TIME_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::rde {

// Parses a date that carries no white space around it: fractions of a second (kept to the
// nanosecond), Z or an offset of up to 14 hours or none (then UTC), 24:00:00 as the next day's
// start, a leap second (60) as the next minute's, years before 1 and of up to nine digits. There is
// no year 0. False if `text` is not a date; `time` is unchanged then.
bool ParseDateTime(absl::string_view text, absl::Time& time);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_DATE_TIME_H_
