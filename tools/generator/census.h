// One pass over the domains before anything is written: what the header must say, and the few
// facts about an object that only its neighbours know. Some bits an object, nothing more.
#ifndef TIDEMARK_TOOLS_GENERATOR_CENSUS_H_
#define TIDEMARK_TOOLS_GENERATOR_CENSUS_H_

#include <cstdint>
#include <vector>

#include "tools/generator/model.h"

namespace tidemark::generator {

struct Census {
  explicit Census(const Model& model);

  uint64_t domains = 0;
  uint64_t hosts = 0;
  uint64_t contacts = 0;
  uint64_t nndns = 0;

  // By number. Contacts that no domain names, nor will, go one by one on later nights.
  std::vector<bool> contact_exists;
  // By number: is named by some domain.
  std::vector<bool> contact_linked;
  std::vector<bool> external_host_linked;
  std::vector<bool> in_zone_host_linked;
  // Is named by a domain that is in the zone, so its addresses are published.
  std::vector<bool> in_zone_host_published;

 private:
  void Purge(const Model& model);
};

// Names that nobody can register, besides the variants of Chinese labels.
inline constexpr const char* kReservedLabels[] = {
    "www", "whois", "rdap", "dns", "icann", "iana", "ietf", "redcross", "olympic", "registry"};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_CENSUS_H_
