// Dates against the watermark and against each other: RST rde-07, RFC 9022 section 5.
#include <initializer_list>
#include <optional>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

// Ten years with three leap days, and a day for time zones.
constexpr absl::Duration kTermMax = absl::Hours(24 * (10 * 365 + 3 + 1));

constexpr StatusSet kPendingCreate = StatusBit("pendingCreate");
constexpr StatusSet kPendingDelete = StatusBit("pendingDelete");

bool HasNoOffset(absl::string_view text) {
  return absl::EndsWith(text, "+00:00") || absl::EndsWith(text, "-00:00");
}

class DatesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    // "if and only if the domain name has been allocated", RFC 9022 section 5.1.2.1.
    const bool allocated =
        j_.rules().pending_create_has_dates || (j_.statuses & kPendingCreate) == 0;
    CheckCreation(domain.cr_date, subject, allocated);
    CheckExpiry(domain, subject, allocated);
    CheckChange(domain.cr_date, domain.up_date, "upDate", subject);
    CheckChange(domain.cr_date, domain.tr_date, "trDate", subject);
    if (domain.cr_date.time.has_value() && domain.ex_date.time.has_value() &&
        *domain.ex_date.time < *domain.cr_date.time) {
      j_.log.Raise(Code::kDatesContradict, subject, "exDate is before crDate");
    }
    CheckTerm(domain, subject);
    CheckUtc({&domain.cr_date, &domain.ex_date, &domain.up_date, &domain.tr_date}, domain.transfer,
             subject);
  }

  void OnHost(const rde::Host& host, const Subject& subject) override {
    CheckChange(host.cr_date, host.up_date, "upDate", subject);
    CheckChange(host.cr_date, host.tr_date, "trDate", subject);
    CheckCreated(host.cr_date, subject);
    CheckUtc({&host.cr_date, &host.up_date, &host.tr_date}, std::nullopt, subject);
  }

  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    CheckChange(contact.cr_date, contact.up_date, "upDate", subject);
    CheckChange(contact.cr_date, contact.tr_date, "trDate", subject);
    CheckCreated(contact.cr_date, subject);
    CheckUtc({&contact.cr_date, &contact.up_date, &contact.tr_date}, contact.transfer, subject);
  }

  void OnRegistrar(const rde::Registrar& registrar, const Subject& subject) override {
    CheckChange(registrar.cr_date, registrar.up_date, "upDate", subject);
    CheckCreated(registrar.cr_date, subject);
    CheckUtc({&registrar.cr_date, &registrar.up_date}, std::nullopt, subject);
  }

  void OnNndn(const rde::Nndn& nndn, const Subject& subject) override {
    if (j_.rules().reads_closely) CheckCreated(nndn.cr_date, subject);
    CheckUtc({&nndn.cr_date}, std::nullopt, subject);
  }

  void Finish() override { CheckUtc({&j_.deposit->watermark}, std::nullopt, AboutDeposit(j_)); }

 private:
  void CheckCreation(const rde::DateTime& date, const Subject& subject, bool required) {
    const auto& watermark = j_.watermark();
    if (!date.present()) {
      if (required) j_.log.Raise(Code::kDomainHasMissingCrdate, subject, "no crDate");
    } else if (!date.time.has_value()) {
      j_.log.Raise(Code::kDomainHasInvalidCrdate, subject, "crDate is not a date");
    } else if (watermark.has_value() &&
               (*date.time > *watermark ||
                (j_.rules().watermark_excluded && *date.time == *watermark))) {
      j_.log.Raise(Code::kDomainHasInvalidCrdate, subject, "crDate ", Printable(date.text),
                   " is not before the watermark");
    }
  }

  void CheckExpiry(const rde::Domain& domain, const Subject& subject, bool required) {
    const rde::DateTime& date = domain.ex_date;
    const auto& watermark = j_.watermark();
    if (!date.present()) {
      if (required) j_.log.Raise(Code::kDomainHasMissingExdate, subject, "no exDate");
    } else if (!date.time.has_value()) {
      j_.log.Raise(Code::kDomainHasInvalidExdate, subject, "exDate is not a date");
    } else if (watermark.has_value() && (j_.statuses & kPendingDelete) == 0 &&
               (*date.time < *watermark ||
                (j_.rules().watermark_excluded && *date.time == *watermark))) {
      j_.log.Raise(Code::kDomainHasInvalidExdate, subject, "exDate ", Printable(date.text),
                   " is not after the watermark, and the domain is not pendingDelete");
    }
  }

  // "terms not to exceed ten years": Registry Agreement, section 2.10.
  void CheckTerm(const rde::Domain& domain, const Subject& subject) {
    const auto& watermark = j_.watermark();
    if (!j_.rules().terms_limited || !watermark.has_value()) return;
    if (!domain.ex_date.time.has_value()) return;
    if (*domain.ex_date.time <= *watermark + kTermMax) return;
    j_.log.Raise(Code::kExdateTooFar, subject, "exDate ", Printable(domain.ex_date.text),
                 " is more than ten years after the watermark");
  }

  // A date of change: not after the watermark, not before creation.
  void CheckChange(const rde::DateTime& created, const rde::DateTime& changed,
                   absl::string_view element, const Subject& subject) {
    if (!changed.time.has_value()) return;
    const auto& watermark = j_.watermark();
    if (watermark.has_value() && *changed.time > *watermark) {
      j_.log.Raise(Code::kDateAfterWatermark, subject, element, " ", Printable(changed.text),
                   " is after the watermark");
    }
    if (created.time.has_value() && *changed.time < *created.time) {
      j_.log.Raise(Code::kDatesContradict, subject, element, " is before crDate");
    }
  }

  // What is no date at all has a code of its own.
  void CheckUtc(std::initializer_list<const rde::DateTime*> dates,
                const std::optional<rde::TransferData>& transfer, const Subject& subject) {
    const rde::DateTime* other = nullptr;
    // RFC 9022 section 4.1 wants no offset, RFC 8909 section 4.1 a Z as well.
    const auto look = [this, &other](const rde::DateTime& date) {
      if (other != nullptr || !date.time.has_value() || date.text.back() == 'Z') return;
      if (!j_.rules().reads_closely && HasNoOffset(date.text)) return;
      other = &date;
    };
    for (const rde::DateTime* const date : dates) look(*date);
    if (transfer.has_value()) {
      for (const rde::DateTime* const date :
           {&transfer->requested_at, &transfer->acting_at, &transfer->ex_date}) {
        look(*date);
      }
    }
    if (other == nullptr) return;
    j_.log.Raise(Code::kDateNotUtc, subject, Printable(other->text),
                 HasNoOffset(other->text) ? " is not written with a Z" : " is not in UTC");
  }

  // Creation of what RST has no date rule for.
  void CheckCreated(const rde::DateTime& created, const Subject& subject) {
    const auto& watermark = j_.watermark();
    if (created.time.has_value() && watermark.has_value() && *created.time > *watermark) {
      j_.log.Raise(Code::kDateAfterWatermark, subject, "crDate ", Printable(created.text),
                   " is after the watermark");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewDatesRule(Judgement& judgement) { return Rule::New<DatesRule>(judgement); }

}  // namespace tidemark::verifier
