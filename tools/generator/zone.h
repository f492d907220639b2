// The zone that the made-up registry publishes, one RR a line with absolute names and TTLs.
//
// Written from the model alone: a zone that other code builds from the deposit is compared with
// it, so neither failover/ nor rde/ is used here. Published is a domain with name servers that is
// neither on hold nor waiting to be created or deleted; glue is given for every in-zone host that
// such a domain names, and for nothing else.
#ifndef TIDEMARK_TOOLS_GENERATOR_ZONE_H_
#define TIDEMARK_TOOLS_GENERATOR_ZONE_H_

#include "absl/status/status.h"
#include "base/bytes.h"
#include "tools/generator/census.h"
#include "tools/generator/model.h"

namespace tidemark::generator {

absl::Status WriteZone(const Model& model, const Census& census, base::ByteSink& sink);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_ZONE_H_
