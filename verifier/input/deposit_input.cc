#include "verifier/input/deposit_input.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/tar.h"
#include "crypto/digest.h"
#include "crypto/sealed_scratch.h"
#include "verifier/input/only_xml.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kStandardInput = "-";

bool IsRegular(const std::string& path) {
  struct stat st {};
  return lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

uint64_t SizeOf(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) ? static_cast<uint64_t>(st.st_size)
                                                             : 0;
}

// Files in a directory.
class DirectoryFiles final : public rde::csv::FileSet {
 public:
  DirectoryFiles(std::string dir, std::vector<std::string> names)
      : dir_(std::move(dir)), names_(std::move(names)) {}

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const std::string path = absl::StrCat(dir_, "/", name);
    if (!IsRegular(path)) return absl::NotFoundError(name);
    return base::FileSource::Open(path);
  }
  std::vector<std::string> Names() const override { return names_; }

 private:
  const std::string dir_;
  const std::vector<std::string> names_;
};

// An XML file, and what stands beside it.
class FileInput final : public DepositInput {
 public:
  // `names`: of the CSV files that are known to be the deposit's.
  FileInput(std::string dir, std::string name, std::vector<std::string> names)
      : path_(absl::StrCat(dir, "/", name)),
        name_(std::move(name)),
        files_(std::move(dir), std::move(names)) {}

  const std::string& xml_name() const override { return name_; }
  uint64_t xml_bytes() const override { return SizeOf(path_); }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    return base::FileSource::Open(path_);
  }
  rde::csv::FileSet* files() override { return &files_; }

 private:
  const std::string path_;
  const std::string name_;
  DirectoryFiles files_;
};

class StandardInput final : public DepositInput {
 public:
  const std::string& xml_name() const override { return name_; }
  uint64_t xml_bytes() const override { return 0; }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    return base::FileSource::Open(std::string(kStandardInput));
  }
  rde::csv::FileSet* files() override { return nullptr; }

 private:
  const std::string name_;
};

class TarInput final : public DepositInput, public rde::csv::FileSet {
 public:
  TarInput(std::string path, std::vector<base::TarMember> members, std::string xml)
      : path_(std::move(path)), members_(std::move(members)), xml_(std::move(xml)) {}

  const std::string& xml_name() const override { return xml_; }
  uint64_t xml_bytes() const override { return Find(xml_)->size_bytes; }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override { return Open(xml_); }
  rde::csv::FileSet* files() override { return this; }

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const base::TarMember* const member = Find(name);
    if (member == nullptr) return absl::NotFoundError(name);
    return base::FileRange::Open(path_, member->offset, member->size_bytes);
  }

  std::vector<std::string> Names() const override {
    std::vector<std::string> names;
    for (const base::TarMember& member : members_) {
      if (member.name != xml_) names.push_back(member.name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  // A name that comes twice in a tar is its last, as for who unpacks it.
  const base::TarMember* Find(const std::string& name) const {
    const auto it = std::find_if(members_.rbegin(), members_.rend(),
                                 [&name](const auto& member) { return member.name == name; });
    return it == members_.rend() ? nullptr : &*it;
  }

  const std::string path_;
  const std::vector<base::TarMember> members_;
  const std::string xml_;
};

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

absl::StatusOr<std::unique_ptr<DepositInput>> OpenDirectory(const std::string& dir) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, ListDirectory(dir));
  ASSIGN_OR_RETURN(std::string xml, OnlyXml(names, dir));
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& name) {
                               return !absl::StrContains(absl::AsciiStrToLower(name), ".csv");
                             }),
              names.end());
  return std::make_unique<FileInput>(dir, std::move(xml), std::move(names));
}

absl::StatusOr<std::unique_ptr<DepositInput>> OpenTar(const std::string& path) {
  ASSIGN_OR_RETURN(std::vector<base::TarMember> members, base::ListTar(path));
  std::vector<std::string> names;
  for (const base::TarMember& member : members) names.push_back(member.name);
  ASSIGN_OR_RETURN(std::string xml, OnlyXml(names, path));
  return std::make_unique<TarInput>(path, std::move(members), std::move(xml));
}

class Sha256Text final : public rde::csv::TextDigest {
 public:
  void Update(absl::string_view data) override { stream_.Update(data); }
  std::string FinishHex() override { return stream_.Finish().ToHex(); }

 private:
  crypto::Sha256Stream stream_;
};

}  // namespace

absl::StatusOr<std::string> OnlyXml(const std::vector<std::string>& names,
                                    const std::string& where) {
  std::string found;
  for (const std::string& name : names) {
    if (!absl::EndsWithIgnoreCase(name, ".xml") || !rde::csv::IsPlainFileName(name)) continue;
    if (!found.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, " holds several XML files; name the one that is the deposit"));
    }
    found = name;
  }
  if (found.empty()) return absl::InvalidArgumentError(absl::StrCat(where, " holds no XML file"));
  return found;
}

absl::StatusOr<std::unique_ptr<DepositInput>> DepositInput::Open(const std::string& path) {
  if (path == kStandardInput) return std::make_unique<StandardInput>();
  struct stat st {};
  if (stat(path.c_str(), &st) != 0) return absl::ErrnoToStatus(errno, path);
  if (S_ISDIR(st.st_mode)) return OpenDirectory(path);
  if (absl::EndsWithIgnoreCase(path, ".tar")) return OpenTar(path);
  const size_t slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "."
                          : slash == 0               ? "/"
                                                     : path.substr(0, slash);
  return std::make_unique<FileInput>(dir, path.substr(slash + 1), std::vector<std::string>());
}

std::unique_ptr<rde::csv::TextDigest> NewSha256TextDigest() {
  return std::make_unique<Sha256Text>();
}

absl::Status ReadWithCsv(const ReadXml& read, rde::csv::FileSet* files, const Resources& resources,
                         rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ScratchSpace> space,
                   crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
  rde::csv::CsvReader csv(sink, {.space = space.get(),
                                 .memory_bytes_max = resources.memory_bytes_max,
                                 .sha256 = NewSha256TextDigest,
                                 .threads = resources.threads});
  RETURN_IF_ERROR(read(csv));
  return files == nullptr ? absl::OkStatus() : csv.ReadFiles(*files);
}

}  // namespace tidemark::verifier
