// The text beside a report that says which drill it is of, and who signed it.
#ifndef TIDEMARK_FAILOVER_DRILL_HISTORY_SIGNATURE_H_
#define TIDEMARK_FAILOVER_DRILL_HISTORY_SIGNATURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/sign.h"

namespace tidemark::failover {

enum class ReportFile { kJson, kHtml };

// By how the name ends. INVALID_ARGUMENT: neither.
absl::StatusOr<ReportFile> ReportFileOf(absl::string_view path);

// `drill` is "TLD/20261122T023000Z", and has no line's end.
std::string SignatureText(ReportFile file, absl::string_view drill, absl::string_view bytes,
                          const crypto::SigningKey& key);

// Whose report it is. DATA_LOSS: not `key`'s signature over these bytes and that drill.
absl::StatusOr<std::string> CheckSignature(ReportFile file, absl::string_view bytes,
                                           absl::string_view text, const crypto::VerifyKey& key);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_HISTORY_SIGNATURE_H_
