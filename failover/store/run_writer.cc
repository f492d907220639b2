#include "failover/store/run_writer.h"

#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

rocksdb::Slice ToSlice(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }

}  // namespace

RunWriter::RunWriter(Database& database, std::string dir, size_t run_bytes_max)
    : database_(database),
      dir_(std::move(dir)),
      run_bytes_max_(run_bytes_max),
      thread_([this] { Work(); }) {}

RunWriter::~RunWriter() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status RunWriter::Add(Family family, absl::string_view key, absl::string_view value) {
  Run& run = filling_[family];
  run.family = family;
  run.rows.push_back({.offset = run.bytes.size(),
                      .key_size = static_cast<uint32_t>(key.size()),
                      .value_size = static_cast<uint32_t>(value.size())});
  run.bytes.append(key.data(), key.size());
  run.bytes.append(value.data(), value.size());
  if (run.bytes.size() + run.rows.size() * sizeof(Row) < run_bytes_max_) return absl::OkStatus();
  return Hand(std::exchange(run, Run{}));
}

absl::Status RunWriter::Finish() {
  for (Run& run : filling_) {
    if (!run.rows.empty()) RETURN_IF_ERROR(Hand(std::exchange(run, Run{})));
  }
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (thread_.joinable()) thread_.join();
  absl::MutexLock lock(&mutex_);
  return status_;
}

absl::Status RunWriter::Hand(Run run) {
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !waiting_.has_value() || !status_.ok();
  };
  mutex_.Await(absl::Condition(&has_room));
  if (!status_.ok()) return status_;
  waiting_ = std::move(run);
  return absl::OkStatus();
}

void RunWriter::Work() {
  while (true) {
    Run run;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return waiting_.has_value() || ending_;
      };
      mutex_.Await(absl::Condition(&has_work));
      if (!waiting_.has_value()) return;
      run = *std::move(waiting_);
      waiting_.reset();
    }
    const absl::Status status = WriteRun(std::move(run));
    if (status.ok()) continue;
    absl::MutexLock lock(&mutex_);
    status_ = status;
    return;
  }
}

absl::Status RunWriter::WriteRun(Run run) {
  std::sort(run.rows.begin(), run.rows.end(),
            [&run](const Row& a, const Row& b) { return run.key(a) < run.key(b); });
  if (run.family == kReferenceFamily) {
    run.rows.erase(
        std::unique(run.rows.begin(), run.rows.end(),
                    [&run](const Row& a, const Row& b) { return run.key(a) == run.key(b); }),
        run.rows.end());
  }
  const std::string path = absl::StrCat(dir_, "/run-", files_++, ".sst");
  rocksdb::ColumnFamilyHandle* const family = database_.family(run.family);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), StoreOptions(), family);
  RETURN_IF_ERROR(ToStatus(writer.Open(path)));
  for (const Row& row : run.rows) {
    RETURN_IF_ERROR(ToStatus(writer.Put(ToSlice(run.key(row)), ToSlice(run.value(row)))));
  }
  RETURN_IF_ERROR(ToStatus(writer.Finish()));
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.snapshot_consistency = false;
  return ToStatus(database_.db().IngestExternalFile(family, {path}, options));
}

}  // namespace tidemark::failover
