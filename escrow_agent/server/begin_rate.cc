#include "escrow_agent/server/begin_rate.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace tidemark::escrow_agent {

double BeginRate::TokensAt(const Bucket& bucket, Time now) const {
  const double minutes =
      std::chrono::duration<double, std::ratio<60>>(now - bucket.filled_at).count();
  return std::min<double>(per_minute_, bucket.tokens + minutes * per_minute_);
}

void BeginRate::ForgetFull(Time now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return TokensAt(entry.second, now) >= per_minute_; });
}

absl::Status BeginRate::Take(const std::string& serial) {
  const Time now = now_();
  absl::MutexLock lock(&mutex_);
  if (buckets_.size() >= base::kBeginCountersMax && !buckets_.contains(serial)) {
    ForgetFull(now);
    if (buckets_.size() >= base::kBeginCountersMax) {
      return absl::UnavailableError(
          "more uploads begin than the server can count; try again later");
    }
  }
  Bucket& bucket =
      buckets_.try_emplace(serial, Bucket{static_cast<double>(per_minute_), now}).first->second;
  bucket = {TokensAt(bucket, now), now};
  if (bucket.tokens < 1) {
    const double seconds = std::ceil((1 - bucket.tokens) * 60 / per_minute_);
    return absl::UnavailableError(absl::StrCat(
        "this certificate began ", per_minute_,
        " uploads within a minute, its limit (limits.begins_per_minute_max); try again in ",
        seconds, " s"));
  }
  bucket.tokens -= 1;
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
