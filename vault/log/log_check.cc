#include "vault/log/log_check.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/log/log_rows.h"
#include "vault/receipt.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using crypto::MerkleFrontier;
using crypto::Sha256Digest;
using schema::Family;
using tidemark::v1::LogLeaf;
using tidemark::v1::LogRow;
using tidemark::v1::TreeHeadBody;

constexpr uint64_t kProgressEvery = 4096;
// Leaves beyond those that have rows which are each named as missing: a frontier may say anything.
constexpr uint64_t kMissingLeavesMax = 4096;

std::optional<Sha256Digest> ToDigest(absl::string_view bytes) {
  const absl::StatusOr<Sha256Digest> digest = Sha256Digest::FromBytes(bytes);
  if (!digest.ok()) return std::nullopt;
  return *digest;
}

class LogCheck {
 public:
  LogCheck(const RocksStore& store, const LogCheckOptions& options)
      : store_(store), options_(options) {}

  absl::StatusOr<LogCheckReport> Run() {
    const absl::StatusOr<StoredFrontier> stored = ReadFrontier(store_);
    if (stored.ok()) {
      size_ = stored->frontier.size();
      if (!ReadLogRow(store_, size_ - 1).ok()) CheckSize();
    } else {
      Flaw(0, stored.status().message());
      size_ = CountRows();
    }
    for (uint64_t index = 0; index < size_; ++index) {
      if (options_.on_progress && index % kProgressEvery == 0) {
        RETURN_IF_ERROR(options_.on_progress(index, size_));
      }
      CheckLeaf(index);
    }
    report_.leaves = size_;
    if (stored.ok()) CheckFrontier(*stored);
    CheckNothingBeyond();
    CheckNodeKeys();
    CheckActs();
    return std::move(report_);
  }

 private:
  void Flaw(uint64_t index, absl::string_view what) {
    ++report_.flaws_total;
    if (report_.flaws.size() < kLogFlawsKept) report_.flaws.push_back({index, std::string(what)});
  }
  void NodeFlaw(uint64_t index, absl::string_view what) {
    Flaw(index, what);
    ++report_.node_flaws;
    if (report_.flaws_total <= kLogFlawsKept) report_.flaws.back().is_node = true;
  }
  void LeafFlaw(uint64_t index, absl::string_view what) {
    Flaw(index, absl::StrCat("log leaf ", index, ": ", what));
  }

  // What the rows' keys say about how long the log is.
  uint64_t CountRows() {
    uint64_t rows = 0;
    uint64_t end = 0;
    const absl::Status scanned = store_.ScanAround(
        Family::kLog, {},
        [&](absl::string_view key, absl::string_view) {
          const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
          ++rows;
          if (index.ok()) end = *index + 1;
          return absl::OkStatus();
        },
        [](const RocksStore::Unreadable&) {});
    if (!scanned.ok()) Flaw(end, absl::StrCat("audit log: ", scanned.message()));
    return std::min(end, rows + kMissingLeavesMax);
  }

  void CheckSize() {
    const uint64_t rows = CountRows();
    if (size_ <= rows || size_ - rows <= kMissingLeavesMax) return;
    Flaw(rows,
         absl::StrCat("audit log: the frontier is of ", size_, " leaves, and there are ", rows));
    size_ = rows;
  }

  void CheckLeaf(uint64_t index) {
    const absl::StatusOr<LogRow> row = ReadLogRow(store_, index);
    if (!row.ok()) Flaw(index, row.status().message());
    std::optional<TreeHeadBody> head;
    if (row.ok()) {
      CheckLeafItself(index, row->leaf());
      head = CheckTreeHead(index, *row);
    }
    std::optional<Sha256Digest> of_leaf;
    if (row.ok()) of_leaf = crypto::MerkleLeafHash(row->leaf());
    std::optional<Sha256Digest> root;
    if (head.has_value()) root = ToDigest(head->root());
    Append(index, of_leaf, root);
  }

  void CheckLeafItself(uint64_t index, const std::string& bytes) {
    LogLeaf leaf;
    if (!leaf.ParseFromString(bytes) || leaf.format() != kLogFormat ||
        leaf.event() == tidemark::v1::LOG_EVENT_UNSPECIFIED) {
      return LeafFlaw(index, "is not one");
    }
    if (leaf.time_unix_micros() < last_time_) LeafFlaw(index, "is older than the leaf before it");
    last_time_ = leaf.time_unix_micros();
    if (!HasAct(leaf.event())) return;
    const absl::StatusOr<std::string> act = ReadAct(store_, index);
    if (!act.ok()) return Flaw(index, act.status().message());
    ++report_.acts;
    if (crypto::Blake2b(*act).bytes() != leaf.digest()) {
      LeafFlaw(index, "the stored act of custody is not the one that it is about");
    }
  }

  std::optional<TreeHeadBody> CheckTreeHead(uint64_t index, const LogRow& row) {
    const absl::StatusOr<TreeHeadBody> head = ParseTreeHead(row, index);
    if (!head.ok()) {
      Flaw(index, head.status().message());
      return std::nullopt;
    }
    if (head->tree_size() != index + 1) LeafFlaw(index, "its tree head has another size");
    if (head->vault_id() != options_.vault_id) LeafFlaw(index, "its tree head is another vault's");
    LogLeaf leaf;
    if (leaf.ParseFromString(row.leaf()) && leaf.time_unix_micros() != head->time_unix_micros()) {
      LeafFlaw(index, "its tree head has another time");
    }
    if (options_.agent_key.has_value()) {
      if (VerifyTreeHead(row.tree_head(), *options_.agent_key).ok()) {
        ++report_.signatures;
      } else {
        LeafFlaw(index, "the agent did not sign its tree head");
      }
    }
    return *head;
  }

