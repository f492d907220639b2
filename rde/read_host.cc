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
    Fill(Slot::kName, host_->name);
    Fill(Slot::kRoid, host_->roid);
    Fill(Slot::kClId, host_->cl_id);
    Fill(Slot::kCrDate, host_->cr_date);
    Fill(Slot::kUpDate, host_->up_date);
    Fill(Slot::kTrDate, host_->tr_date);
    status_list_.Begin(host_->statuses);
  }

  void Open(const Particle& particle) override {
    switch (particle.slot) {
      case Slot::kStatus:
        return FillStatus(Slot::kStatus, status_list_.Add());
      case Slot::kHostAddress:
        return FillHostAddress(Slot::kHostAddress, host_->addresses.emplace_back());
      case Slot::kCrRr:
        return FillRegistrar(Slot::kCrRr, host_->cr_rr);
      case Slot::kUpRr:
        return FillRegistrar(Slot::kUpRr, host_->up_rr);
      default:
        return;
    }
  }

  void End() override { status_list_.End(); }

  // The ROID is what identifies a host; before it is read, the name.
  absl::string_view key() const override { return host_->roid.empty() ? host_->name : host_->roid; }

 private:
  Host* host_ = nullptr;
  Refill<StatusValue> status_list_;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewHostBuilder() { return std::make_unique<HostBuilder>(); }

}  // namespace tidemark::rde
