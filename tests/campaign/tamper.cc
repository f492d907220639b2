#include "tests/campaign/tamper.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "tests/campaign/small_store.h"
#include "vault/fsck/fsck.h"
#include "vault/fsck/guarded_run.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMissedNamedMax = 50;
constexpr unsigned kCaseSecondsMax = 120;
// Small files are flipped in every bit, not in one of each byte.
constexpr uint64_t kEveryBitBytesMax = 64;
// The database writes these for people, and nothing reads them; they are larger than all else
// together, and a byte in so many stands for the others.
constexpr uint64_t kOneOptionsByteIn = 50;
// Of harmless flips so many a file are also opened as a server would.
constexpr uint64_t kServedPerFile = 5;

std::string KindOf(const std::string& name) {
  if (absl::EndsWith(name, ".sst")) return "table files";
  if (absl::EndsWith(name, ".log")) return "write-ahead log";
  return name.substr(0, name.find('-'));
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Says of `dir`, in one letter, what fsck and the rows say; then why.
std::string Judge(const vault::FsckOptions& options, const std::string& rows) {
  alarm(kCaseSecondsMax);
  // What the library prints before it ends the process is not for here.
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, STDERR_FILENO);
  const absl::StatusOr<vault::FsckReport> report = vault::CheckStore(options);
  if (!report.ok()) return absl::StrCat("M", report.status().ToString());
  for (const vault::FsckFinding& finding : report->findings) {
    const bool is_by_witness =
        finding.where == "the log" || absl::StartsWith(finding.where, "deposit ");
    if (!is_by_witness) return "N";
  }
  if (!report->findings.empty()) return "W";
  const absl::StatusOr<std::string> now = DigestOfRows(options.dir);
  if (now.ok() && *now == rows) return "H";
  return absl::StrCat("Mfsck says clean, and rows: ", now.status().ToString());
}

class Campaign final {
 public:
  Campaign(const TamperOptions& options, SmallStore store, std::string rows)
      : options_(options), store_(std::move(store)), rows_(std::move(rows)) {}

