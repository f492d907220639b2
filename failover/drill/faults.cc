#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/drill/demo.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kExerciseBytesMax = 256 << 20;
constexpr absl::Duration kStopGrace = absl::Seconds(30);
// At the apex and of names that do not exist: answers that need no delegation.
constexpr int kApexSample = 8;
// Where a table is damaged: from its middle on, at whichever sixteenth a frame lies.
constexpr int kPlaces = 16;

absl::StatusOr<std::string> LargestTable(const std::string& dir) {
  std::string largest;
  uintmax_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(dir, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".sst" || entry->file_size() <= bytes) continue;
    bytes = entry->file_size();
    largest = entry->path().string();
  }
  if (error) return base::ErrnoStatus(error.value(), dir);
  if (largest.empty()) return absl::NotFoundError("the vault has no table to damage");
  return largest;
}

// As a disk does it: nobody is told. Twice is as if nothing had been.
absl::Status FlipOneBit(const std::string& path, int sixteenth) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  const absl::Cleanup closer = [fd] { close(fd); };
  const off_t place = lseek(fd, 0, SEEK_END) / kPlaces * sixteenth;
  char byte = 0;
  if (pread(fd, &byte, 1, place) != 1) return base::ErrnoStatus(errno, path);
  byte = static_cast<char>(byte ^ 1);
  if (pwrite(fd, &byte, 1, place) != 1) return base::ErrnoStatus(errno, path);
  return absl::OkStatus();
}

// What is broken is the vault's own word: of all that is stored one frame, and nothing else.
absl::StatusOr<bool> OneFrameIsLost(DemoScene& scene, const std::string& data_dir) {
  ASSIGN_OR_RETURN(
      const base::RunResult result,
      scene.RunVerb(Role::kServer, "fsck", {"fsck", "--data-dir", data_dir, "--format", "json"}));
  const Json json = Json::parse(result.out, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("damaged_deposits") ||
      !json["damaged_deposits"].is_array()) {
    return absl::InternalError("fsck printed no report");
  }
  const Json& damaged = json["damaged_deposits"];
  return damaged.size() == 1 && damaged[0].value("frames_lost", 0) == 1 &&
         damaged[0].value("manifest_parts_lost", 0) == 0;
}

absl::Status DamageOneFrame(DemoScene& scene, const std::string& data_dir) {
  ASSIGN_OR_RETURN(const std::string table, LargestTable(data_dir));
  for (int place = kPlaces / 2; place < kPlaces; ++place) {
    RETURN_IF_ERROR(FlipOneBit(table, place));
    ASSIGN_OR_RETURN(const bool hit, OneFrameIsLost(scene, data_dir));
    if (hit) return absl::OkStatus();
    RETURN_IF_ERROR(FlipOneBit(table, place));
  }
  return absl::InternalError("no bit that was tried belongs to a frame");
}

absl::Status StopAgent(DemoScene& scene) {
  const absl::Status status = scene.server().Stop(kStopGrace).status();
  RETURN_IF_ERROR(status);
  if (unlink(scene.stage->path("agent/server/drill.ready").c_str()) != 0 && errno != ENOENT) {
    return base::ErrnoStatus(errno, "ready file");
  }
  return absl::OkStatus();
}

// What stands between two tags, and where it begins.
absl::StatusOr<std::pair<size_t, size_t>> Between(absl::string_view text, absl::string_view begin,
                                                  absl::string_view end) {
  const size_t from = text.find(begin);
  const size_t to = from == absl::string_view::npos ? from : text.find(end, from);
  if (to == absl::string_view::npos) return absl::NotFoundError("the deposit has no registrar");
  return std::make_pair(from, to);
}

}  // namespace

absl::Status RemoveARegistrar(const std::string& deposit_path) {
  constexpr absl::string_view kBegin = "<rdeRegistrar:registrar>";
  constexpr absl::string_view kEnd = "</rdeRegistrar:registrar>";
  constexpr absl::string_view kCount =
      "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeRegistrar-1.0\">";
  ASSIGN_OR_RETURN(std::string text, base::ReadSmallFile(deposit_path, kExerciseBytesMax));
  ASSIGN_OR_RETURN(const auto element, Between(text, kBegin, kEnd));
  text.erase(element.first, element.second + kEnd.size() - element.first);
  ASSIGN_OR_RETURN(const auto count, Between(text, kCount, "</"));
  const size_t digits = count.first + kCount.size();
  int64_t number = 0;
  if (!absl::SimpleAtoi(text.substr(digits, count.second - digits), &number)) {
    return absl::InternalError("the deposit's header has no count of registrars");
  }
  text.replace(digits, count.second - digits, absl::StrCat(number - 1));
  return base::WriteFile(deposit_path, text, base::FileMode::kPrivate);
}

absl::Status DamageCustody(DemoScene& scene) {
  // What came since its last start lies in the log; a start writes it into tables.
  RETURN_IF_ERROR(StopAgent(scene));
  RETURN_IF_ERROR(StartAgent(scene));
  RETURN_IF_ERROR(StopAgent(scene));
  RETURN_IF_ERROR(DamageOneFrame(scene, scene.stage->path("agent/server/data")));
  return StartAgent(scene);
}

absl::Status LoseSigningKey(DemoScene& scene) {
  StageDirectory& stage = *scene.stage;
  const std::string keys = stage.path("successor/rebuilt/dns");
  const std::string old_anchor = stage.path("observer/old-anchor.conf");
  RETURN_IF_ERROR(stage.HandOver(scene.trust_anchor, Role::kObserver, "observer/old-anchor.conf"));
  ASSIGN_OR_RETURN(const std::string old_ds, base::ReadSmallFile(keys + "/ds.txt"));
  RETURN_IF_ERROR(scene.serving->Stop(absl::Seconds(70)).status());
  RETURN_IF_ERROR(base::RemoveTree(keys));
  RETURN_IF_ERROR(StartServing(scene));
  ASSIGN_OR_RETURN(const std::string new_ds, base::ReadSmallFile(keys + "/ds.txt"));
  if (new_ds == old_ds) scene.No("the zone is signed by keys that were lost");
  ASSIGN_OR_RETURN(const ValidationResult by_old, ValidateSample({.target = scene.target,
                                                                  .master_file = scene.master_file,
                                                                  .trust_anchor_path = old_anchor,
                                                                  .sample_max = kApexSample,
                                                                  .seed = scene.report.seed}));
  if (by_old.validated != 0) {
    scene.No(absl::StrCat(by_old.validated, " answers still validate by the lost keys"));
  }
  scene.report.notices.push_back(
      absl::StrCat("the keys that signed the zone are lost: by the DS that the parent has now, ",
                   by_old.validated, " of ", by_old.sampled,
                   " answers validate; cut-over needs a change of DS at the parent, to ",
                   absl::StrJoin(absl::StrSplit(new_ds, '\n', absl::SkipEmpty()), " and ")));
  return absl::OkStatus();
}

std::string FindingsIn(absl::string_view verdict_text) {
  std::vector<std::string> codes;
  for (const absl::string_view line : absl::StrSplit(verdict_text, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() == 3 && (words[0] == "ERROR" || words[0] == "CRITICAL")) {
      codes.emplace_back(words[1]);
    }
  }
  return codes.empty() ? "no finding" : absl::StrJoin(codes, ", ");
}

}  // namespace tidemark::failover
