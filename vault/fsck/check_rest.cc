// The small families: meta, verdicts, acts, holds, and what the scrub remembers.
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::ActRow;
using tidemark::v1::CustodyAct;
using tidemark::v1::DamageRow;
using tidemark::v1::HoldRow;
using tidemark::v1::LogEvent;
using tidemark::v1::ScrubRow;
using tidemark::v1::VerdictBody;
using tidemark::v1::VerdictRow;

constexpr uint32_t kFormat = 1;
constexpr size_t kVerifyKeyBytes = 32;

template <typename Message>
bool Parse(absl::string_view value, Message& message) {
  return message.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

LogEvent EventOf(const CustodyAct& act) {
  switch (act.act_case()) {
    case CustodyAct::kHoldPlaced:
      return tidemark::v1::LOG_EVENT_HOLD_PLACED;
    case CustodyAct::kHoldLifted:
      return tidemark::v1::LOG_EVENT_HOLD_LIFTED;
    case CustodyAct::kShredded:
      return tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED;
    case CustodyAct::kErased:
      return tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED;
    case CustodyAct::ACT_NOT_SET:
      break;
  }
  return tidemark::v1::LOG_EVENT_UNSPECIFIED;
}

void CheckVerdict(StoreCheck& check, absl::string_view key, absl::string_view value) {
  const absl::StatusOr<schema::ParsedVerdictKey> parsed = schema::ParseVerdictKey(key);
  if (!parsed.ok()) {
    check.Add(absl::StrCat("key ", HexOf(key)), std::string(parsed.status().message()));
    return;
  }
  const std::string id = parsed->deposit.ToString();
  const std::string where = absl::StrCat("verdict ", parsed->number, " of ", id);
  const auto known = check.deposits.find(id);
  VerdictRow row;
  VerdictBody body;
  if (!Parse(value, row) || row.format() != kFormat ||
      !body.ParseFromString(row.verdict().body())) {
    check.Add(where, "not a verdict's row", id);
    return;
  }
  if (known == check.deposits.end()) {
    check.Add(where, "there is no catalogue row for it that can be read", id);
    return;
  }
  DepositKnown& deposit = known->second;
  if (parsed->number != deposit.verdicts) {
    check.Add(where, absl::StrCat("verdict ", deposit.verdicts, " is missing"), id);
  }
  deposit.verdicts = parsed->number + 1;
  deposit.latest_verdict = body.outcome();
  const absl::StatusOr<DepositId> body_id = IdOf(body.identity());
  if (!body_id.ok() || *body_id != parsed->deposit || body.vault_id() != check.vault_id ||
      body.manifest_digest() != deposit.row.manifest_digest()) {
    check.Add(where, "it is about something else", id);
  }
  if (check.options.verdict_key.has_value() &&
      !check.options.verdict_key
           ->Verify(crypto::SignaturePurpose::kVerdict, row.verdict().body(),
                    row.verdict().signature())
           .ok()) {
    check.Add(where, "not signed by the agent's verdict key", id);
  }
  check.leaves[row.log_index()] = {tidemark::v1::LOG_EVENT_VERDICT_APPENDED, id,
                                   std::string(crypto::Blake2b(row.verdict().body()).bytes()), ""};
}

// The holds that acts say are in force: where each was placed.
using Holds = std::map<std::pair<std::string, std::string>, uint64_t>;  // by deposit and case

std::string HoldName(const std::string& deposit, absl::string_view case_id) {
  return absl::StrCat("hold of case ", absl::CHexEscape(case_id), " on ", deposit);
}

void FollowHold(StoreCheck& check, uint64_t index, const std::string& deposit,
                const CustodyAct& act, Holds& holds) {
  if (act.has_hold_placed()) {
    const std::string& case_id = act.hold_placed().case_id();
    if (holds.emplace(std::pair(deposit, case_id), index).second) return;
    check.Add(absl::StrCat("act ", index),
              absl::StrCat("it places the ", HoldName(deposit, case_id), ", which is in force"),
              deposit);
  } else if (act.has_hold_lifted()) {
    const std::string& case_id = act.hold_lifted().case_id();
    if (holds.erase({deposit, case_id}) > 0) return;
    check.Add(absl::StrCat("act ", index),
              absl::StrCat("it lifts the ", HoldName(deposit, case_id), ", which no act placed"),
              deposit);
  }
}

void CheckAct(StoreCheck& check, absl::string_view key, absl::string_view value, Holds& holds) {
  const absl::StatusOr<uint64_t> index = schema::ParseLogKey(key);
  ActRow row;
  CustodyAct act;
  if (!index.ok()) {
    check.Add(absl::StrCat("key ", HexOf(key), " of family acts"), "no index of the log");
    return;
  }
  const std::string where = absl::StrCat("act ", *index);
  if (!Parse(value, row) || row.format() != kFormat || !act.ParseFromString(row.act()) ||
      act.act_case() == CustodyAct::ACT_NOT_SET) {
    check.Add(where, "not an act's row");
    return;
  }
  const absl::StatusOr<DepositId> id = IdOf(act.identity());
  if (!id.ok() || act.vault_id() != check.vault_id) {
    check.Add(where, "it is about no deposit of this vault");
    return;
  }
  const std::string deposit = id->ToString();
  if (!check.deposits.contains(deposit)) {
    check.Add(where, "there is no catalogue row for it that can be read", deposit);
  }
  FollowHold(check, *index, deposit, act, holds);
  check.leaves[*index] = {EventOf(act), deposit,
                          std::string(crypto::Blake2b(row.act()).bytes()), ""};
}

// Takes what it finds out of `holds`.
void CheckHold(StoreCheck& check, absl::string_view key, absl::string_view value, Holds& holds) {
  const absl::StatusOr<schema::ParsedHoldKey> parsed = schema::ParseHoldKey(key);
  HoldRow row;
  if (!parsed.ok() || !Parse(value, row) || row.format() != kFormat) {
    check.Add(absl::StrCat("hold ", HexOf(key)), "not a hold's row");
    return;
  }
  const std::string deposit = parsed->deposit.ToString();
  const std::string where = HoldName(deposit, parsed->case_id);
  const auto hold = holds.find({deposit, parsed->case_id});
  if (hold == holds.end() || hold->second != row.placed_log_index()) {
    check.Add(where, absl::StrCat("act ", row.placed_log_index(), " did not place it, or it was "
                                  "lifted"), deposit);
  }
  if (hold != holds.end()) holds.erase(hold);
}

}  // namespace

