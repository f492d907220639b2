// How the audit log is shown: the same words and JSON keys in every verb.
#ifndef TIDEMARK_CLI_LOG_JSON_H_
#define TIDEMARK_CLI_LOG_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/deposit_json.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "vault/witness/log_proof.h"

namespace tidemark::cli {

absl::string_view EventName(tidemark::v1::LogEvent event);  // "deposit committed"

Json HeadJson(const vault::VerifiedHead& head);
std::string HeadLines(const vault::VerifiedHead& head);

Json ProofJson(const vault::VerifiedLogProof& proof);
std::string ProofLines(const vault::VerifiedLogProof& proof);

// A leaf as the server sent it; null and "not one" where it cannot be read.
Json LeafJson(const tidemark::v1::StoredLeaf& leaf);
std::string LeafLine(const tidemark::v1::StoredLeaf& leaf);

// "shredded on ... because ...", of the leaf that a server shows in a deleted deposit's place.
// DATA_LOSS: it says something else. Whether it is in the log, log prove --entry shows.
absl::StatusOr<std::string> DeletionText(const tidemark::v1::StoredLeaf& stored,
                                         const tidemark::v1::ReceiptBody& receipt);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_LOG_JSON_H_
