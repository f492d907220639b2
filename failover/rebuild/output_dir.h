// The directory that a rebuild fills: ours or empty, locked, and changed in one step as far as a
// reader can tell (report.json goes first and comes back last).
#ifndef TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_
#define TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

inline constexpr char kMarkerFile[] = ".tidemark-rebuild";
inline constexpr char kReportFile[] = "report.json";

// Locks DIR/.tidemark-rebuild. FAILED_PRECONDITION if somebody else holds it.
enum class DirLock { kShared, kExclusive };
absl::StatusOr<int> LockRebuildDir(const std::string& dir, DirLock lock);

class OutputDir {
 public:
  // FAILED_PRECONDITION: `dir` has content that no rebuild made, or is in use.
  static absl::StatusOr<std::unique_ptr<OutputDir>> Prepare(const std::string& dir);
  // Unless committed: removes what was built, and the directory if it is ours and new.
  ~OutputDir();
  OutputDir(const OutputDir&) = delete;
  OutputDir& operator=(const OutputDir&) = delete;

  // Build zone/ and registry/ below this one.
  const std::string& partial() const { return partial_; }

  absl::Status Commit(absl::string_view report_json);

 private:
  explicit OutputDir(std::string dir) : dir_(std::move(dir)), partial_(dir_ + "/.partial") {}

  const std::string dir_;
  const std::string partial_;
  bool is_new_ = false;    // the marker is ours and of this run
  bool made_dir_ = false;  // the directory, too
  bool committed_ = false;
  int lock_fd_ = -1;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_OUTPUT_DIR_H_
