// Damaged table files made anew, decision 32: when nobody uses the store, one after the other, and
// how the old one goes.
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/ldb_cmd.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

constexpr int kOpeningsMax = 5;
constexpr absl::Duration kBetweenOpenings = absl::Seconds(1);
constexpr int kCouldNotBeDone = 2;  // of a process, as everywhere

// `table` is in the list of table files no more. The library has no call for this but its own
// tool's; the list is written anew beside the old one, and takes its place by a rename. Nobody may
// have the database open.
absl::Status TakeOut(const std::string& dir, const std::string& table) {
  const std::string number(absl::StripSuffix(absl::StripPrefix(table, "/"), ".sst"));
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = StoreFamilies();
  const rocksdb::Options options(StoreOptions(nullptr), rocksdb::ColumnFamilyOptions());
  const std::unique_ptr<rocksdb::LDBCommand> command(rocksdb::LDBCommand::InitFromCmdLineArgs(
      {absl::StrCat("--db=", dir), "unsafe_remove_sst_file", number}, options,
      rocksdb::LDBOptions(), &families));
  if (command == nullptr || !command->ValidateCmdLineOptions()) {
    return absl::InternalError("the library cannot take a table file out of its list");
  }
  command->Run();
  rocksdb::LDBCommandExecuteResult result = command->GetExecuteState();
  if (result.IsSucceed()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("table ", table, " was not taken out: ", result.ToString()));
}

// Whoever supervises the process starts it again, and sees that it does not start; one that answers
// every call with an error looks alive.
[[noreturn]] void EndWithoutStore(const std::string& dir, const std::string& table,
                                  const absl::Status& why) {
  base::Log(
      base::LogLevel::kError, "process-ends-without-store",
      {{"dir", dir},
       {"status", why.ToString()},
       {"happened",
        absl::StrCat("damaged table ", table,
                     " was made anew, and the database, closed for it, did not open again in ",
                     kOpeningsMax, " tries; all that was acknowledged is in its files")},
       {"do",
        "make room on the disk, or mend what the status names, and start it again: it goes on "
        "where it was. If it does not start, docs/runbook.md, \"the vault is damaged\""}});
  _exit(kCouldNotBeDone);
}

}  // namespace

absl::Status RocksStore::ReplaceAlone(const DamagedTable& table, const RemakeRequest& request) {
  const std::string dir = impl_->db->GetName();
  impl_.reset();
  request.AtPoint("store-closed");
  rocksdb::FileLock* lock = nullptr;
  rocksdb::Env* const env = rocksdb::Env::Default();
  absl::Status taken_out = FromRocks(env->LockFile(dir + "/LOCK", &lock));
  if (taken_out.ok()) taken_out = TakeOut(dir, table.name);
  request.AtPoint("table-taken-out");
  if (lock != nullptr) taken_out.Update(FromRocks(env->UnlockFile(lock)));
  for (int opening = 1; impl_ == nullptr; ++opening) {
    if (opening > 1) absl::SleepFor(kBetweenOpenings);
    absl::StatusOr<std::unique_ptr<Impl>> opened = Impl::Open(dir, Impl::OpenMode::kThereIsOne);
    if (opened.ok()) {
      impl_ = *std::move(opened);
      break;
    }
    base::Log(base::LogLevel::kError, "store-not-opened-again",
              {{"dir", dir}, {"opening", opening}, {"status", opened.status().ToString()}});
    if (opening < kOpeningsMax) continue;
    EndWithoutStore(dir, table.name, opened.status());
  }
  return taken_out;
}

absl::StatusOr<bool> RocksStore::RemakeAlone(const RemakeRequest& request,
                                             const DamagedTable& table,
                                             std::set<std::string>& opened) {
  const std::string dir = impl_->db->GetName();
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles)));
  // Nobody may have written what does not open again; and its lists of files may be damaged, too.
  RETURN_IF_ERROR(CheckTablesOpen(*impl_->db, opened));
  RETURN_IF_ERROR(CheckRoom(dir, 0));
  // A compaction may be taking away what it would open.
  RETURN_IF_ERROR(FromRocks(impl_->db->DisableFileDeletions()));
  const absl::Status opens = OpenToRead(dir).status();
  RETURN_IF_ERROR(FromRocks(impl_->db->EnableFileDeletions(/*force=*/false)));
  RETURN_IF_ERROR(base::Annotate(opens, "the database would not open again"));
  ASSIGN_OR_RETURN(const bool is_added, impl_->AddAnew(request, table));
  if (is_added) RETURN_IF_ERROR(ReplaceAlone(table, request));
  return is_added;
}

void RocksStore::RemakeInTurns(const RemakeRequest& request,
                               const std::vector<DamagedTable>& tables,
                               std::set<std::string>& opened, Remade& remade) {
  const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
  // Once it was too busy, others are not made to wait for the next table, too.
  absl::Status idle;
  for (const DamagedTable& table : tables) {
    absl::MutexLock lock(&mutex_);
    absl::StatusOr<bool> done = false;
    if (idle.ok()) {
      ++closers_;  // from here on nobody new comes
      if (!mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
        idle = absl::UnavailableError("the store was too busy to make it anew");
      } else {
        done = RemakeAlone(request, table, opened);
      }
      --closers_;
      // The lock itself is fair to nobody: whoever came meanwhile is let in before the next table.
      const uint64_t came = uses_asked_;
      const auto are_in = [this, came]()
                              ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_begun_ >= came; };
      static_cast<void>(mutex_.AwaitWithTimeout(absl::Condition(&are_in), kWaitForOthers));
    }
    done = idle.ok() ? done : idle;
    const std::vector<Unreadable>& gaps = table.contents.gaps;
    if (!done.ok()) {
      remade.refused.push_back(Refused(table.name, done.status(), gaps));
      NoteRefusal(remade.refused.back(), RemakeRefusals::Cost::kOthersWaited, refusals_);
    } else if (*done) {
      base::Log(base::LogLevel::kWarning, "table-remade", {{"table", table.name}});
      ++remade.tables;
      remade.gaps.insert(remade.gaps.end(), gaps.begin(), gaps.end());
      refusals_.Remade(table.name);
    }
  }
}

}  // namespace tidemark::vault
