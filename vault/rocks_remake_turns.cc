// Damaged table files made anew, decision 32: when nobody uses the store, one after the other, and
// how the old one goes.
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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
  OpenAgainAlone(dir, absl::StrCat("damaged table ", table.name, " was made anew"));
  return taken_out;
}

absl::StatusOr<bool> RocksStore::RemakeAlone(const RemakeRequest& request,
                                             const DamagedTable& table,
                                             std::set<std::string>& opened) {
  RETURN_IF_ERROR(impl_->Failure());
  // Before anything is written: a disk that is full then ends all writes, not only this.
  RETURN_IF_ERROR(CheckRoom(impl_->db->GetName(), impl_->UnflushedBytes()));
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles)));
  RETURN_IF_ERROR(CheckWouldOpen(opened));
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