absl::Status CheckMeta(StoreCheck& check) {
  bool has_format = false;
  RETURN_IF_ERROR(check.Scan(
      Family::kMeta, {}, [&](absl::string_view key, absl::string_view value) {
        if (key == schema::kFormatKey) {
          has_format = true;
          const absl::StatusOr<uint32_t> format = schema::ParseFormatValue(value);
          if (!format.ok() || *format != schema::kSchemaFormat) {
            check.Add("meta format", "not the format that this program knows, or not one");
          }
        } else if (key == schema::kVaultIdKey) {
          check.vault_id = std::string(value);
          if (value.size() != schema::kVaultIdBytes) check.Add("meta vault-id", "not an id");
        } else if (key == schema::kReplicaOfKey) {
          // A second copy: its log is of this key, which its configuration names.
          const std::optional<crypto::VerifyKey>& receipt_key = check.options.receipt_key;
          if (value.size() != kVerifyKeyBytes ||
              (receipt_key.has_value() && value != receipt_key->bytes())) {
            check.Add("meta replica-of", "not the agent's receipt key");
          }
        } else if (key == schema::kContradictingHeadKey) {
          tidemark::v1::SignedTreeHead head;
          if (!Parse(value, head)) check.Add("meta contradicting-head", "not a tree head");
          check.report.remarks.push_back(
              "this second copy keeps a head of a primary that contradicts it (docs/runbook.md)");
        } else if (key == schema::kRefusedShreddingKey) {
          tidemark::v1::RefusedLeafRow refused;
          if (!Parse(value, refused)) check.Add("meta refused-shredding", "not a refused leaf");
          check.report.remarks.push_back(absl::StrCat(
              "this second copy refused leaf ", refused.log_index(),
              " of its primary, which deletes what must be kept (docs/runbook.md)"));
        } else if (key == schema::kDecidedLeafKey) {
          tidemark::v1::DecidedLeafRow decided;
          if (!Parse(value, decided) || !decided.has_refused()) {
            check.Add("meta decided-leaf", "not a leaf that was decided about");
          }
        } else if (key == schema::kNumberAllowedKey) {
          // An earlier program's; nothing reads it.
        } else if (key.substr(0, schema::kRemovingPrefix.size()) == schema::kRemovingPrefix &&
                   schema::ParseRemovingKey(key).ok()) {
          // Retention has marked frames of this pack and not yet compacted over them.
        } else if (key != schema::kFrontierKey) {
          check.Add(absl::StrCat("key ", HexOf(key), " of family meta"), "nothing writes this");
        }
      }));
  if (!has_format) check.Add("meta format", "missing");
  if (check.vault_id.empty()) check.Add("meta vault-id", "missing");
  const std::string& expected = check.options.vault_id;
  if (!check.vault_id.empty() && !expected.empty() && check.vault_id != expected) {
    check.Add("meta vault-id", "not that of the agent's configuration");
  }
  return absl::OkStatus();
}

