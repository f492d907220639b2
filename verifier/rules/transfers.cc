// Transfers: trnData against the object's statuses, and its dates against each other. RFC 9022
// sections 5.1.2.1.1 and 5.3.2.1.1, RFC 5731 and RFC 5733 section 3.2.4.
#include <optional>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

// trDate is when the object moved, acDate when somebody said so: clocks of two systems.
constexpr absl::Duration kApartMax = absl::Hours(24);

constexpr StatusSet kPendingTransfer = StatusBit("pendingTransfer");

class TransfersRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    Check(domain, subject);
  }
  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    Check(contact, subject);
  }

 private:
  template <typename Object>
  void Check(const Object& object, const Subject& subject) {
    const bool has_status = (j_.statuses & kPendingTransfer) != 0;
    if (!object.transfer.has_value()) {
      if (has_status) {
        j_.log.Raise(Code::kTransferContradicts, subject, "pendingTransfer, and no trnData");
      }
      return;
    }
    const rde::TransferData& transfer = *object.transfer;
    const bool pending = transfer.status == "pending";
    if (pending != has_status) {
      j_.log.Raise(Code::kTransferContradicts, subject,
                   pending ? "the transfer is pending, the object not pendingTransfer"
                           : "pendingTransfer, and the transfer has ended");
    }
    CheckDates(object, transfer, pending, subject);
    if (j_.rules().reads_closely) CheckClosely(object, transfer, pending, subject);
  }

  template <typename Object>
  void CheckClosely(const Object& object, const rde::TransferData& transfer, bool pending,
                    const Subject& subject) {
    const std::optional<absl::Time>& watermark = j_.watermark();
    const std::optional<absl::Time> deadline = transfer.acting_at.time;
    if (pending && deadline.has_value() && watermark.has_value() &&
        *deadline < *watermark - kApartMax) {
      j_.log.Raise(Code::kTransferContradicts, subject,
                   "the transfer is pending a day after its deadline (acDate)");
    }
    const std::optional<absl::Time> expiry = transfer.ex_date.time;
    if (expiry.has_value() && object.cr_date.time.has_value() && *expiry < *object.cr_date.time) {
      j_.log.Raise(Code::kDatesContradict, subject, "the transfer's exDate is before crDate");
    }
  }

  template <typename Object>
  void CheckDates(const Object& object, const rde::TransferData& transfer, bool pending,
                  const Subject& subject) {
    const std::optional<absl::Time> created = object.cr_date.time;
    const std::optional<absl::Time> requested = transfer.requested_at.time;
    const std::optional<absl::Time> acted = transfer.acting_at.time;
    if (requested.has_value() && acted.has_value() && *acted < *requested) {
      j_.log.Raise(Code::kDatesContradict, subject, "acDate is before reDate");
    }
    if (requested.has_value() && created.has_value() && *requested < *created) {
      j_.log.Raise(Code::kDatesContradict, subject, "reDate is before crDate");
    }
    if (absl::EndsWith(transfer.status, "Approved") && acted.has_value() &&
        object.tr_date.time.has_value() && *object.tr_date.time < *acted - kApartMax) {
      j_.log.Raise(Code::kDatesContradict, subject,
                   "the transfer was approved after the last one (trDate) ended");
    }
    CheckWatermark(transfer, pending, subject);
  }

  void CheckWatermark(const rde::TransferData& transfer, bool pending, const Subject& subject) {
    const std::optional<absl::Time>& watermark = j_.watermark();
    if (!watermark.has_value()) return;
    if (transfer.requested_at.time.has_value() && *transfer.requested_at.time > *watermark) {
      j_.log.Raise(Code::kDateAfterWatermark, subject, "reDate is after the watermark");
    }
    // Of a pending transfer it is the deadline, and rightly in the future.
    if (!pending && transfer.acting_at.time.has_value() && *transfer.acting_at.time > *watermark) {
      j_.log.Raise(Code::kDateAfterWatermark, subject, "acDate is after the watermark");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewTransfersRule(Judgement& judgement) {
  return Rule::New<TransfersRule>(judgement);
}

}  // namespace tidemark::verifier
