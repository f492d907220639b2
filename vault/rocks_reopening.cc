// A database that is closed and opened again while the store is in use.
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

constexpr int kOpeningsMax = 5;
constexpr absl::Duration kBetweenOpenings = absl::Seconds(1);
constexpr int kCouldNotBeDone = 2;  // of a process, as everywhere

// Whoever supervises the process starts it again, and sees that it does not start; one that answers
// every call with an error looks alive.
[[noreturn]] void EndWithoutStore(const std::string& dir, const std::string& happened,
                                  const absl::Status& why) {
  base::Log(
      base::LogLevel::kError, "process-ends-without-store",
      {{"dir", dir},
       {"status", why.ToString()},
       {"happened",
        absl::StrCat(happened, ", and the database, closed for it, did not open again in ",
                     kOpeningsMax, " tries; all that was acknowledged is in its files")},
       {"do",
        "make room on the disk, or mend what the status names, and start it again: it goes on "
        "where it was. If it does not start, docs/runbook.md, \"the vault is damaged\""}});
  _exit(kCouldNotBeDone);
}

// Whether a file can be made: a file system that has become read-only has room.
absl::Status CheckTakesFiles(const std::string& dir) {
  // The name of one that is removed whenever the database is opened.
  const std::string path = UnfinishedTablePath(dir);
  const absl::Status written = base::WriteFile(path, "?", base::FileMode::kPrivate);
  RemoveUnfinishedTable(dir);
  return written.ok() ? written : absl::UnavailableError(written.message());
}

}  // namespace

uint64_t RocksStore::Impl::UnflushedBytes() const {
  uint64_t bytes = 0;
  return db->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &bytes) ? bytes
                                                                                             : 0;
}

absl::Status RocksStore::CheckWouldOpen(std::set<std::string>& opened) {
  // Nobody may have written what does not open again; and its lists of files may be damaged, too.
  RETURN_IF_ERROR(CheckTablesOpen(*impl_->db, opened));
  // A compaction may be taking away what it would open.
  RETURN_IF_ERROR(FromRocks(impl_->db->DisableFileDeletions()));
  const absl::Status opens = OpenToRead(impl_->db->GetName()).status();
  RETURN_IF_ERROR(FromRocks(impl_->db->EnableFileDeletions(/*force=*/false)));
  return base::Annotate(opens, "the database would not open again");
}

void RocksStore::OpenAgainAlone(const std::string& dir, const std::string& happened) {
  for (int opening = 1; impl_ == nullptr; ++opening) {
    if (opening > 1) absl::SleepFor(kBetweenOpenings);
    absl::Status why = Impl::LookAtLogs(dir);
    if (why.ok()) {
      absl::StatusOr<std::unique_ptr<Impl>> opened = Impl::Open(dir, Impl::OpenMode::kThereIsOne);
      why = opened.status();
      if (opened.ok()) impl_ = *std::move(opened);
    }
    if (why.ok()) break;
    base::Log(base::LogLevel::kError, "store-not-opened-again",
              {{"dir", dir}, {"opening", opening}, {"status", why.ToString()}});
    if (opening == kOpeningsMax) EndWithoutStore(dir, happened, why);
  }
}

absl::Status RocksStore::Impl::Failure() const {
  return damage == nullptr ? absl::OkStatus() : damage->failure();
}

absl::Status RocksStore::failure() const { return Begin()->Failure(); }

absl::Status RocksStore::OpenAnew() {
  {
    // First without anybody waiting for it: a disk may be full for days.
    const Use use = Begin();
    // What is in memory is written into tables when it is opened.
    RETURN_IF_ERROR(CheckRoom(use->db->GetName(), use->UnflushedBytes()));
    RETURN_IF_ERROR(CheckTakesFiles(use->db->GetName()));
  }
  const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
  absl::MutexLock lock(&mutex_);
  ++closers_;  // from here on nobody new comes
  const auto open = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) -> absl::Status {
    if (!mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
      return absl::UnavailableError("the store was too busy to be opened anew");
    }
    const std::string dir = impl_->db->GetName();
    std::set<std::string> opened;
    RETURN_IF_ERROR(CheckWouldOpen(opened));
    RETURN_IF_ERROR(CheckRoom(dir, impl_->UnflushedBytes()));
    const absl::Status why = impl_->Failure();
    impl_.reset();
    OpenAgainAlone(dir, absl::StrCat("writes had failed (", why.message(), ")"));
    base::Log(base::LogLevel::kWarning, "store-opened-anew", {{"why", why.message()}});
    return absl::OkStatus();
  };
  const absl::Status done = open();
  --closers_;
  return done;
}

}  // namespace tidemark::vault
