#include "tools/generator/differential.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "base/status.h"
#include "rde/codec/codec.h"
#include "rde/writer.h"
#include "tools/generator/census.h"
#include "tools/generator/model.h"
#include "tools/generator/objects.h"

namespace tidemark::generator {
namespace {

constexpr uint64_t kProgressStep = 10'000;
constexpr uint64_t kVariants = 3;

// In the order in which they are written. EPP parameters, policies and IDN tables never change.
enum class Population { kRegistrars, kExternalHosts, kInZoneHosts, kContacts, kDomains, kVariants };
constexpr std::array kPopulations = {Population::kRegistrars,  Population::kExternalHosts,
                                     Population::kInZoneHosts, Population::kContacts,
                                     Population::kDomains,     Population::kVariants};

// One night's registry.
class Side {
 public:
  explicit Side(const GeneratorOptions& options)
      : model_(options), census_(model_), objects_(model_, census_) {}

  const Objects& objects() const { return objects_; }

  // How many numbers a population has; not all of them are objects.
  uint64_t NumbersOf(Population population) const {
    const bool has_hosts = model_.options().host_model == HostModel::kObjects;
    const bool has_contacts = model_.options().data_model == DataModel::kMaximum;
    switch (population) {
      case Population::kRegistrars:
        return model_.registrars();
      case Population::kExternalHosts:
        return has_hosts ? model_.external_host_numbers() : 0;
      case Population::kInZoneHosts:
        return has_hosts ? model_.in_zone_host_numbers() : 0;
      case Population::kContacts:
        return has_contacts ? model_.contact_numbers() : 0;
      case Population::kDomains:
        return model_.domain_numbers();
      case Population::kVariants:
        return model_.domain_numbers() * kVariants;
    }
    return 0;
  }

  // False if there is no such object on that night.
  bool Make(Population population, uint64_t number, rde::Record& out) {
    if (number >= NumbersOf(population)) return false;
    switch (population) {
      case Population::kRegistrars:
        objects_.MakeRegistrar(static_cast<uint32_t>(number), As<rde::Registrar>(out));
        return true;
      case Population::kExternalHosts:
        objects_.MakeHost({false, number}, As<rde::Host>(out));
        return true;
      case Population::kInZoneHosts:
        if (!model_.OwnsHosts(number / kOwnedHosts)) return false;
        objects_.MakeHost({true, number}, As<rde::Host>(out));
        return true;
      case Population::kContacts:
        if (!census_.contact_exists[number]) return false;
        objects_.MakeContact(number, As<rde::Contact>(out));
        return true;
      case Population::kDomains:
        if (!model_.Exists(number)) return false;
        objects_.MakeDomain(model_.PlanDomain(number), As<rde::Domain>(out));
        return true;
      case Population::kVariants:
        return MakeVariant(number / kVariants, 1 + static_cast<int>(number % kVariants), out);
    }
    return false;
  }

 private:
  template <typename R>
  static R& As(rde::Record& record) {
    if (!std::holds_alternative<R>(record)) record.emplace<R>();
    return std::get<R>(record);
  }

  bool MakeVariant(uint64_t domain, int variant, rde::Record& out) {
    if (!model_.Exists(domain) || model_.VariantIsDomain(domain, variant)) return false;
    const DomainPlan plan = model_.PlanDomain(domain);
    if (plan.script != Script::kChinese || plan.variant != 0) return false;
    objects_.MakeVariant(plan, variant, As<rde::Nndn>(out));
    return true;
  }

