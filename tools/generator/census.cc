#include "tools/generator/census.h"

#include <iterator>

namespace tidemark::generator {

Census::Census(const Model& model)
    : contact_linked(model.contact_numbers()),
      external_host_linked(model.external_host_numbers()),
      in_zone_host_linked(model.in_zone_host_numbers()),
      in_zone_host_published(model.in_zone_host_numbers()) {
  hosts = model.external_host_numbers();
  contacts = model.contact_numbers();
  nndns = std::size(kReservedLabels);
  for (uint64_t number = 0; number < model.domain_numbers(); ++number) {
    if (model.OwnsHosts(number)) hosts += kOwnedHosts;
    if (!model.Exists(number)) continue;
    ++domains;
    const DomainPlan plan = model.PlanDomain(number);
    contact_linked[plan.registrant] = true;
    contact_linked[plan.admin] = true;
    contact_linked[plan.tech] = true;
    if (plan.has_billing) contact_linked[plan.billing] = true;
    for (int i = 0; i < plan.host_count; ++i) {
      const HostKey& host = plan.hosts[i];
      if (host.in_zone) {
        in_zone_host_linked[host.number] = true;
        if (plan.published()) in_zone_host_published[host.number] = true;
      } else {
        external_host_linked[host.number] = true;
      }
    }
    if (plan.script == Script::kChinese && plan.variant == 0) {
      for (int variant = 1; variant <= 3; ++variant) {
        if (!model.VariantIsDomain(number, variant)) ++nndns;
      }
    }
  }
}

}  // namespace tidemark::generator
