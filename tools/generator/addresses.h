// Names and addresses of hosts, names of domains, DS data: what deposit and zone must agree on.
#ifndef TIDEMARK_TOOLS_GENERATOR_ADDRESSES_H_
#define TIDEMARK_TOOLS_GENERATOR_ADDRESSES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/generator/model.h"

namespace tidemark::generator {

struct DsFields {
  uint16_t key_tag = 0;
  uint8_t algorithm = 0;
  uint8_t digest_type = 0;
  std::string digest;  // hex, upper case
};

struct Addresses {
  std::string v4;
  std::string v6;  // empty for some
};

// Threads: one at a time (it reuses its buffers). `model` must outlive it.
class Names {
 public:
  explicit Names(const Model& model);

  // Fills the domain's label, without the TLD.
  void LabelOf(const DomainPlan& plan, Label& out) const;
  // Replaces `out` by the domain's name in the DNS.
  void DomainName(const DomainPlan& plan, std::string& out);
  void HostName(const HostKey& host, std::string& out);
  // Addresses of an in-zone host.
  void HostAddresses(uint64_t in_zone_host, Addresses& out) const;
  // The domain's DS records: plan.ds_count of them.
  void DsOf(const DomainPlan& plan, std::vector<DsFields>& out) const;

 private:
  const Model& model_;
  const Labels domain_labels_;
  const Labels provider_labels_;
  std::vector<std::string> provider_suffixes_;
  Label label_;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_ADDRESSES_H_
