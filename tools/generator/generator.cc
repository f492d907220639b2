#include "tools/generator/generator.h"

#include <algorithm>
#include <iterator>
#include <variant>
#include <vector>

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
#include "tools/generator/shuffle.h"
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

// The domains that flaws are planted in; kNone for a flaw that is not wanted.
struct Planted {
  static constexpr uint64_t kNone = ~uint64_t{0};
  uint64_t duplicate = kNone;
  uint64_t dangling = kNone;
};

// The first living domain from `from` on, and then from the first on, that `suits`.
template <typename Suits>
uint64_t FindDomain(const Model& model, uint64_t from, Suits suits) {
  for (uint64_t i = 0; i < model.domain_numbers(); ++i) {
    const uint64_t number = (from + i) % model.domain_numbers();
    if (model.Exists(number) && suits(model.PlanDomain(number))) return number;
  }
  return Planted::kNone;
}

absl::StatusOr<Planted> ChoosePlanted(const Model& model) {
  Planted planted;
  const GeneratorOptions& options = model.options();
  if (options.plant_duplicate_domain) {
    planted.duplicate =
        FindDomain(model, options.domains / 3, [](const DomainPlan&) { return true; });
  }
  if (options.plant_dangling_host) {
    planted.dangling = FindDomain(model, options.domains / 3 * 2,
                                  [](const DomainPlan& plan) { return plan.published(); });
    if (planted.dangling == Planted::kNone) {
      return absl::InvalidArgumentError("no domain has name servers to plant another beside");
    }
  }
  return planted;
}

// Writes all objects: section by section, so that what is referred to comes first, or shuffled.
// Numbers of a section that stand for no object are passed over.
class DepositRun {
 public:
  DepositRun(const Model& model, const Census& census, const Planted& planted, base::ByteSink& sink,
             const OnProgress& on_progress)
      : model_(model),
        census_(census),
        planted_(planted),
        objects_(model, census),
        tables_(objects_.IdnTables()),
        policies_(objects_.Policies()),
        writer_(sink),
        on_progress_(on_progress),
        header_(objects_.Header()) {
    for (rde::HeaderCount& count : header_.counts) {
      if (count.uri == rde::kDomainUri && planted.duplicate != Planted::kNone) ++*count.value;
      total_ += static_cast<uint64_t>(*count.value);
    }
  }

  absl::Status Run() {
    RETURN_IF_ERROR(writer_.Begin(objects_.DepositInfo()));
    RETURN_IF_ERROR(writer_.Write(header_));
    const std::vector<Section> sections = Sections();
    uint64_t numbers = 0;
    for (const Section& section : sections) numbers += section.numbers;
    const Shuffle shuffle(numbers, model_.options().seed);
    for (uint64_t i = 0; i < numbers; ++i) {
      uint64_t number = model_.options().shuffled ? shuffle(i) : i;
      auto section = sections.begin();
      for (; number >= section->numbers; ++section) number -= section->numbers;
      RETURN_IF_ERROR((this->*section->write)(number));
    }
    CHECK(done_ == total_);
    return writer_.Close();
  }

  const rde::Header& header() const { return header_; }

 private:
  struct Section {
    uint64_t numbers;
    absl::Status (DepositRun::*write)(uint64_t number);
  };

  std::vector<Section> Sections() const {
    const bool has_hosts = model_.options().host_model == HostModel::kObjects;
    const bool has_contacts = model_.options().data_model == DataModel::kMaximum;
    return {
        {model_.registrars(), &DepositRun::WriteRegistrar},
        {tables_.size(), &DepositRun::WriteTable},
        {has_hosts ? model_.external_host_numbers() : 0, &DepositRun::WriteExternalHost},
        {has_hosts ? model_.in_zone_host_numbers() : 0, &DepositRun::WriteInZoneHost},
        {has_contacts ? model_.contact_numbers() : 0, &DepositRun::WriteContact},
        {model_.domain_numbers(), &DepositRun::WriteDomain},
        {planted_.duplicate == Planted::kNone ? 0u : 1u, &DepositRun::WriteDuplicate},
        {std::size(kReservedLabels), &DepositRun::WriteReserved},
        {model_.domain_numbers(), &DepositRun::WriteVariants},
        {1, &DepositRun::WriteEppParams},
        {policies_.size(), &DepositRun::WritePolicy},
    };
  }

  absl::Status Write(const rde::Record& record) {
    if (++done_ % kProgressStep == 0 && on_progress_) on_progress_(done_, total_);
    return writer_.Write(record);
  }

  absl::Status WriteRegistrar(uint64_t number) {
    objects_.MakeRegistrar(static_cast<uint32_t>(number), std::get<rde::Registrar>(registrar_));
    return Write(registrar_);
  }

