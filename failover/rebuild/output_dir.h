// The directory that a rebuild fills: ours or empty, locked, and changed in one step as far as a
// reader can tell. Until DIR/.partial/report.json is there, a former rebuild stays as it was; from
// then on the new one counts, and if whoever moves it into place is killed, the next one to come
// (a rebuild, or who serves) goes on with that. While parts are moved DIR has no report.json.
#ifndef TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_
#define TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

inline constexpr char kMarkerFile[] = ".tidemark-rebuild";
inline constexpr char kReportFile[] = "report.json";

// Locks DIR/.tidemark-rebuild. FAILED_PRECONDITION if somebody else holds it, or if we are root and
// DIR is another user's, who could make root write anywhere and run anything.
enum class DirLock { kShared, kExclusive };
absl::StatusOr<int> LockRebuildDir(const std::string& dir, DirLock lock);

// Of the files directly in `dir`.
absl::StatusOr<uint64_t> FileBytes(const std::string& dir);

// A rebuild counts, but is not in its place: to be finished under the exclusive lock.
absl::StatusOr<bool> HasUnfinishedCommit(const std::string& dir);
absl::Status FinishCommit(const std::string& dir);

class OutputDir {
 public:
  // FAILED_PRECONDITION: `dir` has content that no rebuild made, or is in use, or is another user's
  // than root, who calls.
  static absl::StatusOr<std::unique_ptr<OutputDir>> Prepare(const std::string& dir);
  // Unless committed: removes what was built, and what was made for it: the marker, the directory
  // and those above it.
  ~OutputDir();
  OutputDir(const OutputDir&) = delete;
  OutputDir& operator=(const OutputDir&) = delete;

  // Of the disk that `dir` is on.
  absl::StatusOr<uint64_t> FreeBytes() const;

  // Build zone/ and registry/ below this one.
  const std::string& partial() const { return partial_; }

  absl::Status Commit(absl::string_view report_json);

 private:
  explicit OutputDir(std::string dir) : dir_(std::move(dir)), partial_(dir_ + "/.partial") {}

  const std::string dir_;
  const std::string partial_;
  bool is_new_ = false;                 // the marker is ours and of this run
  std::vector<std::string> made_dirs_;  // the innermost first
  bool committed_ = false;
  int lock_fd_ = -1;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_