  const Model model_;
  const Census census_;
  Objects objects_;
};

// Hosts go by ROID and by name in turn.
rde::Delete DeleteOf(const rde::Record& record, uint64_t number) {
  using KeyKind = rde::Delete::KeyKind;
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    return {std::string(rde::kDomainUri), KeyKind::kId, domain->name};
  }
  if (const auto* contact = std::get_if<rde::Contact>(&record)) {
    return {std::string(rde::kContactUri), KeyKind::kId, contact->id};
  }
  if (const auto* nndn = std::get_if<rde::Nndn>(&record)) {
    return {std::string(rde::kNndnUri), KeyKind::kId, nndn->a_name};
  }
  if (const auto* registrar = std::get_if<rde::Registrar>(&record)) {
    return {std::string(rde::kRegistrarUri), KeyKind::kId, registrar->id};
  }
  const auto& host = std::get<rde::Host>(record);
  return number % 2 == 0 ? rde::Delete{std::string(rde::kHostUri), KeyKind::kRoid, host.roid}
                         : rde::Delete{std::string(rde::kHostUri), KeyKind::kId, host.name};
}

class DifferentialRun {
 public:
  DifferentialRun(const GeneratorOptions& options, base::ByteSink& sink,
                  const OnProgress& on_progress)
      : before_(BaseOf(options)),
        after_(options),
        header_(after_.objects().Header()),
        writer_(sink),
        on_progress_(on_progress) {
    for (const Population population : kPopulations) total_ += 2 * Numbers(population);
  }

  absl::Status Run() {
    RETURN_IF_ERROR(writer_.Begin(after_.objects().DepositInfo()));
    RETURN_IF_ERROR(Each(&DifferentialRun::WriteDelete));
    RETURN_IF_ERROR(writer_.Write(header_));
    RETURN_IF_ERROR(Each(&DifferentialRun::WriteContent));
    return writer_.Close();
  }

  const rde::Header& header() const { return header_; }

 private:
  uint64_t Numbers(Population population) const {
    return std::max(before_.NumbersOf(population), after_.NumbersOf(population));
  }

  absl::Status Each(absl::Status (DifferentialRun::*write)(uint64_t number)) {
    for (const Population population : kPopulations) {
      for (uint64_t number = 0; number < Numbers(population); ++number) {
        has_old_ = before_.Make(population, number, old_);
        has_new_ = after_.Make(population, number, new_);
        RETURN_IF_ERROR((this->*write)(number));
        if (++done_ % kProgressStep == 0 && on_progress_) on_progress_(done_, total_);
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteDelete(uint64_t number) {
    if (!has_old_) return absl::OkStatus();
    // A host that was made anew has another ROID, and its contents alone would leave two.
    const auto* host = std::get_if<rde::Host>(&old_);
    const bool made_anew =
        has_new_ && host != nullptr && host->roid != std::get<rde::Host>(new_).roid;
    if (has_new_ && !made_anew) return absl::OkStatus();
    return writer_.Write(DeleteOf(old_, number));
  }

  absl::Status WriteContent(uint64_t) {
    if (!has_new_) return absl::OkStatus();
    if (has_old_ && Encoding(old_, old_bytes_) == Encoding(new_, new_bytes_)) {
      return absl::OkStatus();
    }
    return writer_.Write(new_);
  }

  const std::string& Encoding(const rde::Record& record, std::string& bytes) {
    bytes.clear();
    codec_.Append(record, bytes);
    return bytes;
  }

  Side before_;
  Side after_;
  const rde::Header header_;
  rde::XmlWriter writer_;
  const OnProgress& on_progress_;
  rde::RecordCodec codec_;
  rde::Record old_;
  rde::Record new_;
  bool has_old_ = false;
  bool has_new_ = false;
  std::string old_bytes_;
  std::string new_bytes_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

GeneratorOptions BaseOf(const GeneratorOptions& options) {
  GeneratorOptions base = options;
  base.night = options.kind == DepositKind::kIncr ? 0 : options.night - 1;
  return base;
}

absl::StatusOr<rde::Header> WriteDifferential(const GeneratorOptions& options, base::ByteSink& sink,
                                              const OnProgress& on_progress) {
  DifferentialRun run(options, sink, on_progress);
  RETURN_IF_ERROR(run.Run());
  return run.header();
}

}  // namespace tidemark::generator
