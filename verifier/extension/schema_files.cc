#include "verifier/extension/schema_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

namespace fs = std::filesystem;

absl::Status CheckInside(const fs::path& file, const fs::path& dir) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  const fs::path root = error ? fs::path() : fs::canonical(dir, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat(file.string(), ": ", error.message()));
  }
  const std::string inside = (root / "").string();
  if (real.string().compare(0, inside.size(), inside) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), " leads out of ", dir.string(), ": copy it there"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SchemaFiles> ReadSchemaFiles(const std::string& dir) {
  SchemaFiles files;
  std::error_code error;
  fs::directory_iterator entry(dir, error);
  if (error) return absl::NotFoundError(absl::StrCat(dir, ": ", error.message()));
  for (; entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path path = entry->path();
    if (path.extension() != ".xsd") continue;
    if (files.size() == kSchemaFilesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat(dir, ": over ", kSchemaFilesMax, " schemas"));
    }
    RETURN_IF_ERROR(CheckInside(path, dir));
    ASSIGN_OR_RETURN(files[path.filename().string()],
                     base::ReadSmallFile(path.string(), kSchemaFileBytesMax));
    if (error) break;
  }
  if (error) return absl::UnavailableError(absl::StrCat(dir, ": ", error.message()));
  if (files.empty()) return absl::InvalidArgumentError(absl::StrCat(dir, ": no file *.xsd"));
  return files;
}

SchemaFiles::const_iterator FindSchemaFile(const SchemaFiles& files, absl::string_view location) {
  return files.find(absl::StripPrefix(location, "./"));
}

}  // namespace tidemark::verifier
