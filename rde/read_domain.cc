// rdeDomain:domain, RFC 9022 section 5.1.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

// All but the lists that are filled again.
void Clear(Domain& domain) {
  domain.name.clear();
  domain.roid.clear();
  domain.u_name.clear();
  domain.idn_table_id.clear();
  domain.original_name.clear();
  domain.registrant.clear();
  domain.host_attributes.clear();
  domain.cl_id.clear();
  Clear(domain.cr_rr);
  Clear(domain.cr_date);
  Clear(domain.ex_date);
  Clear(domain.up_rr);
  Clear(domain.up_date);
  domain.sec_dns.reset();
  Clear(domain.tr_date);
  domain.transfer.reset();
}

// The children of secDNS. A keyData inside dsData and one beside it fill the same fields.
class SecDnsFields {
 public:
  void Open(std::optional<SecDns>& field) { sec_dns_ = &field.emplace(); }

  void Open(Slot slot) {
    if (slot == Slot::kDs) sec_dns_->ds.emplace_back();
    if (slot == Slot::kDsKey) key_ = &sec_dns_->ds.back().key_data.emplace();
    if (slot == Slot::kKey) key_ = &sec_dns_->keys.emplace_back();
  }

  void Set(Slot slot, const Value& value) {
    const int64_t number = value.valid ? value.number : 0;
    switch (slot) {
      case Slot::kMaxSigLife:
        if (value.valid) sec_dns_->max_sig_life = static_cast<int32_t>(number);
        return;
      case Slot::kKeyTag:
        sec_dns_->ds.back().key_tag = static_cast<uint16_t>(number);
        return;
      case Slot::kDsAlgorithm:
        sec_dns_->ds.back().algorithm = static_cast<uint8_t>(number);
        return;
      case Slot::kDigestType:
        sec_dns_->ds.back().digest_type = static_cast<uint8_t>(number);
        return;
      case Slot::kDigest:
        Assign(sec_dns_->ds.back().digest, value);
        return;
      case Slot::kKeyFlags:
        key_->flags = static_cast<uint16_t>(number);
        return;
      case Slot::kKeyProtocol:
        key_->protocol = static_cast<uint8_t>(number);
        return;
      case Slot::kKeyAlgorithm:
        key_->algorithm = static_cast<uint8_t>(number);
        return;
      case Slot::kPublicKey:
        Assign(key_->public_key, value);
        return;
      default:
        return;
    }
  }

 private:
  SecDns* sec_dns_ = nullptr;
  KeyData* key_ = nullptr;
};

class DomainBuilder final : public ObjectBuilder {
 public:
  DomainBuilder()
      : ObjectBuilder(
            {.open = Slots({Slot::kStatus, Slot::kRgpStatus, Slot::kDomainContact,
                            Slot::kHostAttribute, Slot::kHostAttributeAddress, Slot::kCrRr,
                            Slot::kUpRr, Slot::kSecDns, Slot::kTransfer, Slot::kReRr, Slot::kAcRr,
                            Slot::kDs, Slot::kDsKey, Slot::kKey})}) {}

  void Begin(Record& record, absl::string_view, const Bindings&) override {
    domain_ = &std::get<Domain>(record);
    Clear(*domain_);
    Fill(Slot::kName, domain_->name);
    Fill(Slot::kRoid, domain_->roid);
    Fill(Slot::kUName, domain_->u_name);
    Fill(Slot::kIdnTableId, domain_->idn_table_id);
    Fill(Slot::kOriginalName, domain_->original_name);
    Fill(Slot::kRegistrant, domain_->registrant);
    Fill(Slot::kClId, domain_->cl_id);
    Fill(Slot::kCrDate, domain_->cr_date);
    Fill(Slot::kExDate, domain_->ex_date);
    Fill(Slot::kUpDate, domain_->up_date);
    Fill(Slot::kTrDate, domain_->tr_date);
    status_list_.Begin(domain_->statuses);
    rgp_list_.Begin(domain_->rgp_statuses);
    contacts_.Begin(domain_->contacts);
    host_objects_.Begin(domain_->host_objects);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return FillStatus(Slot::kStatus, status_list_.Add());
      case Slot::kRgpStatus:
        return FillStatus(Slot::kRgpStatus, rgp_list_.Add());
      case Slot::kDomainContact:
        return OpenContact(contacts_.Add());
      case Slot::kHostAttribute:
        return Fill(Slot::kHostAttributeName, domain_->host_attributes.emplace_back().name);
      case Slot::kHostAttributeAddress:
        return FillHostAddress(Slot::kHostAttributeAddress,
                               domain_->host_attributes.back().addresses.emplace_back());
      case Slot::kCrRr:
        return FillRegistrar(Slot::kCrRr, domain_->cr_rr);
      case Slot::kUpRr:
        return FillRegistrar(Slot::kUpRr, domain_->up_rr);
      case Slot::kSecDns:
        return sec_dns_.Open(domain_->sec_dns);
      case Slot::kTransfer:
        return FillTransfer(domain_->transfer.emplace());
      case Slot::kReRr:
        return FillRegistrar(Slot::kReRr, domain_->transfer->requested_by);
      case Slot::kAcRr:
        return FillRegistrar(Slot::kAcRr, domain_->transfer->acting);
      default:
        sec_dns_.Open(particle.slot);
    }
  }

  void End() override {
    status_list_.End();
    rgp_list_.End();
    contacts_.End();
    host_objects_.End();
  }

  absl::string_view key() const override { return domain_->name; }

 private:
  void OpenContact(DomainContact& contact) {
    Fill(Slot::kDomainContact, contact.id);
    Fill(Slot::kDomainContactType, contact.type);
  }

  void SetOther(Slot slot, const Value& value) override {
    if (slot == Slot::kHostObject) return Assign(host_objects_.Add(), value);
    sec_dns_.Set(slot, value);
  }

  Domain* domain_ = nullptr;
  Refill<StatusValue> status_list_;
  Refill<StatusValue> rgp_list_;
  Refill<DomainContact> contacts_;
  Refill<std::string> host_objects_;
  SecDnsFields sec_dns_;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewDomainBuilder() { return std::make_unique<DomainBuilder>(); }

}  // namespace tidemark::rde
