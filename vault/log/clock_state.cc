#include "vault/log/clock_state.h"

#include <sys/timex.h>

namespace tidemark::vault {

std::string ClockState() {
  timex state = {};  // modes 0: only asks
  const int result = adjtimex(&state);
  if (result < 0) return "unknown";
  return result == TIME_ERROR || (state.status & STA_UNSYNC) != 0 ? kUnsynchronised
                                                                  : "synchronised";
}

}  // namespace tidemark::vault
