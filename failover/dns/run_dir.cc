#include "failover/dns/run_dir.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr char kPrefix[] = "/tmp/tidemark-knot-";
constexpr size_t kRandomBytes = 6;  // what mkdtemp puts in

std::string LinkIn(const std::string& dir) { return dir + "/run"; }

}  // namespace

void RemoveRunDir(const std::string& dir) {
  char target[256];
  const ssize_t size = readlink(LinkIn(dir).c_str(), target, sizeof(target));
  if (size <= 0) return;
  // A link that somebody else made must not lead to the removal of anything else.
  absl::string_view name(target, static_cast<size_t>(size));
  const std::string path(name);
  if (name.size() == sizeof(kPrefix) - 1 + kRandomBytes && absl::StartsWith(name, kPrefix) &&
      !absl::StrContains(name.substr(sizeof(kPrefix) - 1), '/')) {
    base::RemoveTree(path).IgnoreError();
  }
  unlink(LinkIn(dir).c_str());
}

absl::StatusOr<std::string> MakeRunDir(const std::string& dir) {
  RemoveRunDir(dir);
  std::string run_dir = absl::StrCat(kPrefix, std::string(kRandomBytes, 'X'));
  if (mkdtemp(run_dir.data()) == nullptr) return base::ErrnoStatus(errno, run_dir);
  if (symlink(run_dir.c_str(), LinkIn(dir).c_str()) != 0) {
    const int error = errno;
    base::RemoveTree(run_dir).IgnoreError();
    return base::ErrnoStatus(error, LinkIn(dir));
  }
  return run_dir;
}

}  // namespace tidemark::failover
