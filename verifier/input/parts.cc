#include "verifier/input/parts.h"

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"
#include "rde/file_name.h"
#include "verifier/input/directory_files.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kGzipExtension = ".gz";

struct Group {
  std::map<uint32_t, std::string> paths;  // by part
  rde::DepositFileName name;
  absl::string_view gzip;  // what their names end in behind that
  size_t first = 0;        // number of its first path
  bool repeats = false;    // one part came twice: these are files of their own
};

std::string MissingOf(const Group& group) {
  std::vector<std::string> there;
  uint32_t missing = 0;
  uint32_t due = 1;
  for (const auto& [part, path] : group.paths) {
    if (part != due && missing == 0) missing = due;
    due = part + 1;
    there.push_back(absl::StrCat("S", part));
  }
  if (missing == 0) return "";
  rde::DepositFileName name = group.name;
  name.part = missing;
  return absl::StrCat("part ", rde::FormatDepositFileName(name), group.gzip,
                      " is missing; there are ", absl::StrJoin(there, ", "));
}

class JoinedSource final : public base::ByteSource {
 public:
  explicit JoinedSource(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    while (status_.ok()) {
      if (file_ == nullptr) {
        if (next_ == paths_.size()) return 0;
        auto opened = base::FileSource::Open(paths_[next_++]);
        status_ = opened.status();
        if (!status_.ok()) break;
        file_ = *std::move(opened);
      }
      const auto got = file_->Read(buffer);
      if (!got.ok() || *got > 0) {
        status_ = got.status();
        return got;
      }
      status_ = file_->Close();
      file_.reset();
    }
    return status_;
  }

  absl::Status Close() override {
    if (status_.ok() && (file_ != nullptr || next_ < paths_.size())) {
      status_ = absl::FailedPreconditionError("closed before the end");
    }
    return status_;
  }

 private:
  const std::vector<std::string> paths_;
  size_t next_ = 0;
  std::unique_ptr<base::FileSource> file_;
  absl::Status status_;
};

}  // namespace

std::vector<SplitFile> JoinParts(const std::vector<std::string>& paths) {
  std::map<std::string, Group> groups;
  std::vector<Group*> group_of;
  for (size_t i = 0; i < paths.size(); ++i) {
    group_of.push_back(nullptr);
    absl::string_view path = paths[i];
    const bool is_zipped = absl::ConsumeSuffix(&path, kGzipExtension);
    const auto name = rde::ParseDepositFileName(path);
    if (!name.ok()) continue;
    const absl::string_view gzip = is_zipped ? kGzipExtension : "";
    rde::DepositFileName first = *name;
    first.part = 1;
    Group& group =
        groups[absl::StrCat(DirectoryOf(paths[i]), "/", rde::FormatDepositFileName(first), gzip)];
    if (group.paths.empty()) {
      group.first = i;
      group.name = first;
      group.gzip = gzip;
    }
    if (!group.paths.emplace(name->part, paths[i]).second) group.repeats = true;
    group_of[i] = &group;
  }
  std::vector<SplitFile> files;
  for (size_t i = 0; i < paths.size(); ++i) {
    const Group* const group = group_of[i];
    if (group == nullptr || group->repeats || group->paths.size() == 1) {
      files.push_back({{paths[i]}, ""});
    } else if (group->first == i) {
      SplitFile file{{}, MissingOf(*group)};
      for (const auto& [part, path] : group->paths) file.paths.push_back(path);
      files.push_back(std::move(file));
    }
  }
  return files;
}

absl::StatusOr<std::vector<std::string>> FilesIn(const std::string& dir,
                                                 absl::string_view extension) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(dir));
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    if (absl::EndsWithIgnoreCase(name, absl::StrCat(".", extension))) {
      paths.push_back(absl::StrCat(dir, "/", name));
    }
  }
  return paths;
}

std::unique_ptr<base::ByteSource> NewJoinedSource(std::vector<std::string> paths) {
  return std::make_unique<JoinedSource>(std::move(paths));
}

}  // namespace tidemark::verifier
