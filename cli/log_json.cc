#include "cli/log_json.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "crypto/digest.h"

namespace tidemark::cli {
namespace {

using tidemark::v1::CustodyAct;
using tidemark::v1::LogLeaf;
using tidemark::v1::StoredLeaf;

// Others' words, without what would move a terminal's cursor.
std::string Shown(const std::string& text) { return absl::Utf8SafeCHexEscape(text); }

Json HoldJson(const CustodyAct::Hold& hold) {
  return {{"case", hold.case_id()}, {"reason", hold.reason()}, {"ordered_by", hold.ordered_by()}};
}

Json JsonOf(const CustodyAct& act) {
  switch (act.act_case()) {
    case CustodyAct::kHoldPlaced:
      return HoldJson(act.hold_placed());
    case CustodyAct::kHoldLifted:
      return HoldJson(act.hold_lifted());
    case CustodyAct::kShredded:
      return {{"policy", act.shredded().policy()},
              {"manifest_digest", base::HexEncode(act.shredded().manifest_digest())},
              {"frames_freed", act.shredded().frames_freed()},
              {"bytes_freed", act.shredded().bytes_freed()}};
    case CustodyAct::kErased:
      return {{"where",
               act.erased().where() == CustodyAct::Erased::WHERE_REPLICA ? "replica" : "primary"},
              {"shredded_log_index", act.erased().shredded_log_index()},
              {"detail", act.erased().detail()}};
    default:
      return nullptr;
  }
}

// Null if there is none, or if it is not the one that the leaf is about.
Json ActJson(const StoredLeaf& stored, const LogLeaf& leaf) {
  CustodyAct act;
  if (stored.act().empty() || crypto::Blake2b(stored.act()).bytes() != leaf.digest() ||
      !act.ParseFromString(stored.act())) {
    return nullptr;
  }
  return JsonOf(act);
}

// One line of what was done, and in whose name.
std::string ActText(const CustodyAct& act) {
  switch (act.act_case()) {
    case CustodyAct::kHoldPlaced:
    case CustodyAct::kHoldLifted: {
      const CustodyAct::Hold& hold = act.has_hold_placed() ? act.hold_placed() : act.hold_lifted();
      return absl::StrCat("case ", Shown(hold.case_id()), ", ", Shown(hold.reason()),
                          "; ordered by ", Shown(hold.ordered_by()));
    }
    case CustodyAct::kShredded:
      return absl::StrCat(Shown(act.shredded().policy()), "; ", act.shredded().frames_freed(),
                          " frames went with it");
    case CustodyAct::kErased:
      return absl::StrCat("gone from the ",
                          act.erased().where() == CustodyAct::Erased::WHERE_REPLICA
                              ? absl::StrCat("second copy, says ", Shown(act.erased().detail()))
                              : "primary",
                          "; of log entry ", act.erased().shredded_log_index());
    default:
      return "an act that this program does not know";
  }
}

Json LeafFields(const LogLeaf& leaf) {
  return {{"event", std::string(EventName(leaf.event()))},
          {"time", TimeFromMicros(leaf.time_unix_micros())},
          {"deposit", leaf.has_identity() ? Json(IdText(leaf.identity())) : Json(nullptr)},
          {"digest", base::HexEncode(leaf.digest())}};
}

}  // namespace

absl::string_view EventName(tidemark::v1::LogEvent event) {
  switch (event) {
    case tidemark::v1::LOG_EVENT_VAULT_CREATED:
      return "vault created";
    case tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED:
      return "deposit committed";
    case tidemark::v1::LOG_EVENT_VERDICT_APPENDED:
      return "verdict appended";
    case tidemark::v1::LOG_EVENT_HOLD_PLACED:
      return "hold placed";
    case tidemark::v1::LOG_EVENT_HOLD_LIFTED:
      return "hold lifted";
    case tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED:
      return "deposit shredded";
    case tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED:
      return "erasure confirmed";
    default:
      return "unknown";
  }
}

Json HeadJson(const vault::VerifiedHead& head) {
  return {{"vault_id", base::HexEncode(head.vault_id)},
          {"tree_size", head.tree.size},
          {"root", head.tree.root.ToHex()},
          {"time", TimeFromMicros(head.time_unix_micros)}};
}

std::string HeadLines(const vault::VerifiedHead& head) {
  return absl::StrCat("  leaves       ", head.tree.size, ", the last of ",
                      TimeFromMicros(head.time_unix_micros), "\n  root         ",
                      head.tree.root.ToHex(), "\n  vault        ", base::HexEncode(head.vault_id),
                      "\n");
}

Json ProofJson(const vault::VerifiedLogProof& proof) {
  Json json = {{"log_index", proof.log_index}};
  json.update(LeafFields(proof.leaf));
  json["act"] = proof.act.has_value() ? JsonOf(*proof.act) : Json(nullptr);
  json["tree_head"] = HeadJson(proof.head);
  json["since"] = proof.since.has_value() ? HeadJson(*proof.since) : Json(nullptr);
  return json;
}

std::string ProofLines(const vault::VerifiedLogProof& proof) {
  std::string lines =
      absl::StrCat("  log entry    ", proof.log_index, ", ", EventName(proof.leaf.event()), ", ",
                   TimeFromMicros(proof.leaf.time_unix_micros()), "\n");
  if (proof.leaf.has_identity()) {
    absl::StrAppend(&lines, "  deposit      ", IdText(proof.leaf.identity()), "\n");
  }
  if (proof.act.has_value()) absl::StrAppend(&lines, "  act          ", ActText(*proof.act), "\n");
  return absl::StrCat(lines, "  digest       ", base::HexEncode(proof.leaf.digest()), "\n",
                      HeadLines(proof.head));
}

Json LeafJson(const StoredLeaf& stored) {
  Json json = {{"log_index", stored.log_index()}};
  LogLeaf leaf;
  if (!leaf.ParseFromString(stored.leaf())) {
    json["event"] = nullptr;
    return json;
  }
  json.update(LeafFields(leaf));
  json["act"] = ActJson(stored, leaf);
  return json;
}

std::string LeafLine(const StoredLeaf& stored) {
  LogLeaf leaf;
  if (!leaf.ParseFromString(stored.leaf())) {
    return absl::StrCat(stored.log_index(), "  not one");
  }
  return absl::StrCat(stored.log_index(), "  ", TimeFromMicros(leaf.time_unix_micros()), "  ",
                      EventName(leaf.event()),
                      leaf.has_identity() ? absl::StrCat("  ", IdText(leaf.identity())) : "");
}

absl::StatusOr<std::string> DeletionText(const StoredLeaf& stored,
                                         const tidemark::v1::ReceiptBody& receipt) {
  LogLeaf leaf;
  CustodyAct act;
  if (!leaf.ParseFromString(stored.leaf()) ||
      leaf.event() != tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED ||
      IdText(leaf.identity()) != IdText(receipt.identity()) ||
      crypto::Blake2b(stored.act()).bytes() != leaf.digest() ||
      !act.ParseFromString(stored.act()) ||
      act.shredded().manifest_digest() != receipt.manifest_digest()) {
    return absl::DataLossError(absl::StrCat("log entry ", stored.log_index(),
                                            " does not say that this deposit was deleted"));
  }
  return absl::StrCat("shredded on ", TimeFromMicros(leaf.time_unix_micros()),
                      " because its time was over: ", Shown(act.shredded().policy()),
                      " (log entry ", stored.log_index(), ")");
}

}  // namespace tidemark::cli
