// The modes of the verb log, and what they share.
#ifndef TIDEMARK_CLI_LOG_MODES_H_
#define TIDEMARK_CLI_LOG_MODES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/receipt_key.h"
#include "crypto/sign.h"
#include "vault/remote/remote_log.h"
#include "vault/remote/remote_vault.h"
#include "vault/witness/log_proof.h"

namespace tidemark::cli {

inline constexpr char kNoWitness[] =
    "Without a tree head that somebody kept (--since) it cannot be known whether the log was set "
    "back\nas a whole.\n";

struct LogArguments {
  std::string file;  // or a deposit's id
  ReceiptKeySource key;
  std::string since;
  std::string out;
  std::string format = "text";
  int verdict = 0;
  std::string entry;  // a number, instead of a deposit's id
  std::string from = "0";
};

// The agent's server, and the newest head of its log, verified.
struct LogSession {
  vault::AgentConnection agent;
  crypto::VerifyKey key;
  std::unique_ptr<vault::RemoteLog> log;
  vault::VerifiedHead newest;
};

// Every role may ask for heads and proofs, so what else the configuration holds is not looked at.
absl::StatusOr<LogSession> ConnectLog(const std::string& config_path);

// The head of --since, verified; nothing without that option.
absl::StatusOr<std::optional<vault::VerifiedHead>> LoadSince(const LogArguments& arguments,
                                                             const crypto::VerifyKey& key);

// The number of a log entry that `option` was given; INVALID_ARGUMENT if it is none.
absl::StatusOr<uint64_t> EntryNumber(absl::string_view option, const std::string& text);

// log prove: fetches a proof, checks it and writes it down.
void RunProve(const LogArguments& arguments, Session& session);

// log verify: a proof, offline, or that the server's log goes on from a head.
void RunVerify(const LogArguments& arguments, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_LOG_MODES_H_
