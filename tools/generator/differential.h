// A DIFF or INCR: what of a registry is another night's, and what is not there any more. Found by
// comparing the two nights object by object, so that it says what replaying must give, whatever the
// model changes at night.
#ifndef TIDEMARK_TOOLS_GENERATOR_DIFFERENTIAL_H_
#define TIDEMARK_TOOLS_GENERATOR_DIFFERENTIAL_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "rde/records.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {

// The night that the deposit builds on: the one before for a DIFF, night 0 for an INCR.
GeneratorOptions BaseOf(const GeneratorOptions& options);

// Writes the deposit of `options.night` and its kind; does not close `sink`. Returns the header.
absl::StatusOr<rde::Header> WriteDifferential(const GeneratorOptions& options, base::ByteSink& sink,
                                              const OnProgress& on_progress);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_DIFFERENTIAL_H_