  absl::Status WriteTable(uint64_t number) { return Write(rde::Record(tables_[number])); }

  absl::Status WriteExternalHost(uint64_t number) { return WriteHost({false, number}); }

  absl::Status WriteInZoneHost(uint64_t number) {
    if (!model_.OwnsHosts(number / kOwnedHosts)) return absl::OkStatus();
    return WriteHost({true, number});
  }

  absl::Status WriteHost(const HostKey& key) {
    objects_.MakeHost(key, std::get<rde::Host>(host_));
    return Write(host_);
  }

  absl::Status WriteContact(uint64_t number) {
    if (!census_.contact_exists[number]) return absl::OkStatus();
    objects_.MakeContact(number, std::get<rde::Contact>(contact_));
    return Write(contact_);
  }

  absl::Status WriteDomain(uint64_t number) {
    if (!model_.Exists(number)) return absl::OkStatus();
    rde::Domain& domain = std::get<rde::Domain>(domain_);
    objects_.MakeDomain(model_.PlanDomain(number), domain);
    if (number == planted_.dangling) {
      // The host of a provider that is one too many.
      objects_.HostName({false, model_.external_host_numbers()},
                        domain.host_objects.emplace_back());
    }
    return Write(domain_);
  }

  absl::Status WriteDuplicate(uint64_t) {
    objects_.MakeSecondDomain(model_.PlanDomain(planted_.duplicate),
                              std::get<rde::Domain>(domain_));
    return Write(domain_);
  }

  absl::Status WriteReserved(uint64_t number) {
    objects_.MakeReserved(kReservedLabels[number], std::get<rde::Nndn>(nndn_));
    return Write(nndn_);
  }

  // Of a domain's label, those that are kept back.
  absl::Status WriteVariants(uint64_t domain) {
    if (!model_.Exists(domain)) return absl::OkStatus();
    const DomainPlan plan = model_.PlanDomain(domain);
    if (plan.script != Script::kChinese || plan.variant != 0) return absl::OkStatus();
    for (int variant = 1; variant <= 3; ++variant) {
      if (model_.VariantIsDomain(domain, variant)) continue;
      objects_.MakeVariant(plan, variant, std::get<rde::Nndn>(nndn_));
      RETURN_IF_ERROR(Write(nndn_));
    }
    return absl::OkStatus();
  }

  absl::Status WriteEppParams(uint64_t) { return Write(rde::Record(objects_.EppParams())); }

  absl::Status WritePolicy(uint64_t number) { return Write(rde::Record(policies_[number])); }

  const Model& model_;
  const Census& census_;
  const Planted planted_;
  Objects objects_;
  const std::vector<rde::IdnTableRef> tables_;
  const std::vector<rde::Policy> policies_;
  rde::XmlWriter writer_;
  const OnProgress& on_progress_;
  rde::Header header_;
  // One of each kind, whose buffers are used again.
  rde::Record registrar_ = rde::Registrar();
  rde::Record host_ = rde::Host();
  rde::Record contact_ = rde::Contact();
  rde::Record domain_ = rde::Domain();
  rde::Record nndn_ = rde::Nndn();
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

absl::StatusOr<rde::Header> WriteDeposit(const Model& model, const Census& census,
                                         base::ByteSink& deposit, const OnProgress& on_progress) {
  if (model.options().kind != DepositKind::kFull) {
    return WriteDifferential(model.options(), deposit, on_progress);
  }
  ASSIGN_OR_RETURN(const Planted planted, ChoosePlanted(model));
  DepositRun run(model, census, planted, deposit, on_progress);
  RETURN_IF_ERROR(run.Run());
  return run.header();
}

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
  if (options.kind != DepositKind::kFull &&
      (options.shuffled || options.plant_duplicate_domain || options.plant_dangling_host)) {
    return absl::InvalidArgumentError("only a FULL can be shuffled or have flaws planted");
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
  if (options.plant_dangling_host && options.host_model != HostModel::kObjects) {
    return absl::InvalidArgumentError("a dangling host needs host objects");
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
  ASSIGN_OR_RETURN(rde::Header header, WriteDeposit(model, census, deposit, on_progress));
  RETURN_IF_ERROR(WriteZone(model, census, zone));
  return header;
}

absl::StatusOr<rde::Header> GenerateDeposit(const GeneratorOptions& options,
                                            base::ByteSink& deposit,
                                            const OnProgress& on_progress) {
  RETURN_IF_ERROR(Validate(options));
  const Model model(options);
  const Census census(model);
  return WriteDeposit(model, census, deposit, on_progress);
}

}  // namespace tidemark::generator
