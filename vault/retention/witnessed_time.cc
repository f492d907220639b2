#include "vault/retention/witnessed_time.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault::retention {
namespace {

bool IsTooLong(int64_t begin, int64_t end) { return absl::Microseconds(end - begin) > kStepMax; }

}  // namespace

absl::Status WitnessedTime::Look(
    uint64_t first, int64_t first_time, uint64_t last, int64_t last_time,
    const std::function<absl::StatusOr<int64_t>(uint64_t index)>& time_of) {
  if (last_time < first_time) {
    return absl::DataLossError(
        absl::StrCat("audit log: leaf ", last, " is earlier than leaf ", first));
  }
  // All steps inside are shorter than the whole.
  if (!IsTooLong(first_time, last_time)) return absl::OkStatus();
  if (last == first + 1) {
    steps_.push_back({first_time, last_time});
    return absl::OkStatus();
  }
  const uint64_t middle = first + (last - first) / 2;
  ASSIGN_OR_RETURN(const int64_t middle_time, time_of(middle));
  RETURN_IF_ERROR(Look(first, first_time, middle, middle_time, time_of));
  return Look(middle, middle_time, last, last_time, time_of);
}

absl::StatusOr<WitnessedTime> WitnessedTime::Read(
    uint64_t leaves, const std::function<absl::StatusOr<int64_t>(uint64_t index)>& time_of,
    absl::Time now) {
  WitnessedTime time;
  time.now_ = absl::ToUnixMicros(now);
  ASSIGN_OR_RETURN(const int64_t first_time, time_of(0));
  ASSIGN_OR_RETURN(const int64_t last_time, time_of(leaves - 1));
  if (leaves > 1) {
    RETURN_IF_ERROR(time.Look(0, first_time, leaves - 1, last_time, time_of));
  }
  time.is_behind_ = time.now_ < last_time;
  if (IsTooLong(last_time, time.now_)) time.steps_.push_back({last_time, time.now_});
  return time;
}

absl::Duration WitnessedTime::UnwitnessedSince(int64_t unix_micros) const {
  absl::Duration unwitnessed;
  for (const Step& step : steps_) {
    if (step.end > unix_micros) unwitnessed += absl::Microseconds(step.end - step.begin);
  }
  return unwitnessed;
}

absl::Duration WitnessedTime::Since(int64_t unix_micros) const {
  return absl::Microseconds(now_ - unix_micros) - UnwitnessedSince(unix_micros);
}

}  // namespace tidemark::vault::retention
