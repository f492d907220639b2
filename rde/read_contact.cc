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
    status_list_.Begin(contact_->statuses);
    postal_.Begin(contact_->postal_infos);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return statuses_.Open(status_list_.Add());
      case Slot::kPostalInfo:
        return postal_.Open();
      case Slot::kVoice:
        phone_ = &contact_->voice;
        return;
      case Slot::kFax:
        phone_ = &contact_->fax;
        return;
      case Slot::kCrRr:
        return refs_.Open(contact_->cr_rr);
      case Slot::kUpRr:
        return refs_.Open(contact_->up_rr);
      case Slot::kTransfer:
        return transfer_.Open(contact_->transfer);
      case Slot::kDisclose:
        contact_->disclose.emplace();
        return;
      default:
        OpenDisclose(particle.slot);
        transfer_.Open(particle.slot, refs_);
    }
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kId:
        return Assign(contact_->id, value);
      case Slot::kRoid:
        return Assign(contact_->roid, value);
      case Slot::kVoice:
      case Slot::kFax:
        return Assign(phone_->number, value);
      case Slot::kPhoneExtension:
        return Assign(phone_->extension, value);
      case Slot::kEmail:
        return Assign(contact_->email, value);
      case Slot::kClId:
        return Assign(contact_->cl_id, value);
      case Slot::kCrRr:
      case Slot::kUpRr:
        return refs_.SetId(value);
      case Slot::kClient:
        return refs_.SetClient(value);
      case Slot::kCrDate:
        return Assign(contact_->cr_date, value);
      case Slot::kUpDate:
        return Assign(contact_->up_date, value);
      case Slot::kTrDate:
        return Assign(contact_->tr_date, value);
      case Slot::kDiscloseFlag:
        contact_->disclose->flag = value.number != 0;
        return;
      case Slot::kDiscloseType:
        return Assign(disclose_types_->emplace_back(), value);
      case Slot::kPostalType:
      case Slot::kPostalName:
      case Slot::kPostalOrg:
      case Slot::kStreet:
      case Slot::kCity:
      case Slot::kSp:
      case Slot::kPc:
      case Slot::kCc:
        return postal_.Set(slot, value);
      default:
        if (!statuses_.Set(slot, value)) transfer_.Set(slot, value, refs_);
    }
  }

  void End() override {
    status_list_.End();
    postal_.End();
  }

  absl::string_view key() const override { return contact_->id; }

 private:
  void OpenDisclose(Slot slot) {
    if (slot == Slot::kDiscloseName) disclose_types_ = &contact_->disclose->name_types;
    if (slot == Slot::kDiscloseOrg) disclose_types_ = &contact_->disclose->org_types;
    if (slot == Slot::kDiscloseAddr) disclose_types_ = &contact_->disclose->addr_types;
    if (slot == Slot::kDiscloseVoice) contact_->disclose->voice = true;
    if (slot == Slot::kDiscloseFax) contact_->disclose->fax = true;
    if (slot == Slot::kDiscloseEmail) contact_->disclose->email = true;
  }

  Contact* contact_ = nullptr;
  StatusFields statuses_;
  Refill<StatusValue> status_list_;
  PostalFields postal_;
  RegistrarRefFields refs_;
  TransferFields transfer_;
  Phone* phone_ = nullptr;
  std::vector<std::string>* disclose_types_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewContactBuilder() { return std::make_unique<ContactBuilder>(); }

}  // namespace tidemark::rde
