#include "vault/fsck/store_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/table_properties.h"
#include "vault/wal/log_end.h"

namespace tidemark::vault {
namespace {

bool IsManifest(absl::string_view name) { return absl::StartsWith(name, "MANIFEST-"); }
bool IsTable(absl::string_view name) { return absl::EndsWith(name, ".sst"); }
bool IsWriteAheadLog(absl::string_view name) { return absl::EndsWith(name, ".log"); }

std::string CostOf(absl::string_view file) {
  if (IsTable(file)) {
    return "the rows in this table file; those in other table files are whole";
  }
  if (IsWriteAheadLog(file)) {
    return "what was written since the last table file; receipts that depositors keep say what was "
           "acknowledged";
  }
  return "nothing of the contents: table files and write-ahead log do not depend on it, but the "
         "list of the table files is in it";
}

// The file that a message of the database speaks of, without its folder; "" if it names none. A
// table file that is missing is asked for under its old ending, too, and the list is named besides.
std::string FileNamedIn(absl::string_view message, const std::vector<std::string>& files) {
  for (const char* ending : {".ldb", ".sst"}) {
    const size_t end = message.find(ending);
    if (end == absl::string_view::npos) continue;
    size_t begin = end;
    while (begin > 0 && absl::ascii_isdigit(message[begin - 1])) --begin;
    return absl::StrCat(message.substr(begin, end - begin), ".sst");
  }
  for (const std::string& file : files) {
    if (absl::StrContains(message, file) && file != "CURRENT") return file;
  }
  return absl::StrContains(message, "CURRENT") ? "CURRENT" : "";
}

void CheckTable(const std::string& dir, const std::string& name, FsckReport& report) {
  rocksdb::SstFileReader table{rocksdb::Options()};
  rocksdb::Status status = table.Open(absl::StrCat(dir, "/", name));
  std::string holds;
  if (status.ok()) {
    const std::shared_ptr<const rocksdb::TableProperties> properties = table.GetTableProperties();
    if (properties != nullptr) {
      holds = absl::StrCat(" (family ", properties->column_family_name, ", ",
                           properties->num_entries, " rows)");
    }
    status = table.VerifyChecksum(rocksdb::ReadOptions());
  }
  if (status.ok()) return;
  report.findings.push_back({absl::StrCat("file ", name, holds),
                             absl::StrCat(status.ToString(), "; it costs ", CostOf(name))});
}

// What the library that reads the log passes over in silence.
void LookAtLogEnd(const std::string& dir, const std::string& name, FsckReport& report) {
  const std::string where = absl::StrCat("file ", name);
  const absl::StatusOr<LogEnd> end = ReadLogEnd(
      absl::StrCat(dir, "/", name), IsManifest(name) ? LogFile::kManifest : LogFile::kWriteAhead);
  if (!end.ok()) {
    report.findings.push_back({where, std::string(end.status().message())});
    return;
  }
  if (end->hole_at.has_value()) {
    report.findings.push_back(
        {where, absl::StrCat("from byte ", *end->hole_at, " on pages of it are zeros, and data "
                             "stands behind them: a power cut leaves this where nobody was told "
                             "that it was kept; so does a disk that lost the pages. A witness "
                             "tells which")});
  }
  if (end->kind == LogEnd::Kind::kDamaged) {
    report.findings.push_back(
        {where, absl::StrCat("the record at byte ", end->at, " is damaged, not torn by a crash: ",
                             end->why, "; it costs it and what follows it in this file. A server "
                             "does not open the store")});
  } else if (end->kind != LogEnd::Kind::kWhole) {
    report.findings.push_back(
        {where,
         absl::StrCat("its last ", end->size - end->at, " bytes are not a whole record, and are "
                      "passed over when it is read: a server that was killed or lost power leaves "
                      "this, and then nobody was told that it was kept; so does a file that was "
                      "cut, and then it may have been. A witness tells which")});
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& dir) {
  DIR* const handle = opendir(dir.c_str());
  if (handle == nullptr) return base::ErrnoStatus(errno, dir);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(handle)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(handle);
  std::sort(names.begin(), names.end());
  return names;
}

StoreReadLock::~StoreReadLock() {
  if (fd_ >= 0) close(fd_);
}

absl::Status StoreReadLock::Take(const std::string& dir) {
  const std::string path = dir + "/LOCK";
  fd_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) return errno == ENOENT ? absl::OkStatus() : base::ErrnoStatus(errno, path);
  struct flock lock = {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (fcntl(fd_, F_SETLK, &lock) == 0) return absl::OkStatus();
  if (errno != EACCES && errno != EAGAIN) return base::ErrnoStatus(errno, path);
  struct flock holder = {};
  holder.l_type = F_RDLCK;
  holder.l_whence = SEEK_SET;
  std::string who = "another process";
  if (fcntl(fd_, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK) {
    who = absl::StrCat("process ", holder.l_pid);
  }
  return absl::FailedPreconditionError(
      absl::StrCat(who, " has ", dir, " open: a store that is being written to cannot be checked; "
                   "stop tidemarkd first, or check a copy of the directory"));
}

absl::Status LookAtFiles(const std::string& dir, FsckReport& report) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, ListFiles(dir));
  bool is_database = false;
  bool has_current = false;
  for (const std::string& name : files) {
    is_database = is_database || IsManifest(name) || IsTable(name) || name == "CURRENT";
    has_current = has_current || name == "CURRENT";
  }
  if (!is_database) {
    return absl::NotFoundError(absl::StrCat(
        dir, " is not a vault's directory: it holds no database; want the server's data_dir"));
  }
  for (const std::string& name : files) {
    if (!IsManifest(name) && !IsWriteAheadLog(name)) continue;
    LookAtLogEnd(dir, name, report);
  }
  return absl::OkStatus();
}

void LookForALog(const std::string& dir, FsckReport& report) {
  const absl::StatusOr<std::vector<std::string>> files = ListFiles(dir);
  if (!files.ok() || std::any_of(files->begin(), files->end(), IsWriteAheadLog)) return;
  report.findings.push_back(
      {"the write-ahead log", absl::StrCat("there is none, and a database always has one: it was "
                                           "deleted; it costs ", CostOf(".log"))});
}

void ExplainRefusal(const std::string& dir, const absl::Status& refusal, FsckReport& report) {
  const absl::StatusOr<std::vector<std::string>> files = ListFiles(dir);
  const std::vector<std::string> names = files.ok() ? *files : std::vector<std::string>();
  const std::string file = FileNamedIn(refusal.message(), names);
  FsckFinding finding = {file.empty() ? "the database" : absl::StrCat("file ", file),
                         absl::StrCat("the database does not open: ", refusal.message())};
  if (!file.empty()) absl::StrAppend(&finding.what, "; it costs ", CostOf(file));
  report.findings.push_back(std::move(finding));
  for (const std::string& name : names) {
    if (IsTable(name)) CheckTable(dir, name, report);
  }
  report.remarks.push_back(
      "records could not be compared with each other, for the database does not open: nothing "
      "here says that anything else is whole");
}

}  // namespace tidemark::vault
