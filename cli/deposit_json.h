// How custody's messages are shown: the same words and JSON keys in every verb.
#ifndef TIDEMARK_CLI_DEPOSIT_JSON_H_
#define TIDEMARK_CLI_DEPOSIT_JSON_H_

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"

namespace tidemark::cli {

using Json = nlohmann::ordered_json;

absl::string_view KindName(tidemark::v1::DepositKind kind);        // "FULL"
absl::string_view OutcomeName(tidemark::v1::VerdictOutcome outcome);  // "pass"; "none"
std::string IdText(const tidemark::v1::DepositIdentity& identity);  // "tld/id/resend"
std::string TimeFromMicros(int64_t unix_micros);                   // RFC 3339, UTC
std::string TimeFromSeconds(int64_t unix_seconds);

Json ReceiptJson(const tidemark::v1::ReceiptBody& receipt);
std::string ReceiptText(const tidemark::v1::ReceiptBody& receipt);
Json SummaryJson(const tidemark::v1::DepositSummary& summary);

// Two-space indent and a newline; bytes that are not UTF-8 are replaced, never thrown over.
void PrintJson(const Json& json);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_DEPOSIT_JSON_H_
