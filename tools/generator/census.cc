#include "tools/generator/census.h"

#include <algorithm>
#include <iterator>

namespace tidemark::generator {

Census::Census(const Model& model)
    : contact_exists(model.contact_numbers(), true),
      contact_linked(model.contact_numbers()),
      external_host_linked(model.external_host_numbers()),
      in_zone_host_linked(model.in_zone_host_numbers()),
      in_zone_host_published(model.in_zone_host_numbers()) {
  hosts = model.external_host_numbers();
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
  if (model.options().night > 0) Purge(model);
  contacts = static_cast<uint64_t>(std::count(contact_exists.begin(), contact_exists.end(), true));
}

void Census::Purge(const Model& model) {
  // By contact: the night since which nobody names it.
  std::vector<int16_t> free_since(contact_exists.size());
  for (uint64_t number = 0; number < model.domain_numbers(); ++number) {
    const DomainPlan plan = model.PlanDomain(number);
    const int until = model.Exists(number) ? kNightMax : model.DiedOn(number);
    const auto name = [&free_since, until](uint64_t contact) {
      free_since[contact] = std::max(free_since[contact], static_cast<int16_t>(until));
    };
    name(plan.registrant);
    name(plan.admin);
    name(plan.tech);
    if (plan.has_billing) name(plan.billing);
  }
  for (uint64_t contact = 0; contact < contact_exists.size(); ++contact) {
    // Domains that are born later into the block may name it.
    const uint64_t last_domain = (contact / kBlockContacts + 1) * kBlockDomains - 1;
    if (last_domain >= model.domain_numbers()) continue;
    const int since = std::max<int>(free_since[contact], model.BornOfDomain(last_domain));
    contact_exists[contact] = !model.IsPurged(contact, since);
  }
}

}  // namespace tidemark::generator
