#include "escrow_agent/enrolment/role_directory.h"

#include <dirent.h>

#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

absl::Status CheckAbsentOrEmpty(const std::string& path) {
  DIR* dir = opendir(path.c_str());
  if (dir == nullptr) {
    if (errno == ENOENT) return absl::OkStatus();
    return errno == ENOTDIR
               ? absl::AlreadyExistsError(absl::StrCat(path, " exists and is not a directory"))
               : base::ErrnoStatus(errno, path);
  }
  bool is_empty = true;
  while (const dirent* entry = readdir(dir)) {
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") is_empty = false;
  }
  closedir(dir);
  if (is_empty) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat(path, " is not empty; keys are never overwritten: choose another directory"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<NewDirectory>> NewDirectory::Create(const std::string& path,
                                                                   base::FileMode mode) {
  RETURN_IF_ERROR(CheckAbsentOrEmpty(path));
  RETURN_IF_ERROR(base::MakeDirs(path, mode));
  return absl::WrapUnique(new NewDirectory(path));
}

NewDirectory::~NewDirectory() {
  if (!is_kept_) base::RemoveTree(path_).IgnoreError();
}

std::string NewDirectory::File(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::Status NewDirectory::WritePublic(absl::string_view name, absl::string_view text) const {
  return base::WriteFile(File(name), text, base::FileMode::kPublic);
}

absl::Status NewDirectory::WriteCertificate(absl::string_view name,
                                            const crypto::CertificateAndKey& issued) const {
  RETURN_IF_ERROR(WritePublic(absl::StrCat(name, ".pem"), issued.certificate_pem));
  return base::WriteFile(File(absl::StrCat(name, ".key")), issued.key_pem,
                         base::FileMode::kPrivate);
}

}  // namespace tidemark::escrow_agent
