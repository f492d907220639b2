#include "tools/generator/generator.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/writer.h"
#include "tools/generator/census.h"
#include "tools/generator/differential.h"
#include "tools/generator/model.h"
#include "tools/generator/objects.h"
#include "tools/generator/zone.h"

namespace tidemark::generator {
namespace {

// Objects between two calls of OnProgress.
constexpr uint64_t kProgressStep = 10'000;
// Room for the longest label and "ns1." in front of the TLD.
constexpr size_t kTldBytesMax = 128;

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

// Writes all objects in the order in which they refer to one another.
class DepositRun {
 public:
  DepositRun(const Model& model, const Census& census, base::ByteSink& sink,
             const OnProgress& on_progress)
      : model_(model),
        census_(census),
        objects_(model, census),
        writer_(sink),
        on_progress_(on_progress),
        header_(objects_.Header()) {
    for (const rde::HeaderCount& count : header_.counts) {
      total_ += static_cast<uint64_t>(*count.value);
    }
  }

  absl::Status Run() {
    RETURN_IF_ERROR(writer_.Begin(objects_.DepositInfo()));
    RETURN_IF_ERROR(writer_.Write(header_));
    RETURN_IF_ERROR(WriteRegistrarsAndTables());
    if (model_.options().host_model == HostModel::kObjects) RETURN_IF_ERROR(WriteHosts());
    if (model_.options().data_model == DataModel::kMaximum) RETURN_IF_ERROR(WriteContacts());
    RETURN_IF_ERROR(WriteDomains());
    RETURN_IF_ERROR(WriteNndns());
    RETURN_IF_ERROR(Write(rde::Record(objects_.EppParams())));
    for (rde::Policy& policy : objects_.Policies()) {
      RETURN_IF_ERROR(Write(rde::Record(std::move(policy))));
    }
    CHECK(done_ == total_);
    return writer_.Close();
  }

  const rde::Header& header() const { return header_; }

 private:
  absl::Status Write(const rde::Record& record) {
    if (++done_ % kProgressStep == 0 && on_progress_) on_progress_(done_, total_);
    return writer_.Write(record);
  }

  absl::Status WriteRegistrarsAndTables() {
    rde::Record record = rde::Registrar();
    for (uint32_t number = 0; number < model_.registrars(); ++number) {
      objects_.MakeRegistrar(number, std::get<rde::Registrar>(record));
      RETURN_IF_ERROR(Write(record));
    }
    for (rde::IdnTableRef& table : objects_.IdnTables()) {
      RETURN_IF_ERROR(Write(rde::Record(std::move(table))));
    }
    return absl::OkStatus();
  }

  absl::Status WriteHosts() {
    rde::Record record = rde::Host();
    rde::Host& host = std::get<rde::Host>(record);
    for (uint64_t number = 0; number < model_.external_host_numbers(); ++number) {
      objects_.MakeHost({false, number}, host);
      RETURN_IF_ERROR(Write(record));
    }
    for (uint64_t number = 0; number < model_.in_zone_host_numbers(); ++number) {
      if (!model_.OwnsHosts(number / kOwnedHosts)) continue;
      objects_.MakeHost({true, number}, host);
      RETURN_IF_ERROR(Write(record));
    }
    return absl::OkStatus();
  }

  absl::Status WriteContacts() {
    rde::Record record = rde::Contact();
    for (uint64_t number = 0; number < model_.contact_numbers(); ++number) {
      if (!census_.contact_exists[number]) continue;
      objects_.MakeContact(number, std::get<rde::Contact>(record));
      RETURN_IF_ERROR(Write(record));
    }
    return absl::OkStatus();
  }

  absl::Status WriteDomains() {
    rde::Record record = rde::Domain();
    for (uint64_t number = 0; number < model_.domain_numbers(); ++number) {
      if (!model_.Exists(number)) continue;
      objects_.MakeDomain(model_.PlanDomain(number), std::get<rde::Domain>(record));
      RETURN_IF_ERROR(Write(record));
    }
    return absl::OkStatus();
  }

