// rdeRegistrar:registrar, RFC 9022 section 5.4.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

class RegistrarBuilder final : public ObjectBuilder {
 public:
  // Few objects: starting afresh costs nothing.
  void Begin(Record& record, absl::string_view, const Bindings&) override {
    registrar_ = &std::get<Registrar>(record);
    *registrar_ = Registrar();
    postal_.Begin(registrar_->postal_infos);
  }

  void Open(const Particle& particle) override {
    if (particle.slot == Slot::kPostalInfo) postal_.Open();
    if (particle.slot == Slot::kVoice) phone_ = &registrar_->voice;
    if (particle.slot == Slot::kFax) phone_ = &registrar_->fax;
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kId:
        return Assign(registrar_->id, value);
      case Slot::kName:
        return Assign(registrar_->name, value);
      case Slot::kGurid:
        return Assign(registrar_->gurid, value);
      case Slot::kRegistrarStatus:
        return Assign(registrar_->status, value);
      case Slot::kVoice:
      case Slot::kFax:
        return Assign(phone_->number, value);
      case Slot::kPhoneExtension:
        return Assign(phone_->extension, value);
      case Slot::kEmail:
        return Assign(registrar_->email, value);
      case Slot::kUrl:
        return Assign(registrar_->url, value);
      case Slot::kWhoisName:
        return Assign(registrar_->whois_name, value);
      case Slot::kWhoisUrl:
        return Assign(registrar_->whois_url, value);
      case Slot::kCrDate:
        return Assign(registrar_->cr_date, value);
      case Slot::kUpDate:
        return Assign(registrar_->up_date, value);
      default:
        postal_.Set(slot, value);
    }
  }

  void End() override { postal_.End(); }

  absl::string_view key() const override { return registrar_->id; }

 private:
  Registrar* registrar_ = nullptr;
  PostalFields postal_;
  Phone* phone_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewRegistrarBuilder() {
  return std::make_unique<RegistrarBuilder>();
}

}  // namespace tidemark::rde
