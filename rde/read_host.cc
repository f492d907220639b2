// rdeHost:host, RFC 9022 section 5.2.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

// All but the lists that are filled again.
void Clear(Host& host) {
  host.name.clear();
  host.roid.clear();
  host.addresses.clear();
  host.cl_id.clear();
  Clear(host.cr_rr);
  Clear(host.cr_date);
  Clear(host.up_rr);
  Clear(host.up_date);
  Clear(host.tr_date);
}

class HostBuilder final : public ObjectBuilder {
 public:
  HostBuilder()
      : ObjectBuilder(
            {.open = Slots({Slot::kStatus, Slot::kHostAddress, Slot::kCrRr, Slot::kUpRr})}) {}

  void Begin(Record& record, absl::string_view, const Bindings&) override {
    host_ = &std::get<Host>(record);
    Clear(*host_);
    status_list_.Begin(host_->statuses);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return statuses_.Open(status_list_.Add());
      case Slot::kHostAddress:
        host_->addresses.emplace_back().version = "v4";
        return;
      case Slot::kCrRr:
        return refs_.Open(host_->cr_rr);
      case Slot::kUpRr:
        return refs_.Open(host_->up_rr);
      default:
        return;
    }
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kName:
        return Assign(host_->name, value);
      case Slot::kRoid:
        return Assign(host_->roid, value);
      case Slot::kHostAddress:
        return Assign(host_->addresses.back().address, value);
      case Slot::kIpVersion:
        return Assign(host_->addresses.back().version, value);
      case Slot::kClId:
        return Assign(host_->cl_id, value);
      case Slot::kCrRr:
      case Slot::kUpRr:
        return refs_.SetId(value);
      case Slot::kClient:
        return refs_.SetClient(value);
      case Slot::kCrDate:
        return Assign(host_->cr_date, value);
      case Slot::kUpDate:
        return Assign(host_->up_date, value);
      case Slot::kTrDate:
        return Assign(host_->tr_date, value);
      default:
        statuses_.Set(slot, value);
    }
  }

  void End() override { status_list_.End(); }

  // The ROID is what identifies a host; before it is read, the name.
  absl::string_view key() const override { return host_->roid.empty() ? host_->name : host_->roid; }

 private:
  Host* host_ = nullptr;
  StatusFields statuses_;
  Refill<StatusValue> status_list_;
  RegistrarRefFields refs_;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewHostBuilder() { return std::make_unique<HostBuilder>(); }

}  // namespace tidemark::rde
