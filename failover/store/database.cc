#include "failover/store/database.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <iterator>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kBlockBytes = 16 << 10;
constexpr double kFilterBitsPerKey = 10;

// Warnings and errors go to our log; the rest nowhere.
class StoreLogger final : public rocksdb::Logger {
 public:
  StoreLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char line[512];
    std::vsnprintf(line, sizeof(line), format, arguments);
    base::Log(base::LogLevel::kWarning, "registry-store", {{"rocksdb", line}});
  }
};

}  // namespace

absl::Status ToStatus(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat("registry store: ", status.ToString());
  if (status.IsNotFound()) return absl::NotFoundError(message);
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  return absl::UnavailableError(message);
}

rocksdb::Options StoreOptions(size_t cache_bytes) {
  rocksdb::Options options;
  options.info_log = std::make_shared<StoreLogger>();
  options.keep_log_file_num = 1;
  // Loading writes sorted runs; merging them while the processor still parses would cost time on
  // the bad day for nothing. Whoever changes the registry later lets compaction run.
  options.disable_auto_compactions = true;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = kBlockBytes;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

namespace {

// RocksDB would say that a family was not found, which sounds as if trying again could help.
absl::Status CheckFamilies(const rocksdb::Options& options, const std::string& dir) {
  std::vector<std::string> names;
  RETURN_IF_ERROR(ToStatus(rocksdb::DB::ListColumnFamilies(options, dir, &names)));
  if (std::is_permutation(names.begin(), names.end(), std::begin(kFamilyNames),
                          std::end(kFamilyNames))) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("registry store: it has not the families of format ", kStoreFormat,
                   "; rebuild it from the deposit"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& dir, Mode mode,
                                                         size_t cache_bytes) {
  rocksdb::Options options = StoreOptions(cache_bytes);
  options.create_if_missing = mode == Mode::kCreate;
  options.create_missing_column_families = mode == Mode::kCreate;
  options.error_if_exists = mode == Mode::kCreate;
  // Runs that are being taken in are in no manifest yet, and RocksDB would warn about each load.
  // Whoever opens the finished store checks every file against the manifest.
  options.verify_sst_unique_id_in_manifest = mode != Mode::kCreate;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames) families.emplace_back(name, options);
  if (mode == Mode::kReadOnly) RETURN_IF_ERROR(CheckFamilies(options, dir));
  auto database = absl::WrapUnique(new Database);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      mode == Mode::kCreate
          ? rocksdb::DB::Open(options, dir, families, &database->handles_, &db)
          : rocksdb::DB::OpenForReadOnly(options, dir, families, &database->handles_, &db);
  database->db_.reset(db);
  if (!status.ok()) return ToStatus(status);
  return database;
}

Database::~Database() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

}  // namespace tidemark::failover