  // Appends what the leaf's hash really is. Leaf and node say so, and where they disagree, the tree
  // head's root says which of them was altered.
  void Append(uint64_t index, const std::optional<Sha256Digest>& of_leaf,
              const std::optional<Sha256Digest>& root) {
    const absl::StatusOr<Sha256Digest> node = ReadNode(store_, {0, index});
    if (!node.ok()) NodeFlaw(index, node.status().message());
    std::optional<Sha256Digest> of_node;
    if (node.ok()) of_node = *node;
    if (!is_known_ || (!of_leaf.has_value() && !of_node.has_value())) {
      if (is_known_) LeafFlaw(index, "nothing says its hash: roots from here on are not checked");
      is_known_ = false;
      return;
    }
    Sha256Digest hash = of_leaf.has_value() ? *of_leaf : *of_node;
    MerkleFrontier next = frontier_;
    std::vector<Sha256Digest> completed;
    next.Append(hash, &completed);
    if (of_leaf.has_value() && of_node.has_value() && *of_leaf != *of_node) {
      MerkleFrontier other = frontier_;
      std::vector<Sha256Digest> other_completed;
      other.Append(*of_node, &other_completed);
      if (root.has_value() && other.Root() == *root && next.Root() != *root) {
        LeafFlaw(index, "was altered: its hash is not the one that the tree head proves");
        next = std::move(other);
        completed = std::move(other_completed);
      }
    }
    if (root.has_value() && next.Root() != *root) {
      LeafFlaw(index, "the root of its tree head is not that of the leaves up to it");
    }
    frontier_ = std::move(next);
    if (options_.on_tree) options_.on_tree(frontier_);
    CheckNodes(index, completed);
  }

  // `completed` are right; are they what is stored?
  void CheckNodes(uint64_t index, const std::vector<Sha256Digest>& completed) {
    const std::vector<crypto::MerkleNode> nodes = crypto::MerkleNodesCompletedBy(index);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const absl::StatusOr<Sha256Digest> stored = ReadNode(store_, nodes[i]);
      if (!stored.ok()) {
        // Append() has named those of level 0.
        if (i > 0) NodeFlaw(index, stored.status().message());
        continue;
      }
      ++report_.nodes;
      if (*stored != completed[i]) {
        NodeFlaw(index,
                 absl::StrCat("audit log: node ", nodes[i].index, " of level ", nodes[i].level,
                              " is not the root of the leaves below it"));
      }
    }
  }

  void CheckFrontier(const StoredFrontier& stored) {
    if (is_known_ && stored.frontier.peaks() != frontier_.peaks()) {
      Flaw(size_, "audit log: the frontier is not that of the leaves");
    }
    if (stored.last_time_unix_micros != last_time_) {
      Flaw(size_, "audit log: the frontier's time is not that of the last leaf");
    }
  }

  void CheckNothingBeyond() {
    Visit(Family::kLog, schema::LogKey(size_), [this](absl::string_view key) {
      const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
      Flaw(size_, index.ok() ? absl::StrCat("audit log: leaf ", *index, " lies beyond its end")
                             : std::string(index.status().message()));
    });
  }

  void CheckNodeKeys() {
    Visit(Family::kNodes, "", [this](absl::string_view key) {
      const absl::StatusOr<schema::ParsedNodeKey> node = schema::ParseNodeKey(key);
      if (!node.ok()) return NodeFlaw(size_, node.status().message());
      // Complete: its last leaf is there.
      if (node->index < (size_ >> node->level)) return;
      NodeFlaw(size_, absl::StrCat("audit log: node ", node->index, " of level ", node->level,
                                   " lies beyond its end"));
    });
  }

  void CheckActs() {
    Visit(Family::kActs, "", [this](absl::string_view key) {
      const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
      if (!index.ok()) return Flaw(size_, "stored key of family acts: wrong length");
      const absl::StatusOr<LogRow> row = ReadLogRow(store_, *index);
      LogLeaf leaf;
      // A leaf that cannot be read was named.
      if (*index < size_ && (!row.ok() || !leaf.ParseFromString(row->leaf()))) return;
      if (*index < size_ && HasAct(leaf.event())) return;
      Flaw(*index, absl::StrCat("audit log: an act of custody is stored for leaf ", *index,
                                ", which is about none"));
    });
  }

  template <typename Visitor>
  void Visit(Family family, std::string begin, const Visitor& visit) {
    const absl::Status scanned =
        store_.Scan(family, {std::move(begin), ""}, [&](absl::string_view key, absl::string_view) {
          visit(key);
          return absl::OkStatus();
        });
    if (scanned.ok()) return;
    const std::string what = absl::StrCat("audit log: ", scanned.message());
    family == Family::kNodes ? NodeFlaw(size_, what) : Flaw(size_, what);
  }

  const RocksStore& store_;
  const LogCheckOptions& options_;
  LogCheckReport report_;
  uint64_t size_ = 0;
  MerkleFrontier frontier_;
  bool is_known_ = true;  // whether frontier_ is that of all leaves so far
  int64_t last_time_ = INT64_MIN;
};

}  // namespace

absl::StatusOr<LogCheckReport> CheckLog(const RocksStore& store, const LogCheckOptions& options) {
  if (options.vault_id.size() != schema::kVaultIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("vault id: ", options.vault_id.size(),
                                                   " bytes, want ", schema::kVaultIdBytes));
  }
  return LogCheck(store, options).Run();
}

}  // namespace tidemark::vault
