#include "vault/rocks_options.h"

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "rocksdb/env.h"
#include "rocksdb/table.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

constexpr size_t kFrameBufferBytes = 32 << 20;
constexpr size_t kSmallBufferBytes = 4 << 20;
constexpr size_t kAllBuffersBytes = 128 << 20;
constexpr uint64_t kWalBytesMax = 256ull << 20;
constexpr size_t kBlockCacheBytes = 32 << 20;
constexpr int kOpenFilesMax = 512;

// RocksDB's own info log goes through its file writer, which Debian's build (assertions on) makes
// abort on a full disk. Through this one the same disk gives a clean error. Only warnings and
// worse are kept; they name files and numbers, never values.
class InfoLog final : public rocksdb::Logger {
 public:
  InfoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char line[1024];
    const int size = std::vsnprintf(line, sizeof(line), format, arguments);
    if (size < 0) return;
    base::Log(base::LogLevel::kWarning, "rocksdb",
              {{"message", absl::StripTrailingAsciiWhitespace(line)}});
  }
};

// Of a table file, which ranges it deletes: BE32 size and bytes of begin, then of end, for each.
// RocksDB keeps them in a block that nothing outside of it reads, and whoever makes a table anew
// has to delete as the old one did.
constexpr char kDeletedRanges[] = "tidemark.deleted-ranges";

void AppendSized(const rocksdb::Slice& bytes, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  }
  out.append(bytes.data(), bytes.size());
}

bool TakeSized(absl::string_view& in, std::string& out) {
  if (in.size() < 4) return false;
  size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(in[i]);
  in.remove_prefix(4);
  if (in.size() < size) return false;
  out = std::string(in.substr(0, size));
  in.remove_prefix(size);
  return true;
}

class DeletedRangesCollector final : public rocksdb::TablePropertiesCollector {
 public:
  rocksdb::Status AddUserKey(const rocksdb::Slice& key, const rocksdb::Slice& value,
                             rocksdb::EntryType type, rocksdb::SequenceNumber /*number*/,
                             uint64_t /*file_size*/) override {
    if (type != rocksdb::kEntryRangeDeletion) return rocksdb::Status::OK();
    AppendSized(key, ranges_);
    AppendSized(value, ranges_);
    return rocksdb::Status::OK();
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    if (!ranges_.empty()) (*properties)[kDeletedRanges] = ranges_;
    return rocksdb::Status::OK();
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override { return {}; }
  const char* Name() const override { return "TidemarkDeletedRanges"; }

 private:
  std::string ranges_;
};

class DeletedRangesCollectorFactory final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context /*of*/) override {
    return std::make_unique<DeletedRangesCollector>().release();
  }
  const char* Name() const override { return "TidemarkDeletedRanges"; }
};

rocksdb::ColumnFamilyOptions FamilyOptions(schema::Family family,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  const bool is_bulk = family == schema::Family::kFrames || family == schema::Family::kParts;
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;  // ciphertext does not compress
  options.bottommost_compression = rocksdb::kNoCompression;
  options.write_buffer_size = is_bulk ? kFrameBufferBytes : kSmallBufferBytes;
  options.max_write_buffer_number = is_bulk ? 3 : 2;
  options.target_file_size_base = 64 << 20;
  // No compaction by age: it would only meet bad blocks before the scrub does.
  options.periodic_compaction_seconds = 0;
  options.table_properties_collector_factories.push_back(
      std::make_shared<DeletedRangesCollectorFactory>());
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.checksum = rocksdb::kXXH3;
  // A frame is larger than a block; small blocks only matter to the small families.
  table.block_size = is_bulk ? 64 << 10 : 4 << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

absl::Status DamageListener::failure() const {
  absl::MutexLock lock(&mutex_);
  return failure_;
}

void DamageListener::OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                                       rocksdb::Status* error) {
  // A sector that the disk does not give back, but not one that it does not take.
  const bool is_rot = reason == rocksdb::BackgroundErrorReason::kCompaction &&
                      (error->IsCorruption() ||
                       (IsDamage(*error) && absl::StrContains(error->ToString(), "While pread")));
  if (!is_rot) {
    // Below that only compactions wait, for room.
    if (error->severity() < rocksdb::Status::Severity::kHardError) return;
    absl::MutexLock lock(&mutex_);
    if (failure_.ok()) failure_ = FromRocks(*error);
    return;
  }
  {
    absl::MutexLock lock(&mutex_);
    said_.push_back(error->ToString());
  }
  *error = rocksdb::Status::OK();
  is_news_ = true;
}

