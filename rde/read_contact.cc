// rdeContact:contact, RFC 9022 section 5.3.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

// All but the lists that are filled again.
void Clear(Contact& contact) {
  contact.id.clear();
  contact.roid.clear();
  Clear(contact.voice);
  Clear(contact.fax);
  contact.email.clear();
  contact.cl_id.clear();
  Clear(contact.cr_rr);
  Clear(contact.cr_date);
  Clear(contact.up_rr);
  Clear(contact.up_date);
  Clear(contact.tr_date);
  contact.transfer.reset();
  contact.disclose.reset();
}

class ContactBuilder final : public ObjectBuilder {
 public:
  ContactBuilder()
      : ObjectBuilder(
            {.open = Slots({Slot::kStatus, Slot::kPostalInfo, Slot::kVoice, Slot::kFax, Slot::kCrRr,
                            Slot::kUpRr, Slot::kTransfer, Slot::kReRr, Slot::kAcRr, Slot::kDisclose,
                            Slot::kDiscloseName, Slot::kDiscloseOrg, Slot::kDiscloseAddr,
                            Slot::kDiscloseVoice, Slot::kDiscloseFax, Slot::kDiscloseEmail})}) {}

  void Begin(Record& record, absl::string_view, const Bindings&) override {
    contact_ = &std::get<Contact>(record);
    Clear(*contact_);
    Fill(Slot::kId, contact_->id);
    Fill(Slot::kRoid, contact_->roid);
    Fill(Slot::kEmail, contact_->email);
    Fill(Slot::kClId, contact_->cl_id);
    Fill(Slot::kCrDate, contact_->cr_date);
    Fill(Slot::kUpDate, contact_->up_date);
    Fill(Slot::kTrDate, contact_->tr_date);
    status_list_.Begin(contact_->statuses);
    postal_.Begin(contact_->postal_infos);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return FillStatus(Slot::kStatus, status_list_.Add());
      case Slot::kPostalInfo:
        return FillPostalInfo(postal_.Add());
      case Slot::kVoice:
        return FillPhone(Slot::kVoice, contact_->voice);
      case Slot::kFax:
        return FillPhone(Slot::kFax, contact_->fax);
      case Slot::kCrRr:
        return FillRegistrar(Slot::kCrRr, contact_->cr_rr);
      case Slot::kUpRr:
        return FillRegistrar(Slot::kUpRr, contact_->up_rr);
      case Slot::kTransfer:
        return FillTransfer(contact_->transfer.emplace());
      case Slot::kReRr:
        return FillRegistrar(Slot::kReRr, contact_->transfer->requested_by);
      case Slot::kAcRr:
        return FillRegistrar(Slot::kAcRr, contact_->transfer->acting);
      case Slot::kDisclose:
        contact_->disclose.emplace();
        return;
      default:
        OpenDisclose(particle.slot);
    }
  }

  void End() override {
    status_list_.End();
    postal_.End();
  }

  absl::string_view key() const override { return contact_->id; }

 private:
  void SetOther(Slot slot, const Value& value) override {
    if (slot == Slot::kStreet) Assign(postal_.AddStreet(), value);
    if (slot == Slot::kDiscloseFlag) contact_->disclose->flag = value.number != 0;
    if (slot == Slot::kDiscloseType) Assign(disclose_types_->emplace_back(), value);
  }

  void OpenDisclose(Slot slot) {
    if (slot == Slot::kDiscloseName) disclose_types_ = &contact_->disclose->name_types;
    if (slot == Slot::kDiscloseOrg) disclose_types_ = &contact_->disclose->org_types;
    if (slot == Slot::kDiscloseAddr) disclose_types_ = &contact_->disclose->addr_types;
    if (slot == Slot::kDiscloseVoice) contact_->disclose->voice = true;
    if (slot == Slot::kDiscloseFax) contact_->disclose->fax = true;
    if (slot == Slot::kDiscloseEmail) contact_->disclose->email = true;
  }

  Contact* contact_ = nullptr;
  Refill<StatusValue> status_list_;
  PostalFields postal_;
  std::vector<std::string>* disclose_types_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewContactBuilder() { return std::make_unique<ContactBuilder>(); }

}  // namespace tidemark::rde
