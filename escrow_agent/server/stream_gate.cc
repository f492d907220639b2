#include "escrow_agent/server/stream_gate.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::escrow_agent {

absl::StatusOr<StreamGate::Ticket> StreamGate::Enter(const std::string& serial) {
  absl::MutexLock lock(&mutex_);
  if (all_ >= all_max_) {
    return absl::UnavailableError(
        absl::StrCat("the server has ", all_, " calls open, its limit; try again later"));
  }
  const auto found = open_.find(serial);
  if (found != open_.end() && found->second >= per_certificate_max_) {
    return absl::UnavailableError(absl::StrCat("this certificate has ", found->second,
                                               " calls open, its limit; try again later"));
  }
  ++all_;
  ++open_[serial];
  return Ticket(*this, serial);
}

void StreamGate::Leave(const std::string& serial) {
  absl::MutexLock lock(&mutex_);
  const auto found = open_.find(serial);
  CHECK(found != open_.end());
  --all_;
  if (--found->second == 0) open_.erase(found);
}

}  // namespace tidemark::escrow_agent
