// Bytes of deleted rows: given back, and gone for good.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/experimental.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

// How long a reader is waited for that still holds a file.
constexpr int kLooksMax = 50;
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(100);

}  // namespace

std::set<std::string> RocksStore::Impl::FilesWith(const std::vector<Deleted>& ranges) const {
  std::set<std::string> names;
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    for (const Deleted& deleted : ranges) {
      if (file.column_family_name == Handle(deleted.family)->GetName() &&
          file.smallestkey < deleted.range.end && file.largestkey >= deleted.range.begin) {
        names.insert(file.relative_filename);
        break;
      }
    }
  }
  std::vector<std::string> children;
  // An error leaves the list short of logs, which the next look would not find either.
  db->GetEnv()->GetChildren(db->GetName(), &children).PermitUncheckedError();
  for (std::string& name : children) {
    if (absl::EndsWith(name, ".log")) names.insert(std::move(name));
  }
  return names;
}

std::vector<RocksStore::Deleted> RocksStore::Impl::Joined(std::vector<Deleted> ranges) const {
  std::map<std::string, std::set<std::string>> begins;  // of table files, by family
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    begins[file.column_family_name].insert(file.smallestkey);
  }
  std::sort(ranges.begin(), ranges.end(), [](const Deleted& a, const Deleted& b) {
    return std::tie(a.family, a.range.begin) < std::tie(b.family, b.range.begin);
  });
  std::vector<Deleted> joined;
  for (Deleted& next : ranges) {
    if (!joined.empty() && joined.back().family == next.family) {
      const std::set<std::string>& family = begins[Handle(next.family)->GetName()];
      const auto first = family.upper_bound(joined.back().range.begin);
      if (first == family.end() || *first >= next.range.begin) {
        joined.back().range.end = std::max(joined.back().range.end, next.range.end);
        continue;
      }
    }
    joined.push_back(std::move(next));
  }
  return joined;
}

absl::Status RocksStore::Impl::WaitUntilGone(std::set<std::string> files) const {
  for (int look = 0; look < kLooksMax; ++look) {
    if (look > 0) absl::SleepFor(kBetweenLooks);
    // Removes what nobody needs any more now, and not when the database next gets round to it.
    RETURN_IF_ERROR(FromRocks(db->DisableFileDeletions()));
    RETURN_IF_ERROR(FromRocks(db->EnableFileDeletions(/*force=*/false)));
    std::vector<rocksdb::LiveFileMetaData> live;
    db->GetLiveFilesMetaData(&live);
    // What is live was written anew without the rows, or never had them.
    for (const rocksdb::LiveFileMetaData& file : live) files.erase(file.relative_filename);
    std::erase_if(files, [this](const std::string& name) {
      uint64_t bytes = 0;
      return !db->GetEnv()->GetFileSize(absl::StrCat(db->GetName(), "/", name), &bytes).ok() ||
             bytes == 0;
    });
    if (files.empty()) return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("a reader still holds ", *files.begin(),
                                             ", which has deleted rows; try again later"));
}

void RocksStore::Reclaim(schema::Family family, const schema::KeyRange& range) {
  const Use use = Begin();
  const rocksdb::Slice begin = ToSlice(range.begin);
  const rocksdb::Slice end = ToSlice(range.end);
  // Best effort: what this leaves, a later compaction takes.
  rocksdb::experimental::SuggestCompactRange(use->db.get(), use->Handle(family), &begin, &end)
      .PermitUncheckedError();
}

absl::Status RocksStore::Erase(std::vector<Deleted> ranges, std::atomic<bool>& stop) {
  const Use use = Begin();
  RETURN_IF_ERROR(use->Failure());
  std::set<std::string> old_files = use->FilesWith(ranges);
  // Everything into table files: the write-ahead log that goes on is of later writes only.
  RETURN_IF_ERROR(FromRocks(use->db->Flush(rocksdb::FlushOptions(), use->handles)));
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stop;
  for (const Deleted& deleted : use->Joined(std::move(ranges))) {
    const rocksdb::Slice begin = ToSlice(deleted.range.begin);
    const rocksdb::Slice end = ToSlice(deleted.range.end);
    const rocksdb::Status compacted =
        use->db->CompactRange(options, use->Handle(deleted.family), &begin, &end);
    if (stop.load()) return absl::AbortedError("compaction was told to stop");
    RETURN_IF_ERROR(FromRocks(compacted));
  }
  return use->WaitUntilGone(std::move(old_files));
}

}  // namespace tidemark::vault