  absl::Status WriteNndns() {
    rde::Record record = rde::Nndn();
    rde::Nndn& nndn = std::get<rde::Nndn>(record);
    for (const char* label : kReservedLabels) {
      objects_.MakeReserved(label, nndn);
      RETURN_IF_ERROR(Write(record));
    }
    for (uint64_t number = 0; number < model_.domain_numbers(); ++number) {
      if (!model_.Exists(number)) continue;
      const DomainPlan plan = model_.PlanDomain(number);
      if (plan.script != Script::kChinese || plan.variant != 0) continue;
      for (int variant = 1; variant <= 3; ++variant) {
        if (model_.VariantIsDomain(number, variant)) continue;
        objects_.MakeVariant(plan, variant, nndn);
        RETURN_IF_ERROR(Write(record));
      }
    }
    return absl::OkStatus();
  }

  const Model& model_;
  const Census& census_;
  Objects objects_;
  rde::XmlWriter writer_;
  const OnProgress& on_progress_;
  const rde::Header header_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

absl::Status Validate(const GeneratorOptions& options) {
  if (options.tld.size() > kTldBytesMax) return absl::InvalidArgumentError("the TLD is too long");
  for (absl::string_view label : absl::StrSplit(options.tld, '.')) {
    if (!IsLabel(label)) {
      return absl::InvalidArgumentError("the TLD is not a lower-case A-label or name");
    }
  }
  if (options.domains < 1 || options.domains > kDomainsMax) {
    return absl::InvalidArgumentError(absl::StrCat("domains: want 1 to ", kDomainsMax));
  }
  if (options.night < 0 || options.night > kNightMax) {
    return absl::InvalidArgumentError(absl::StrCat("night: want 0 to ", kNightMax));
  }
  if (options.kind != DepositKind::kFull && options.night == 0) {
    return absl::InvalidArgumentError("night 0 has no deposit before it: want a FULL");
  }
  if (!(options.changed_fraction >= 0 && options.changed_fraction <= 1)) {
    return absl::InvalidArgumentError("changed fraction: want 0 to 1");
  }
  const double births = static_cast<double>(options.domains) * options.changed_fraction / 20 + 1;
  if (static_cast<double>(options.domains) + births * options.night >=
      static_cast<double>(kLabelNumbersMax)) {
    return absl::InvalidArgumentError("too many domains would be created by that night");
  }
  const int64_t second = absl::ToUnixSeconds(options.watermark);
  // Objects are up to 24 years older, and dates have four digits.
  if (second < 24 * 366 * kDay || second > 200 * 365 * kDay || second % kDay != 0 ||
      absl::FromUnixSeconds(second) != options.watermark) {
    return absl::InvalidArgumentError("watermark: want midnight UTC between 1995 and 2169");
  }
  const std::string& repository = options.repository;
  if (repository.empty() || repository.size() > 8 ||
      !std::all_of(repository.begin(), repository.end(),
                   [](char c) { return absl::ascii_isalnum(c); })) {
    return absl::InvalidArgumentError("repository: want 1 to 8 letters and digits");
  }
  return absl::OkStatus();
}

absl::StatusOr<rde::Header> Generate(const GeneratorOptions& options, base::ByteSink& deposit,
                                     base::ByteSink& zone, const OnProgress& on_progress) {
  RETURN_IF_ERROR(Validate(options));
  const Model model(options);
  const Census census(model);
  if (options.kind != DepositKind::kFull) {
    RETURN_IF_ERROR(WriteZone(model, census, zone));
    return WriteDifferential(options, deposit, on_progress);
  }
  DepositRun run(model, census, deposit, on_progress);
  RETURN_IF_ERROR(run.Run());
  RETURN_IF_ERROR(WriteZone(model, census, zone));
  return run.header();
}

}  // namespace tidemark::generator
