// The registry's own word about a deposit: rdeReport-1.0 (draft-lozano-icann-registry-interfaces),
// the .rep beside a deposit file and the body of the registry's report to ICANN.
//
// Strict: order, number and types of all elements are the schema's; white space, prefixes and
// comments are free. Bounded by base/limits.h, as XML is that rde/xml reads. Whether what it says
// is true of a deposit is the verifier's to judge.
//
// Threat: the text is as hostile as a deposit. Thread-safe: a pure function.
#ifndef TIDEMARK_RDE_REGISTRY_REPORT_H_
#define TIDEMARK_RDE_REGISTRY_REPORT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::rde {

struct RegistryReport {
  std::string id;
  int64_t version = 0;       // 1
  std::string spec_escrow;   // rydeSpecEscrow
  std::string spec_mapping;  // rydeSpecMapping; may be absent
  uint16_t resend = 0;
  DateTime cr_date;
  std::string kind;  // FULL, INCR, DIFF
  DateTime watermark;
  Header header;
};

// INVALID_ARGUMENT says which line is wrong, and why; values are not quoted. NOT_FOUND: it is no
// rdeReport at all, but something else.
absl::StatusOr<RegistryReport> ParseRegistryReport(absl::string_view xml);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REGISTRY_REPORT_H_
