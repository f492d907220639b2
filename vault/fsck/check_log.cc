// The audit log: in itself, what each leaf is about, and what others kept of it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/log/log_check.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::LogLeaf;
using tidemark::v1::LogRow;

constexpr absl::string_view kNodeCost =
    "; proofs through it fail until it is made anew from the leaves, and nothing else: "
    "tidemark fsck --rebuild-nodes";

std::string TimeText(int64_t unix_micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(unix_micros),
                          absl::UTCTimeZone());
}

// Holds the log against what others kept, against itself, and against the rows that rely on it.
class LogPass final {
 public:
  LogPass(StoreCheck& check, KeptRoots kept)
      : check_(check), kept_(std::move(kept)) {}

  absl::Status Run() {
    RETURN_IF_ERROR(check_.Scan(Family::kLog, {},
                                [this](absl::string_view key, absl::string_view value) {
                                  Visit(key, value);
                                }));
    check_.report.log_size = next_;
    RETURN_IF_ERROR(CheckItself());
    for (const auto& [size, kept] : kept_) {
      if (size > next_) CheckLength(size, kept);
    }
    for (const auto& [index, leaf] : check_.leaves) {
      if (leaf.was_seen) continue;
      check_.Add(absl::StrCat("log entry ", index),
                 absl::StrCat("missing, and a row about ", leaf.deposit, " relies on it"),
                 leaf.deposit);
    }
    return absl::OkStatus();
  }

 private:
  // Rows that are no entries are named by CheckItself().
  void Visit(absl::string_view key, absl::string_view value) {
    const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
    if (!index.ok()) {
      check_.Add(absl::StrCat("key ", HexOf(key), " of family log"),
                 std::string(index.status().message()));
      return;
    }
    next_ = *index + 1;
    LogRow row;
    LogLeaf leaf;
    if (row.ParseFromArray(value.data(), static_cast<int>(value.size())) &&
        leaf.ParseFromString(row.leaf())) {
      CheckEvent(*index, leaf, row.leaf());
    }
  }

  // Leaves, tree heads, nodes, frontier, acts.
  absl::Status CheckItself() {
    if (check_.vault_id.size() != schema::kVaultIdBytes) {
      check_.Add("audit log", "its tree heads and nodes could not be checked, for the vault's id "
                              "is not there");
      return absl::OkStatus();
    }
    LogCheckOptions options = {.vault_id = check_.vault_id,
                               .agent_key = check_.options.receipt_key};
    options.on_tree = [this](const crypto::MerkleFrontier& tree) { CheckKept(tree); };
    ASSIGN_OR_RETURN(const LogCheckReport report, CheckLog(*check_.store, options));
    for (const LogFlaw& flaw : report.flaws) AddFlaw(flaw);
    if (report.flaws_total > report.flaws.size()) {
      check_.Add("audit log", absl::StrCat(report.flaws_total - report.flaws.size(),
                                           " more flaws like these"));
    }
    return absl::OkStatus();
  }

  void AddFlaw(const LogFlaw& flaw) {
    absl::string_view what = flaw.what;
    const uint64_t index = flaw.log_index;
    const bool is_leaf = absl::ConsumePrefix(&what, absl::StrCat("log leaf ", index, ": "));
    absl::ConsumePrefix(&what, "audit log: ");
    check_.Add(is_leaf ? absl::StrCat("log entry ", index) : "audit log",
               absl::StrCat(what, flaw.is_node ? kNodeCost : ""));
  }

  void CheckKept(const crypto::MerkleFrontier& tree) {
    const auto [begin, end] = kept_.equal_range(tree.size());
    for (auto kept = begin; kept != end; ++kept) {
      if (kept->second.root == tree.Root().bytes()) continue;
      check_.Add("the log", absl::StrCat("rewritten: ", kept->second.name, " keeps another root of "
                                         "its first ", tree.size(), " entries, signed at ",
                                         TimeText(kept->second.time_unix_micros)));
    }
  }

  void CheckLength(uint64_t size, const KeptRoot& kept) {
    check_.Add("the log", absl::StrCat("rolled back: it has ", next_, " entries, and ", kept.name,
                                       " saw ", size, " at ", TimeText(kept.time_unix_micros),
                                       "; what the last ", size - next_,
                                       " recorded is gone, or the whole store was set back"));
  }

  // Whether the leaf is that of the row that relies on it, and has one.
  void CheckEvent(uint64_t index, const LogLeaf& leaf, const std::string& bytes) {
    const std::string where = absl::StrCat("log entry ", index);
    if (leaf.event() == tidemark::v1::LOG_EVENT_VAULT_CREATED) {
      if (index != 0 || leaf.digest() != crypto::Blake2b(check_.vault_id).bytes()) {
        check_.Add(where, "it does not found this vault");
      }
      return;
    }
    const absl::StatusOr<DepositId> id = IdOf(leaf.identity());
    const std::string deposit = id.ok() ? id->ToString() : "no deposit";
    const auto expected = check_.leaves.find(index);
    if (expected == check_.leaves.end()) {
      check_.Add(where,
                 absl::StrCat("it records something about ", deposit,
                              " whose row is missing or cannot be read"),
                 id.ok() ? deposit : "");
      return;
    }
    StoreCheck::Leaf& row = expected->second;
    row.was_seen = true;
    if (row.event != leaf.event() || row.deposit != deposit || row.digest != leaf.digest() ||
        (!row.leaf.empty() && row.leaf != bytes)) {
      check_.Add(where, absl::StrCat("it and the row about ", row.deposit, " do not agree"),
                 row.deposit);
    }
    if (leaf.event() == tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED && id.ok()) {
      const auto known = check_.deposits.find(deposit);
      if (known != check_.deposits.end() && known->second.row.shredded_log_index() != index) {
        check_.Add(where, absl::StrCat(deposit, " was shredded, and its row does not say so"),
                   deposit);
      }
    }
  }

  StoreCheck& check_;
  const KeptRoots kept_;
  uint64_t next_ = 0;
};

}  // namespace

absl::Status CheckLogRows(StoreCheck& check) {
  ASSIGN_OR_RETURN(KeptRoots kept, ReadEvidence(check));
  if (kept.empty()) {
    check.report.remarks.push_back(
        "no witness was given: whether the whole store, log and all, was set back to an older copy "
        "of itself cannot be known from the store. Tree heads and receipts that others kept show "
        "it: --witness FILE, --receipts DIR");
  }
  if (!check.options.receipt_key.has_value()) {
    check.report.remarks.push_back(
        "no agent's keys were given: signatures of receipts, tree heads and verdicts, and who "
        "issued depositors' certificates, were not checked: --agent agent.toml");
  }
  return LogPass(check, std::move(kept)).Run();
}

}  // namespace tidemark::vault
