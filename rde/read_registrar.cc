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
    Fill(Slot::kId, registrar_->id);
    Fill(Slot::kName, registrar_->name);
    Fill(Slot::kGurid, registrar_->gurid);
    Fill(Slot::kRegistrarStatus, registrar_->status);
    Fill(Slot::kEmail, registrar_->email);
    Fill(Slot::kUrl, registrar_->url);
    Fill(Slot::kWhoisName, registrar_->whois_name);
    Fill(Slot::kWhoisUrl, registrar_->whois_url);
    Fill(Slot::kCrDate, registrar_->cr_date);
    Fill(Slot::kUpDate, registrar_->up_date);
    postal_.Begin(registrar_->postal_infos);
  }

  void Open(const Particle& particle) override {
    if (particle.slot == Slot::kPostalInfo) FillPostalInfo(postal_.Add());
    if (particle.slot == Slot::kVoice) FillPhone(Slot::kVoice, registrar_->voice);
    if (particle.slot == Slot::kFax) FillPhone(Slot::kFax, registrar_->fax);
  }

  void End() override { postal_.End(); }

  absl::string_view key() const override { return registrar_->id; }

 private:
  void SetOther(Slot slot, const Value& value) override {
    if (slot == Slot::kStreet) Assign(postal_.AddStreet(), value);
  }

  Registrar* registrar_ = nullptr;
  PostalFields postal_;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewRegistrarBuilder() {
  return std::make_unique<RegistrarBuilder>();
}

}  // namespace tidemark::rde
