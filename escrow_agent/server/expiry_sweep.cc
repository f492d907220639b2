#include "escrow_agent/server/expiry_sweep.h"

namespace tidemark::escrow_agent {

ExpirySweep::ExpirySweep(vault::Vault& vault, absl::Duration every)
    : vault_(vault), every_(every), thread_([this] { Run(); }) {}

ExpirySweep::~ExpirySweep() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

void ExpirySweep::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), every_)) return;
    }
    vault_.SweepExpired();
  }
}

}  // namespace tidemark::escrow_agent
