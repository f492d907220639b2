#include "failover/postgres/table_sender.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::failover {

TableSender::TableSender(Connection& connection)
    : connection_(connection), thread_([this] { Work(); }) {}

TableSender::~TableSender() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    waiting_.clear();
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status TableSender::Finish() {
  RETURN_IF_ERROR(FlushFrom(1));
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
  absl::MutexLock lock(&mutex_);
  return status_;
}

absl::Status TableSender::FlushFrom(size_t bytes_min) {
  for (size_t i = 0; i < kTables; ++i) {
    if (rows_[i].bytes().size() < bytes_min) continue;
    RETURN_IF_ERROR(Hand({static_cast<Table>(i), rows_[i].Take()}));
  }
  return absl::OkStatus();
}

absl::Status TableSender::Hand(Chunk chunk) {
  bytes_ += chunk.rows.size();
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_.size() < kChunksWaitingMax || !status_.ok();
  };
  mutex_.Await(absl::Condition(&has_room));
  if (!status_.ok()) return status_;
  waiting_.push_back(std::move(chunk));
  return absl::OkStatus();
}

void TableSender::Work() {
  while (true) {
    Chunk chunk;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !waiting_.empty() || ending_;
      };
      mutex_.Await(absl::Condition(&has_work));
      if (waiting_.empty()) return;
      chunk = std::move(waiting_.front());
      waiting_.pop_front();
    }
    // The tables are of this transaction: their rows can be frozen at once, and need no rewriting.
    const char* const name = DefinitionOf(chunk.table).name;
    const absl::Status sent =
        connection_.Copy(absl::StrCat("COPY ", name, " FROM STDIN (FREEZE)"), chunk.rows);
    if (sent.ok()) continue;
    absl::MutexLock lock(&mutex_);
    status_ = base::Annotate(sent, name);
    return;
  }
}

}  // namespace tidemark::failover
