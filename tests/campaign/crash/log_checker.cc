#include "tests/campaign/crash/log_checker.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "proto/stored.pb.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::campaign {
namespace {

using tidemark::v1::TreeHeadBody;
using vault::schema::Family;

struct Log {
  std::vector<std::string> leaves;
  std::vector<std::string> roots;  // roots[n] is of the first n leaves
};

absl::StatusOr<Log> ReadLog(Session& session, Side side) {
  ASSIGN_OR_RETURN(const auto store, vault::RocksStore::Open(session.dir_of(side)));
  Log log;
  crypto::MerkleFrontier frontier;
  log.roots.emplace_back(crypto::MerkleEmptyRoot().bytes());
  RETURN_IF_ERROR(store->Scan(
      Family::kLog, {}, [&](absl::string_view key, absl::string_view value) -> absl::Status {
        if (key != vault::schema::LogKey(log.leaves.size())) {
          return absl::DataLossError(absl::StrCat("no leaf ", log.leaves.size()));
        }
        tidemark::v1::LogRow row;
        if (!row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return absl::DataLossError("a row of the log is not one");
        }
        frontier.Append(crypto::MerkleLeafHash(row.leaf()));
        log.leaves.push_back(row.leaf());
        log.roots.emplace_back(frontier.Root().bytes());
        ASSIGN_OR_RETURN(const TreeHeadBody head,
                         vault::VerifyTreeHead(row.tree_head(), session.receipt_key()));
        if (head.tree_size() != log.leaves.size() || head.root() != log.roots.back()) {
          return absl::DataLossError(absl::StrCat("tree head of leaf ", log.leaves.size() - 1));
        }
        return absl::OkStatus();
      }));
  return log;
}

bool IsBeginning(const Log& log, const TreeHeadBody& head) {
  return head.tree_size() < log.roots.size() && log.roots[head.tree_size()] == head.root();
}

bool ReceiptStandsInLog(const Log& log, const std::string& receipt) {
  tidemark::v1::Receipt message;
  tidemark::v1::ReceiptBody body;
  TreeHeadBody head;
  return message.ParseFromString(receipt) && body.ParseFromString(message.body()) &&
         head.ParseFromString(body.tree_head().body()) && IsBeginning(log, head) &&
         body.log_index() < log.leaves.size() && log.leaves[body.log_index()] == body.log_leaf();
}

bool ActStandsInLog(const Log& log, uint64_t index, tidemark::v1::LogEvent event,
                    const vault::DepositId& deposit) {
  tidemark::v1::LogLeaf leaf;
  if (index >= log.leaves.size() || !leaf.ParseFromString(log.leaves[index])) return false;
  const auto identity = vault::IdOf(leaf.identity());
  return leaf.event() == event && identity.ok() && *identity == deposit;
}

bool VerdictStandsInLog(const Log& log, const PromisedVerdict& verdict) {
  tidemark::v1::LogLeaf leaf;
  return verdict.log_index < log.leaves.size() &&
         leaf.ParseFromString(log.leaves[verdict.log_index]) &&
         leaf.event() == tidemark::v1::LOG_EVENT_VERDICT_APPENDED &&
         leaf.digest() == crypto::Blake2b(verdict.body).bytes();
}

}  // namespace

HeadsTally CheckLog(Session& session, Side side) {
  HeadsTally tally;
  const absl::StatusOr<Log> log = ReadLog(session, side);
  if (!log.ok()) {
    session.Breach(absl::StrCat("the log: ", log.status().ToString()));
    return tally;
  }
  for (const std::string& bytes : session.promises().heads) {
    TreeHeadBody head;
    ++tally.given;
    if (head.ParseFromString(bytes) && IsBeginning(*log, head)) {
      ++tally.honoured;
    } else {
      session.Breach(absl::StrCat("the log does not go on from the tree head of ", head.tree_size(),
                                  " leaves that was given"));
    }
  }
  for (const auto& [number, upload] : session.promises().uploads) {
    if (!upload.receipt.empty() && !ReceiptStandsInLog(*log, upload.receipt)) {
      session.Breach(absl::StrCat("upload ", number, ": its receipt's leaf is not in the log"));
    }
    if (upload.shredded_log_index != 0 &&
        !ActStandsInLog(*log, upload.shredded_log_index, tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED,
                        session.DepositOf(number))) {
      session.Breach(absl::StrCat("upload ", number, ": that it was shredded is not in the log"));
    }
    if (upload.held_log_index != 0 &&
        !ActStandsInLog(*log, upload.held_log_index, tidemark::v1::LOG_EVENT_HOLD_PLACED,
                        session.DepositOf(number))) {
      session.Breach(absl::StrCat("upload ", number, ": its hold is not in the log"));
    }
    for (const PromisedVerdict& verdict : upload.verdicts) {
      if (!VerdictStandsInLog(*log, verdict)) {
        session.Breach(
            absl::StrCat("upload ", number, ": verdict ", verdict.log_index, " is not in the log"));
      }
    }
  }
  return tally;
}

}  // namespace tidemark::campaign
