// The audit log: every leaf and tree head, what each leaf is about, and what others kept of it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::FrontierRow;
using tidemark::v1::LogLeaf;
using tidemark::v1::LogRow;
using tidemark::v1::TreeHeadBody;

constexpr uint32_t kFormat = 1;

std::string TimeText(int64_t unix_micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(unix_micros),
                          absl::UTCTimeZone());
}

// Goes through the leaves in order and grows the tree that they make.
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
    CheckFrontier();
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
  void Visit(absl::string_view key, absl::string_view value) {
    const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
    if (!index.ok()) {
      check_.Add(absl::StrCat("key ", HexOf(key), " of family log"),
                 std::string(index.status().message()));
      return;
    }
    if (*index != next_) {
      check_.Add(*index == next_ + 1 ? absl::StrCat("log entry ", next_)
                                     : absl::StrCat("log entries ", next_, " to ", *index - 1),
                 "missing, or in a block that cannot be read");
      is_broken_ = true;
    }
    next_ = *index + 1;
    const std::string where = absl::StrCat("log entry ", *index);
    LogRow row;
    LogLeaf leaf;
    if (!row.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        row.format() != kFormat || !leaf.ParseFromString(row.leaf()) ||
        leaf.format() != kFormat) {
      check_.Add(where, "not an entry");
      is_broken_ = true;
      return;
    }
    if (leaf.time_unix_micros() < last_time_) {
      check_.Add(where, "its time is before that of the one before it");
    }
    last_time_ = leaf.time_unix_micros();
    CheckEvent(*index, leaf, row.leaf());
    if (is_broken_) return;
    tree_.Append(crypto::MerkleLeafHash(row.leaf()));
    CheckHead(where, row.tree_head());
    CheckKept();
  }

  void CheckHead(const std::string& where, const tidemark::v1::SignedTreeHead& signed_head) {
    TreeHeadBody head;
    if (!head.ParseFromString(signed_head.body()) || head.tree_size() != tree_.size() ||
        head.root() != tree_.Root().bytes() || head.vault_id() != check_.vault_id) {
      check_.Add(where, "its tree head is not that of the leaves up to it: a leaf was altered, "
                        "dropped or put in");
      // Every later head would say it again.
      is_broken_ = true;
      return;
    }
    if (!check_.options.receipt_key.has_value()) return;
    const auto verified = VerifyTreeHead(signed_head, *check_.options.receipt_key);
    if (!verified.ok()) check_.Add(where, std::string(verified.status().message()));
  }

  void CheckKept() {
    const auto [begin, end] = kept_.equal_range(tree_.size());
    for (auto kept = begin; kept != end; ++kept) {
      if (kept->second.root == tree_.Root().bytes()) continue;
      check_.Add("the log", absl::StrCat("rewritten: ", kept->second.name, " keeps another root of "
                                         "its first ", tree_.size(), " entries, signed at ",
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

  void CheckFrontier() {
    const absl::StatusOr<std::string> value =
        check_.store->Get(Family::kMeta, schema::kFrontierKey);
    FrontierRow row;
    if (!value.ok() || !row.ParseFromString(*value) || row.format() != kFormat) {
      check_.Add("meta log-frontier", "missing, or not one");
      return;
    }
    if (row.size() != next_) {
      check_.Add("meta log-frontier",
                 absl::StrCat("it is of ", row.size(), " entries, and there are ", next_));
      return;
    }
    if (is_broken_) return;
    bool is_same = row.peaks_size() == static_cast<int>(tree_.peaks().size()) &&
                   row.last_time_unix_micros() == last_time_;
    for (int i = 0; is_same && i < row.peaks_size(); ++i) {
      is_same = row.peaks(i) == tree_.peaks()[i].bytes();
    }
    if (!is_same) check_.Add("meta log-frontier", "it is not that of the log's entries");
  }

  StoreCheck& check_;
  const KeptRoots kept_;
  crypto::MerkleFrontier tree_;
  uint64_t next_ = 0;
  int64_t last_time_ = 0;
  bool is_broken_ = false;  // roots cannot be compared any more
};

}  // namespace

absl::Status CheckLog(StoreCheck& check) {
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
