#include "verifier/input/directory_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace tidemark::verifier {
namespace {

bool IsRegular(const std::string& path) {
  struct stat st {};
  return lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

}  // namespace

absl::StatusOr<std::unique_ptr<base::ByteSource>> DirectoryFiles::Open(const std::string& name) {
  const std::string path = absl::StrCat(dir_, "/", name);
  if (!IsRegular(path)) return absl::NotFoundError(name);
  return base::FileSource::Open(path);
}

absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& dir) {
  DIR* const handle = opendir(dir.c_str());
  if (handle == nullptr) return absl::ErrnoToStatus(errno, dir);
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(handle)) {
    const std::string name = entry->d_name;
    if (IsRegular(absl::StrCat(dir, "/", name))) names.push_back(name);
  }
  closedir(handle);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> CsvNames(std::vector<std::string> names) {
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& name) {
                               return !absl::StrContains(absl::AsciiStrToLower(name), ".csv");
                             }),
              names.end());
  return names;
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace tidemark::verifier