std::vector<std::string> DamageListener::TakeNews() {
  if (!is_news_.load(std::memory_order_relaxed) || !is_news_.exchange(false)) return {};
  absl::MutexLock lock(&mutex_);
  return std::exchange(said_, {});
}

rocksdb::DBOptions StoreOptions(const std::shared_ptr<DamageListener>& damage) {
  rocksdb::DBOptions options;
  if (damage != nullptr) options.listeners.push_back(damage);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.info_log = std::make_shared<InfoLog>();
  // A record that is torn at the end of the log is what a crash leaves, and was never
  // acknowledged. Damage anywhere else is not: kPointInTimeRecovery would go on and quietly drop
  // every acknowledged commit behind it; this mode refuses to open, but for damage that looks torn
  // (vault/wal). kAbsoluteConsistency would also refuse after an ordinary power cut.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;  // old bytes in a new log would look like damage
  options.max_total_wal_size = kWalBytesMax;
  options.db_write_buffer_size = kAllBuffersBytes;
  options.bytes_per_sync = 1 << 20;
  options.wal_bytes_per_sync = 1 << 20;
  options.max_open_files = kOpenFilesMax;
  options.max_background_jobs = 2;
  options.allow_mmap_reads = false;  // a bad sector should be an error, not a signal
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> StoreFamilies() {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (size_t i = 0; i < schema::kFamilyNames.size(); ++i) {
    families.emplace_back(std::string(schema::kFamilyNames[i]),
                          FamilyOptions(static_cast<schema::Family>(i), cache));
  }
  return families;
}

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat("database: ", status.ToString());
  if (status.IsNotFound()) return absl::NotFoundError(message);
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsIOError() && (absl::StrContains(message, "lock hold by current process") ||
                             absl::StrContains(message, "While lock file"))) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process has this directory open: ", message));
  }
  // What RocksDB says when CURRENT cannot be opened for reading, whatever the reason: it takes it
  // for a file system without direct I/O, which we do not use. It is the disk, and not our options.
  if (status.IsInvalidArgument() && (absl::StrContains(message, "Direct I/O is not supported") ||
                                     absl::StrContains(message, "incompatible with filesystem"))) {
    return absl::UnavailableError(
        absl::StrCat("the disk failed, a file could not be opened: ", message));
  }
  if (status.IsInvalidArgument()) return absl::InternalError(message);
  // A full disk among them: it is ours to make room, and says nothing about what was sent.
  return absl::UnavailableError(message);
}

absl::StatusOr<std::vector<schema::KeyRange>> DeletedRanges(
    const rocksdb::TableProperties& properties) {
  std::vector<schema::KeyRange> ranges;
  const auto noted = properties.user_collected_properties.find(kDeletedRanges);
  if (noted != properties.user_collected_properties.end()) {
    absl::string_view left = noted->second;
    schema::KeyRange range;
    while (TakeSized(left, range.begin) && TakeSized(left, range.end)) ranges.push_back(range);
    if (!left.empty()) ranges.clear();
  }
  if (ranges.size() != properties.num_range_deletions ||
      properties.num_deletions != properties.num_range_deletions) {
    return absl::FailedPreconditionError(
        "it deletes rows, and does not say which, so it cannot be made anew by itself: make this "
        "copy anew from the other one");
  }
  return ranges;
}

bool IsDamage(const rocksdb::Status& status) {
  if (status.IsCorruption() || status.IsPathNotFound()) return true;
  return status.IsIOError() && absl::StrContains(status.ToString(), "Input/output error");
}

absl::Status FromRocksRead(const rocksdb::Status& status) {
  if (!IsDamage(status)) return FromRocks(status);
  return absl::DataLossError(absl::StrCat("database: ", status.ToString()));
}

}  // namespace tidemark::vault
