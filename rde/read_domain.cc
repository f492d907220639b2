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
    status_list_.Begin(domain_->statuses);
    rgp_list_.Begin(domain_->rgp_statuses);
    contacts_.Begin(domain_->contacts);
    host_objects_.Begin(domain_->host_objects);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return statuses_.Open(status_list_.Add());
      case Slot::kRgpStatus:
        return statuses_.Open(rgp_list_.Add());
      case Slot::kDomainContact:
        contacts_.Add();
        return;
      case Slot::kHostAttribute:
        domain_->host_attributes.emplace_back();
        return;
      case Slot::kHostAttributeAddress:
        domain_->host_attributes.back().addresses.emplace_back().version = "v4";
        return;
      case Slot::kCrRr:
        return refs_.Open(domain_->cr_rr);
      case Slot::kUpRr:
        return refs_.Open(domain_->up_rr);
      case Slot::kSecDns:
        return sec_dns_.Open(domain_->sec_dns);
      case Slot::kTransfer:
        return transfer_.Open(domain_->transfer);
      default:
        transfer_.Open(particle.slot, refs_);
        sec_dns_.Open(particle.slot);
    }
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kName:
        return Assign(domain_->name, value);
      case Slot::kRoid:
        return Assign(domain_->roid, value);
      case Slot::kUName:
        return Assign(domain_->u_name, value);
      case Slot::kIdnTableId:
        return Assign(domain_->idn_table_id, value);
      case Slot::kOriginalName:
        return Assign(domain_->original_name, value);
      case Slot::kRegistrant:
        return Assign(domain_->registrant, value);
      case Slot::kDomainContact:
        return Assign(contacts_.last().id, value);
      case Slot::kDomainContactType:
        return Assign(contacts_.last().type, value);
      case Slot::kHostObject:
        return Assign(host_objects_.Add(), value);
      case Slot::kHostAttributeName:
        return Assign(domain_->host_attributes.back().name, value);
      case Slot::kHostAttributeAddress:
        return Assign(domain_->host_attributes.back().addresses.back().address, value);
      case Slot::kIpVersion:
        return Assign(domain_->host_attributes.back().addresses.back().version, value);
      case Slot::kClId:
        return Assign(domain_->cl_id, value);
      case Slot::kCrRr:
      case Slot::kUpRr:
        return refs_.SetId(value);
      case Slot::kClient:
        return refs_.SetClient(value);
      case Slot::kCrDate:
        return Assign(domain_->cr_date, value);
      case Slot::kExDate:
        return Assign(domain_->ex_date, value);
      case Slot::kUpDate:
        return Assign(domain_->up_date, value);
      case Slot::kTrDate:
        return Assign(domain_->tr_date, value);
      default:
        if (statuses_.Set(slot, value) || transfer_.Set(slot, value, refs_)) return;
        sec_dns_.Set(slot, value);
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
  Domain* domain_ = nullptr;
  StatusFields statuses_;
  Refill<StatusValue> status_list_;
  Refill<StatusValue> rgp_list_;
  Refill<DomainContact> contacts_;
  Refill<std::string> host_objects_;
  RegistrarRefFields refs_;
  TransferFields transfer_;
  SecDnsFields sec_dns_;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewDomainBuilder() { return std::make_unique<DomainBuilder>(); }

}  // namespace tidemark::rde
