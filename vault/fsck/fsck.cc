#include "vault/fsck/fsck.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/fsck/store_files.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// Whether the machine, and not what lies on the disk, is why the database did not open.
bool IsTheMachine(const absl::Status& status) {
  for (const char* why : {"Permission denied", "Too many open files", "Cannot allocate memory"}) {
    if (absl::StrContains(status.message(), why)) return true;
  }
  return false;
}

absl::Status CheckRecords(StoreCheck& check) {
  for (const Family family : check.store->missing_families()) {
    check.Add(absl::StrCat("family ", schema::kFamilyNames[static_cast<size_t>(family)]),
              "missing: the list of table files was damaged, or no tidemarkd of this version has "
              "opened the store yet; in that case open it once and run fsck again");
  }
  RETURN_IF_ERROR(CheckMeta(check));
  RETURN_IF_ERROR(CheckCatalogue(check));
  RETURN_IF_ERROR(CheckPacks(check));
  if (check.options.quick) {
    check.report.remarks.push_back("frames and manifest parts were not looked at: --quick");
  } else {
    RETURN_IF_ERROR(CheckPieces(check));
  }
  RETURN_IF_ERROR(CheckManifests(check));
  RETURN_IF_ERROR(CheckReceipts(check));
  RETURN_IF_ERROR(CheckVerdicts(check));
  RETURN_IF_ERROR(CheckActsAndHolds(check));
  RETURN_IF_ERROR(CheckLogRows(check));
  RETURN_IF_ERROR(CheckReceiptsKept(check));
  return CheckScrubRows(check);
}

}  // namespace

std::optional<size_t> StoreCheck::Add(const std::string& where, const std::string& what,
                                      const std::string& deposit) {
  if (report.findings.size() == kFsckFindingsMax) {
    ++report.findings_omitted;
    return std::nullopt;
  }
  FsckFinding finding = {where, what};
  if (!deposit.empty()) finding.deposits.push_back(deposit);
  report.findings.push_back(std::move(finding));
  return report.findings.size() - 1;
}

absl::Status StoreCheck::Scan(
    schema::Family family, const schema::KeyRange& range,
    const std::function<void(absl::string_view, absl::string_view)>& visit) {
  const std::string name(schema::kFamilyNames[static_cast<size_t>(family)]);
  return store->ScanAround(
      family, range,
      [&](absl::string_view key, absl::string_view value) {
        ++report.records;
        visit(key, value);
        return absl::OkStatus();
      },
      [&](const RocksStore::Unreadable& rows) {
        const std::optional<size_t> finding =
            Add(absl::StrCat("family ", name, ", keys from ", HexOf(rows.begin), " to before ",
                             rows.end.empty() ? "its end" : HexOf(rows.end)),
                absl::StrCat("cannot be read: ", rows.why));
        unreadable.push_back({family, {rows.begin, rows.end}, rows.why, finding});
      });
}

std::string PackName(absl::string_view pack) { return absl::StrCat("pack ", HexOf(pack)); }

schema::KeyRange DepositRowsOf(schema::DepositRow kind) {
  return {std::string(1, static_cast<char>(kind)),
          std::string(1, static_cast<char>(static_cast<unsigned char>(kind) + 1))};
}

std::string HexOf(absl::string_view key) {
  constexpr size_t kShownMax = 64;
  const bool is_cut = key.size() > kShownMax;
  return absl::StrCat(base::HexEncode(key.substr(0, kShownMax)), is_cut ? "..." : "");
}

absl::StatusOr<FsckReport> CheckStore(const FsckOptions& options) {
  if (options.witnesses.size() + options.receipts.size() > kFsckEvidenceMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kFsckEvidenceMax, " witnesses and receipts"));
  }
  FsckReport report;
  StoreReadLock lock;
  RETURN_IF_ERROR(lock.Take(options.dir));
  RETURN_IF_ERROR(LookAtFiles(options.dir, report));
  absl::StatusOr<std::unique_ptr<RocksStore>> store = RocksStore::OpenToRead(options.dir);
  if (!store.ok()) {
    if (IsTheMachine(store.status())) return store.status();
    ExplainRefusal(options.dir, store.status(), report);
    StoreCheck closed{.options = options, .report = report, .store = nullptr};
    RETURN_IF_ERROR(CompareWithTables(closed));
    return report;
  }
  report.is_open = true;
  LookForALog(options.dir, report);
  StoreCheck check{.options = options, .report = report, .store = *std::move(store)};
  RETURN_IF_ERROR(CheckRecords(check));
  return report;
}

}  // namespace tidemark::vault
