#include "verifier/service/config.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/status.h"
#include "base/subprocess.h"

namespace tidemark::verifier {
namespace {

constexpr int64_t kPollSecondsDefault = 10;
constexpr int64_t kPollSecondsMax = 86400;
constexpr char kJudgeProgram[] = "tidemark-judge";
constexpr int64_t kJudgeMemoryBytesMin = 256 << 20;
constexpr int64_t kJudgeMemoryBytesMax = int64_t{1} << 40;
constexpr int64_t kJudgeCpuSecondsMin = 10;
constexpr int64_t kJudgeCpuSecondsMax = 7 * 86400;

absl::StatusOr<ConfinedJudgeOptions> LoadJudgeOptions(const base::Config& config) {
  ConfinedJudgeOptions judge;
  ASSIGN_OR_RETURN(judge.program, config.PathOr("verifier.judge_program", ""));
  if (judge.program.empty()) {
    ASSIGN_OR_RETURN(const std::string dir, base::OwnProgramDir());
    judge.program = absl::StrCat(dir, "/", kJudgeProgram);
  }
  ASSIGN_OR_RETURN(const int64_t memory,
                   config.IntOr("verifier.judge_memory_bytes_max",
                                static_cast<int64_t>(judge.limits.memory_bytes_max),
                                kJudgeMemoryBytesMin, kJudgeMemoryBytesMax));
  ASSIGN_OR_RETURN(const int64_t cpu,
                   config.IntOr("verifier.judge_cpu_seconds_max",
                                static_cast<int64_t>(judge.limits.cpu_seconds_max),
                                kJudgeCpuSecondsMin, kJudgeCpuSecondsMax));
  judge.limits.memory_bytes_max = static_cast<uint64_t>(memory);
  judge.limits.cpu_seconds_max = static_cast<uint64_t>(cpu);
  return judge;
}

absl::StatusOr<Resources> LoadResources(const base::Config& config) {
  Resources resources;
  ASSIGN_OR_RETURN(
      const int64_t memory_bytes,
      config.IntOr("verifier.memory_bytes", static_cast<int64_t>(resources.memory_bytes_max),
                   static_cast<int64_t>(kMemoryBytesMin), static_cast<int64_t>(kMemoryBytesMax)));
  ASSIGN_OR_RETURN(const int64_t threads,
                   config.IntOr("verifier.threads", resources.threads, 1, kThreadsMax));
  ASSIGN_OR_RETURN(resources.scratch_dir, config.PathOr("verifier.scratch_dir", ""));
  resources.memory_bytes_max = static_cast<uint64_t>(memory_bytes);
  resources.threads = static_cast<int>(threads);
  return resources;
}

}  // namespace

absl::StatusOr<VerifierConfig> LoadVerifierConfig(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const std::string opening_path, config.RequiredPath("verifier.opening_key"));
  ASSIGN_OR_RETURN(const std::string signing_path, config.RequiredPath("verifier.signing_key"));
  ASSIGN_OR_RETURN(Standards standards, LoadStandards(config));
  ASSIGN_OR_RETURN(const Resources resources, LoadResources(config));
  ASSIGN_OR_RETURN(std::string state_dir, config.PathOr("verifier.state_dir", "state"));
  ASSIGN_OR_RETURN(const int64_t poll_seconds,
                   config.IntOr("verifier.poll_seconds", kPollSecondsDefault, 1, kPollSecondsMax));
  ASSIGN_OR_RETURN(ConfinedJudgeOptions judge, LoadJudgeOptions(config));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  ASSIGN_OR_RETURN(crypto::OpeningKey opening_key, crypto::OpeningKey::Load(opening_path));
  ASSIGN_OR_RETURN(crypto::SigningKey signing_key, crypto::SigningKey::Load(signing_path));
  if (opening_key.public_key().ToHex() != agent.opening_key_hex) {
    return absl::FailedPreconditionError(
        absl::StrCat(opening_path, " is not the key of agent.opening_key"));
  }
  if (signing_key.verify_key().ToHex() != agent.verdict_key_hex) {
    return absl::FailedPreconditionError(
        absl::StrCat(signing_path, " is not the key of agent.verdict_key"));
  }
  return VerifierConfig{.agent = std::move(agent),
                        .opening_key = std::move(opening_key),
                        .signing_key = std::move(signing_key),
                        .standards = std::move(standards),
                        .resources = resources,
                        .state_dir = std::move(state_dir),
                        .poll = absl::Seconds(poll_seconds),
                        .judge = std::move(judge)};
}

absl::Status IgnoreVerifierKeys(const base::Config& config) {
  for (const char* key : {"verifier.opening_key", "verifier.signing_key", "verifier.judge_program",
                          "verifier.scratch_dir", "verifier.state_dir"}) {
    RETURN_IF_ERROR(config.PathOr(key, "").status());
  }
  RETURN_IF_ERROR(IgnoreStandards(config));
  for (const char* key : {"verifier.poll_seconds", "verifier.memory_bytes", "verifier.threads",
                          "verifier.judge_memory_bytes_max", "verifier.judge_cpu_seconds_max"}) {
    RETURN_IF_ERROR(config.IntOr(key, 0, 0, INT64_MAX).status());
  }
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