  absl::StatusOr<TamperResult> Run() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(store_.dir)) {
      names.push_back(entry.path().filename().string());
      const bool is_options = KindOf(names.back()) == "OPTIONS";
      total_ += entry.file_size() / (is_options ? kOneOptionsByteIn : 1);
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) RETURN_IF_ERROR(DamageFile(name));
    RETURN_IF_ERROR(Other("two frames swapped", "rows", store_.swapped_dir));
    RETURN_IF_ERROR(Other("a log leaf dropped", "rows", store_.dropped_dir));
    RETURN_IF_ERROR(Other("rolled back", "the whole store", store_.old_dir));
    return std::move(result_);
  }

 private:
  absl::Status DamageFile(const std::string& name) {
    const std::string path = store_.dir + "/" + name;
    const std::string good = ReadAll(path);
    std::mt19937_64 random(options_.seed);
    const bool is_options = KindOf(name) == "OPTIONS";
    served_ = 0;
    for (size_t at = 0; at < good.size(); ++at) {
      const unsigned bit = random() % 8;
      if (options_.flips > 0 && random() % total_ >= options_.flips) continue;
      if (is_options && at % kOneOptionsByteIn != 0) continue;
      const bool is_small = good.size() <= kEveryBitBytesMax;
      for (unsigned b = is_small ? 0 : bit; b < (is_small ? 8 : bit + 1); ++b) {
        std::string bad(1, static_cast<char>(good[at] ^ (1 << b)));
        RETURN_IF_ERROR(Try("a bit flipped", name, absl::StrCat("byte ", at, " bit ", b), [&] {
          Overwrite(path, at, bad);
        }, [&] { Overwrite(path, at, good.substr(at, 1)); }));
      }
    }
    for (const size_t size : {size_t{0}, size_t{1}, good.size() / 4, good.size() / 2,
                              good.size() - good.size() / 4, good.size() - 1}) {
      if (size >= good.size()) continue;
      RETURN_IF_ERROR(Try("cut short", name, absl::StrCat("to ", size),
                          [&] { fs::resize_file(path, size); }, [&] { WriteAll(path, good); }));
    }
    RETURN_IF_ERROR(Try("bytes appended", name, "", [&] { WriteAll(path, good + "rubbish"); },
                        [&] { WriteAll(path, good); }));
    return Try("deleted", name, "", [&] { fs::remove(path); }, [&] { WriteAll(path, good); });
  }

  static void Overwrite(const std::string& path, size_t at, const std::string& bytes) {
    std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out << bytes;
  }

  // Damages, looks, and mends.
  absl::Status Try(const std::string& fault, const std::string& name, const std::string& where,
                   const std::function<void()>& damage, const std::function<void()>& mend) {
    if (number_++ % options_.parts != options_.part) return absl::OkStatus();
    damage();
    const std::string what = absl::StrCat(name, ", ", fault, " ", where);
    const char outcome = Look(fault, KindOf(name), what, store_.options);
    if (outcome == 'H' && served_ < kServedPerFile) {
      ++served_;
      LookServed(fault, KindOf(name), what);
    }
    mend();
    return absl::OkStatus();
  }

  char Look(const std::string& fault, const std::string& kind, const std::string& what,
            const vault::FsckOptions& options) {
    TamperCounts& counts = result_.table[{fault, kind}];
    ++counts.cases;
    const absl::StatusOr<std::string> answer =
        vault::RunGuarded([&] { return Judge(options, rows_); });
    if (!answer.ok()) {
      // A case that does not end is one that fsck did not name.
      if (absl::StrContains(answer.status().message(), "signal 14,")) {
        Miss(counts, what, answer.status().message());
        return 'M';
      }
      ++counts.ended;
      return 'E';
    }
    const char outcome = answer->empty() ? 'M' : answer->front();
    if (outcome == 'N') ++counts.named;
    if (outcome == 'W') ++counts.by_witness;
    if (outcome == 'H') ++counts.harmless;
    if (outcome == 'M') Miss(counts, what, *answer);
    return outcome;
  }

  // Harmless has to hold for a server, too: of a copy, for it writes.
  void LookServed(const std::string& fault, const std::string& kind, const std::string& what) {
    const std::string copy = options_.dir + "/served";
    fs::remove_all(copy);
    fs::copy(store_.dir, copy);
    const absl::StatusOr<std::string> rows = vault::RunGuarded([&copy] {
      const absl::StatusOr<std::string> digest = DigestOfServedRows(copy);
      return digest.ok() ? *digest : digest.status().ToString();
    });
    if (rows.ok() && *rows == rows_) return;
    TamperCounts& counts = result_.table[{fault, kind}];
    --counts.harmless;
    Miss(counts, what, absl::StrCat("a server reads: ", rows.ok() ? *rows : "it ends"));
  }

  absl::Status Other(const std::string& fault, const std::string& kind, const std::string& dir) {
    if (number_++ % options_.parts != options_.part) return absl::OkStatus();
    vault::FsckOptions options = store_.options;
    options.dir = dir;
    Look(fault, kind, fault, options);
    return absl::OkStatus();
  }

  void Miss(TamperCounts& counts, const std::string& what, absl::string_view why) {
    ++counts.missed;
    if (result_.missed.size() < kMissedNamedMax) {
      result_.missed.push_back(absl::StrCat(what, ": ", why));
    }
  }

  const TamperOptions options_;
  const SmallStore store_;
  const std::string rows_;
  uint64_t total_ = 0;
  uint64_t number_ = 0;
  uint64_t served_ = 0;
  TamperResult result_;
};

}  // namespace

absl::StatusOr<TamperResult> RunTamperCampaign(const TamperOptions& options) {
  ASSIGN_OR_RETURN(SmallStore store, MakeSmallStore(options.dir));
  ASSIGN_OR_RETURN(const std::string rows, vault::RunGuarded([&store] {
                     const absl::StatusOr<std::string> digest = DigestOfRows(store.dir);
                     return digest.ok() ? *digest : "";
                   }));
  ASSIGN_OR_RETURN(const std::string good,
                   vault::RunGuarded([&] { return Judge(store.options, rows); }));
  if (rows.empty() || good != "H") {
    return absl::InternalError(absl::StrCat("the store is not whole to begin with: ", good));
  }
  return Campaign(options, std::move(store), rows).Run();
}

}  // namespace tidemark::tests
