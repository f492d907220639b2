// What compactions met and could not read, and a family made anew that others can be asked for.
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"
#include "vault/rocks_table.h"

namespace tidemark::vault {
namespace {

using schema::Family;

constexpr int kCouldNotBeDone = 2;  // of a process, as everywhere

// The name of the table file that RocksDB speaks of; "" if it names none.
std::string TableNamedIn(const std::string& said) {
  const std::string ending = ".sst";
  const size_t end = said.find(ending);
  if (end == std::string::npos) return "";
  size_t begin = end;
  while (begin > 0 && absl::ascii_isdigit(static_cast<unsigned char>(said[begin - 1]))) --begin;
  return said.substr(begin, end - begin + ending.size());
}

std::optional<Family> FamilyNamed(const std::string& name) {
  for (size_t i = 0; i < schema::kFamilyNames.size(); ++i) {
    if (schema::kFamilyNames[i] == name) return static_cast<Family>(i);
  }
  return std::nullopt;
}

const char* WhatHelps(Family family) {
  switch (family) {
    case Family::kFrames:
    case Family::kParts:
      return "deposits go on; within the hour the scrub makes the table anew by itself "
             "(table-remade), as soon as every piece in the block that is relied on is whole. "
             "Those that are not are named (piece-damaged): run replicate, which heals them from "
             "a second copy";
    case Family::kNodes:
      return "deposits go on; within the hour the scrub makes the table anew by itself "
             "(table-remade); if it does not (table-not-remade), stop the server and run tidemark "
             "fsck --rebuild-nodes";
    case Family::kScrub:
      return "nothing: what the scrub remembers is made anew by itself, and it begins a cycle";
    default:
      return "deposits go on, but neither the scrub nor replicate mends rows of this family: "
             "tidemark fsck on a copy of the directory says what is missed, and this copy is made "
             "anew from the other one, or that one is promoted (docs/runbook.md, \"the vault is "
             "damaged\")";
  }
}

}  // namespace

void RocksStore::NoteStoppedCompactions(const std::vector<std::string>& said) const {
  const std::vector<rocksdb::LiveFileMetaData> live = LiveTables(*impl_->db);
  for (const std::string& status : said) {
    const std::string name = TableNamedIn(status);
    const auto file = std::find_if(live.begin(), live.end(), [&name](const auto& table) {
      return absl::StripPrefix(table.relative_filename, "/") == name;
    });
    const std::optional<Family> family =
        file == live.end() ? std::nullopt : FamilyNamed(file->column_family_name);
    if (!family.has_value()) {
      // Made anew meanwhile, or RocksDB names none.
      base::Log(base::LogLevel::kError, "table-damaged",
                {{"status", status}, {"do", "nothing yet: the scrub finds it, if it is there"}});
      continue;
    }
    news_.NoteTable({file->relative_filename, *family,
                     {file->smallestkey, file->largestkey + '\0'}});
    base::Log(base::LogLevel::kError, "table-damaged",
              {{"table", name},
               {"family", file->column_family_name},
               {"status", status},
               {"do", absl::StrCat(WhatHelps(*family), ". Until then no compaction runs by itself "
                                   "and erasures in this table are not confirmed")}});
  }
  impl_->Let(Impl::Compactions::kRest);
}

void RocksStore::Impl::Let(Compactions compactions) {
  const char* const is_off = compactions == Compactions::kRest ? "true" : "false";
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    if (handle == nullptr) continue;
    const rocksdb::Status set = db->SetOptions(handle, {{"disable_auto_compactions", is_off}});
    if (!set.ok()) {
      base::Log(base::LogLevel::kError, "compactions-not-set", {{"status", set.ToString()}});
    }
  }
}

bool RocksStore::HasNews() const {
  Begin();  // what a compaction has said by now
  return news_.HasAny();
}

std::set<std::string> RocksStore::DamagedTables() const {
  std::set<std::string> live;
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*Begin()->db)) {
    live.insert(file.relative_filename);
  }
  std::set<std::string> damaged = news_.StoppedAt(live);
  for (const RefusedTable& table : refusals_.Among(live)) damaged.insert(table.name);
  return damaged;
}

// By way of its removal, for no single table can be taken out of an open database; and what it has
// is deleted row by row, so no table of it tells what it deletes.
absl::Status RocksStore::Impl::MakeFamilyAnew(Family family) {
  const size_t index = static_cast<size_t>(family) + 1;
  const rocksdb::ColumnFamilyDescriptor made = StoreFamilies()[index];
  RETURN_IF_ERROR(CheckRoom(db->GetName(), 0));
  rocksdb::ColumnFamilyHandle*& handle = handles[index];
  RETURN_IF_ERROR(FromRocks(db->DropColumnFamily(handle)));
  const rocksdb::Status released = db->DestroyColumnFamilyHandle(handle);
  if (!released.ok()) base::Log(base::LogLevel::kWarning, "handle-not-released");
  handle = nullptr;
  const absl::Status created = FromRocks(db->CreateColumnFamily(made.options, made.name, &handle));
  if (created.ok()) return created;
  // Whoever supervises the process starts it again, and an opening makes what is missing.
  base::Log(base::LogLevel::kError, "process-ends-without-store",
            {{"dir", db->GetName()},
             {"status", created.ToString()},
             {"happened", absl::StrCat("family ", made.name, " was taken out of the database to be "
                                       "made anew, and that failed; all that was acknowledged is "
                                       "in its files")},
             {"do", "make room on the disk, or mend what the status names, and start it again"}});
  _exit(kCouldNotBeDone);
}

absl::Status RocksStore::MakeFamilyAnew(Family family, const StoreBatch& rows) {
  if (family != Family::kScrub) {
    return absl::InvalidArgumentError("what this family has is found nowhere else");
  }
  {
    const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
    absl::MutexLock lock(&mutex_);
    ++closers_;  // from here on nobody new comes
    absl::Status made = absl::UnavailableError("the store was too busy to make a family anew");
    if (mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
      made = impl_->MakeFamilyAnew(family);
    }
    --closers_;
    RETURN_IF_ERROR(made);
  }
  RETURN_IF_ERROR(Apply(rows, Durability::kSynced));
  // It may have been the only one at which compactions stopped; if not, they stop again.
  if (DamagedTables().empty()) Begin()->Let(Impl::Compactions::kRun);
  return absl::OkStatus();
}

}  // namespace tidemark::vault