absl::Status CheckVerdicts(StoreCheck& check) {
  RETURN_IF_ERROR(check.Scan(Family::kVerdicts, {},
                             [&check](absl::string_view key, absl::string_view value) {
                               CheckVerdict(check, key, value);
                             }));
  for (const auto& [id, deposit] : check.deposits) {
    if (deposit.verdicts != deposit.row.verdicts() ||
        deposit.latest_verdict != deposit.row.latest_verdict()) {
      check.Add(absl::StrCat("verdicts of ", id),
                absl::StrCat("there are ", deposit.verdicts, ", and the catalogue counts ",
                             deposit.row.verdicts(), " or has another as the latest"),
                id);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckActsAndHolds(StoreCheck& check) {
  Holds holds;
  RETURN_IF_ERROR(check.Scan(Family::kActs, {},
                             [&](absl::string_view key, absl::string_view value) {
                               CheckAct(check, key, value, holds);
                             }));
  RETURN_IF_ERROR(check.Scan(
      Family::kHolds, {}, [&](absl::string_view key, absl::string_view value) {
        CheckHold(check, key, value, holds);
      }));
  for (const auto& [name, index] : holds) {
    check.Add(HoldName(name.first, name.second),
              absl::StrCat("missing: act ", index, " placed it and none lifted it; retention may "
                           "delete the deposit"),
              name.first);
  }
  return absl::OkStatus();
}

absl::Status CheckScrubRows(StoreCheck& check) {
  uint64_t known = 0;
  uint64_t records = 0;
  RETURN_IF_ERROR(check.Scan(
      Family::kScrub, {}, [&](absl::string_view key, absl::string_view value) {
        if (key == schema::kScrubStateKey) {
          ScrubRow row;
          if (!Parse(value, row) || row.format() != kFormat) {
            check.Add("scrub state", "not one; the scrub begins its cycle anew");
          }
          return;
        }
        DamageRow row;
        const bool is_record = schema::ParseRecordDamageKey(key).ok();
        if ((!is_record && !schema::ParseDamageKey(key).ok()) || !Parse(value, row) ||
            row.format() != kFormat) {
          check.Add(absl::StrCat("key ", HexOf(key), " of family scrub"), "nothing writes this");
          return;
        }
        ++(is_record ? records : known);
      }));
  if (known > 0) {
    check.report.remarks.push_back(
        absl::StrCat("the scrub has found ", known, " damaged pieces, not mended by then"));
  }
  if (records > 0) {
    check.report.remarks.push_back(absl::StrCat("the scrub has found ", records, " stretches of "
                                                "other rows that could not be read by then"));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
