// Holds: placed and lifted, each with its leaf.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/stored.pb.h"
#include "vault/retention/retention_impl.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {
namespace {

using schema::Family;

constexpr uint32_t kFormat = 1;

absl::Status CheckOrder(const HoldOrder& order) {
  const bool is_case = !order.case_id.empty() && order.case_id.size() <= base::kHoldCaseBytesMax &&
                       std::all_of(order.case_id.begin(), order.case_id.end(), [](char c) {
                         return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
                                c == '_' || c == '-';
                       });
  if (!is_case) {
    return absl::InvalidArgumentError(absl::StrCat("case: want 1 to ", base::kHoldCaseBytesMax,
                                                   " characters of A-Z a-z 0-9 . _ -"));
  }
  const bool is_text = std::none_of(order.reason.begin(), order.reason.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  if (order.reason.empty() || order.reason.size() > base::kHoldReasonBytesMax || !is_text) {
    return absl::InvalidArgumentError(
        absl::StrCat("reason: want one line of 1 to ", base::kHoldReasonBytesMax,
                     " bytes, for whoever asks later why this was done"));
  }
  return absl::OkStatus();
}

LoggedAct MakeAct(const HoldOrder& order, tidemark::v1::LogEvent event) {
  LoggedAct logged = {event, order.deposit, {}};
  tidemark::v1::CustodyAct::Hold& hold = event == tidemark::v1::LOG_EVENT_HOLD_PLACED
                                             ? *logged.act.mutable_hold_placed()
                                             : *logged.act.mutable_hold_lifted();
  hold.set_case_id(order.case_id);
  hold.set_reason(order.reason);
  hold.set_ordered_by(order.ordered_by);
  return logged;
}

// The catalogue row, if a hold can be on the deposit.
absl::Status CheckHeld(const RocksStore& store, const DepositId& deposit) {
  const absl::StatusOr<tidemark::v1::CatalogueRow> row = ReadRow(store, deposit);
  if (absl::IsNotFound(row.status())) {
    return absl::NotFoundError(absl::StrCat("there is no deposit ", deposit.ToString()));
  }
  RETURN_IF_ERROR(row.status());
  if (row->shredded_log_index() == 0) return absl::OkStatus();
  const absl::Status shredded = ShreddedError(store, deposit, *row);
  if (!absl::IsNotFound(shredded)) return shredded;
  return absl::FailedPreconditionError(shredded.message());
}

absl::StatusOr<bool> HasHold(const RocksStore& store, const HoldOrder& order) {
  const absl::StatusOr<std::string> row =
      store.Get(Family::kHolds, schema::HoldKey(order.deposit, order.case_id));
  if (absl::IsNotFound(row.status())) return false;
  RETURN_IF_ERROR(row.status());
  return true;
}

absl::StatusOr<size_t> CountHolds(const RocksStore& store, const DepositId& deposit) {
  size_t holds = 0;
  RETURN_IF_ERROR(store.Scan(Family::kHolds, schema::HoldsOf(deposit),
                             [&holds](absl::string_view, absl::string_view) {
                               ++holds;
                               return absl::OkStatus();
                             }));
  return holds;
}

}  // namespace

absl::StatusOr<uint64_t> RetentionImpl::PlaceHold(const HoldOrder& order) {
  RETURN_IF_ERROR(CheckOrder(order));
  return books_.Record([&](uint64_t log_index, StoreBatch& batch) -> absl::StatusOr<LoggedAct> {
    RETURN_IF_ERROR(CheckHeld(store_, order.deposit));
    ASSIGN_OR_RETURN(const bool has_hold, HasHold(store_, order));
    if (has_hold) {
      return absl::AlreadyExistsError(
          absl::StrCat("case ", order.case_id, " has a hold on ", order.deposit.ToString()));
    }
    ASSIGN_OR_RETURN(const size_t holds, CountHolds(store_, order.deposit));
    if (holds >= base::kHoldsPerDepositMax) {
      return absl::ResourceExhaustedError(absl::StrCat(order.deposit.ToString(), " has ", holds,
                                                       " holds, the limit; one is enough to keep "
                                                       "it: lift those that are over"));
    }
    tidemark::v1::HoldRow row;
    row.set_format(kFormat);
    row.set_placed_log_index(log_index);
    batch.Put(Family::kHolds, schema::HoldKey(order.deposit, order.case_id),
              row.SerializeAsString());
    return MakeAct(order, tidemark::v1::LOG_EVENT_HOLD_PLACED);
  });
}

absl::StatusOr<uint64_t> RetentionImpl::LiftHold(const HoldOrder& order) {
  RETURN_IF_ERROR(CheckOrder(order));
  return books_.Record([&](uint64_t, StoreBatch& batch) -> absl::StatusOr<LoggedAct> {
    RETURN_IF_ERROR(CheckHeld(store_, order.deposit));
    ASSIGN_OR_RETURN(const bool has_hold, HasHold(store_, order));
    if (!has_hold) {
      return absl::NotFoundError(absl::StrCat("case ", order.case_id, " has no hold on ",
                                              order.deposit.ToString(),
                                              "; tidemark retention plan lists those in force"));
    }
    batch.Delete(Family::kHolds, schema::HoldKey(order.deposit, order.case_id));
    return MakeAct(order, tidemark::v1::LOG_EVENT_HOLD_LIFTED);
  });
}

}  // namespace tidemark::vault::retention
