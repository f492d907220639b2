// verifier.toml: what tidemark-verifier, `tidemark verify` and nobody else need.
//
//   [agent] and [tls]          as vault::LoadAgentConnection
//   [verifier] opening_key     file, mode 0600
//              signing_key     file, mode 0600; its public half is agent.verdict_key
//              what deposits are judged by             standards.h
//              memory_bytes, scratch_dir, threads    as Resources in verifier/check.h
//              state_dir       "state" (default): the newest tree head of the vault's log that was
//                              seen (vault/witness)
//              poll_seconds    10 (default), 1 to 86400
//              judge_program, judge_memory_bytes_max, judge_cpu_seconds_max
//                              of the process that reads deposits: confined_judge.h
#ifndef TIDEMARK_VERIFIER_SERVICE_CONFIG_H_
#define TIDEMARK_VERIFIER_SERVICE_CONFIG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/config.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "vault/remote/remote_vault.h"
#include "verifier/check.h"
#include "verifier/service/confined_judge.h"
#include "verifier/service/standards.h"

namespace tidemark::verifier {

struct VerifierConfig {
  vault::AgentConnection agent;
  crypto::OpeningKey opening_key;
  crypto::SigningKey signing_key;
  Standards standards;
  Resources resources;
  std::string state_dir;
  absl::Duration poll;
  ConfinedJudgeOptions judge;
};

// FAILED_PRECONDITION if the keys are not those that the agent knows: nobody would believe a
// verdict, or no deposit would open.
absl::StatusOr<VerifierConfig> LoadVerifierConfig(const std::string& path);

// The keys of [verifier] that other verbs meet in the same file, for their CheckAllKeysKnown().
absl::Status IgnoreVerifierKeys(const base::Config& config);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_CONFIG_H_
