#include "tools/generator/generator.h"

#include <iterator>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rde/writer.h"
#include "tools/generator/census.h"
#include "tools/generator/csv_export.h"
#include "tools/generator/differential.h"
#include "tools/generator/model.h"
#include "tools/generator/objects.h"
#include "tools/generator/shuffle.h"
#include "tools/generator/zone.h"

namespace tidemark::generator {
namespace {

// Objects between two calls of OnProgress.
constexpr uint64_t kProgressStep = 10'000;

// Types that the registry has none of have no tables.
std::set<std::string> CsvTypesOf(const GeneratorOptions& options) {
  std::set<std::string> uris = options.csv_uris;
  if (options.host_model == HostModel::kAttributes) uris.erase(std::string(rde::kCsvHostUri));
  if (options.data_model == DataModel::kMinimum) uris.erase(std::string(rde::kCsvContactUri));
  return uris;
}

// What the names of the CSV files begin with: {tld}_{date}_.
std::string CsvPrefix(const GeneratorOptions& options) {
  const std::string name = DepositName(options);
  return name.substr(0, name.find('_', name.find('_') + 1) + 1);
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
             const OnProgress& on_progress, const NewCsvFile& new_csv_file)
      : model_(model),
        census_(census),
        planted_(planted),
        objects_(model, census),
        tables_(objects_.IdnTables()),
        policies_(objects_.Policies()),
        writer_(sink),
        csv_(CsvTypesOf(model.options()), model.options().data_model == DataModel::kMaximum,
             CsvPrefix(model.options()), new_csv_file),
        on_progress_(on_progress),
        header_(objects_.Header()) {
    for (rde::HeaderCount& count : header_.counts) {
      const bool domains = count.uri == rde::kDomainUri || count.uri == rde::kCsvDomainUri;
      if (domains && planted.duplicate != Planted::kNone) ++*count.value;
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
    ASSIGN_OR_RETURN(const std::vector<rde::CsvTable> tables, csv_.Close());
    for (const rde::CsvTable& table : tables) RETURN_IF_ERROR(writer_.Write(table));
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
    return csv_.Takes(record) ? csv_.Write(record) : writer_.Write(record);
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
  CsvExport csv_;
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
                                         base::ByteSink& deposit, const OnProgress& on_progress,
                                         const NewCsvFile& new_csv_file) {
  if (model.options().kind != DepositKind::kFull) {
    return WriteDifferential(model.options(), deposit, on_progress);
  }
  if (!model.options().csv_uris.empty() && !new_csv_file) {
    return absl::InvalidArgumentError("the CSV model needs a directory to go to");
  }
  ASSIGN_OR_RETURN(const Planted planted, ChoosePlanted(model));
  DepositRun run(model, census, planted, deposit, on_progress, new_csv_file);
  RETURN_IF_ERROR(run.Run());
  return run.header();
}

}  // namespace

absl::StatusOr<rde::Header> Generate(const GeneratorOptions& options, base::ByteSink& deposit,
                                     base::ByteSink& zone, const OnProgress& on_progress,
                                     const NewCsvFile& new_csv_file) {
  RETURN_IF_ERROR(Validate(options));
  const Model model(options);
  const Census census(model);
  ASSIGN_OR_RETURN(rde::Header header,
                   WriteDeposit(model, census, deposit, on_progress, new_csv_file));
  RETURN_IF_ERROR(WriteZone(model, census, zone));
  return header;
}

absl::StatusOr<rde::Header> GenerateDeposit(const GeneratorOptions& options,
                                            base::ByteSink& deposit,
                                            const OnProgress& on_progress) {
  RETURN_IF_ERROR(Validate(options));
  const Model model(options);
  const Census census(model);
  return WriteDeposit(model, census, deposit, on_progress, {});
}

}  // namespace tidemark::generator
