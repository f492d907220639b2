#include "base/testing.h"

#include <limits.h>
#include <sys/stat.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace tidemark::base {
namespace {

std::string EnvOr(const char* name, const char* default_value) {
  const char* value = std::getenv(name);
  return value == nullptr ? default_value : value;
}

}  // namespace

std::string TestDir() {
  std::string dir = absl::StrCat(EnvOr("TEST_TMPDIR", "/tmp"), "/tidemark.XXXXXX");
  CHECK(::mkdtemp(dir.data()) != nullptr);
  return dir;
}

std::optional<std::string> SharedDir() {
  // This very file is in the runfiles as a link, or as a link through a linked directory, to the
  // source: CHECKOUT/base/testing.h.
  const std::string runfile = absl::StrCat(EnvOr("TEST_SRCDIR", "."), "/",
                                           EnvOr("TEST_WORKSPACE", "tidemark"), "/base/testing.h");
  char resolved[PATH_MAX];
  if (::realpath(runfile.c_str(), resolved) == nullptr) return std::nullopt;
  std::string dir = resolved;
  for (int level = 0; level < 3; ++level) {  // testing.h, base, CHECKOUT
    const size_t slash = dir.rfind('/');
    if (slash == std::string::npos) return std::nullopt;
    dir.resize(slash);
  }
  absl::StrAppend(&dir, "/shared");
  struct stat info;
  if (::stat(dir.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return std::nullopt;
  return dir;
}

}  // namespace tidemark::base
