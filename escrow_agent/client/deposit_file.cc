// Around one upload: the configuration, trying again, where receipts are kept, and the witness.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "escrow_agent/client/deposit_client.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/witness.h"

namespace tidemark::escrow_agent {
namespace {

constexpr size_t kTldsMax = 4096;

// Directories and the file, durable before anybody is told that the receipt is held. One that is
// kept already stays: if the agent now gives another one for the same deposit, its vault lost what
// it had promised, and the older receipt is the only witness.
absl::Status KeepReceipt(const std::string& path, const tidemark::v1::Receipt& receipt) {
  RETURN_IF_ERROR(base::MakeDirs(path.substr(0, path.rfind('/')), base::FileMode::kPrivate));
  const std::string bytes = receipt.SerializeAsString();
  const absl::StatusOr<std::string> kept = base::ReadSmallFile(path);
  if (absl::IsNotFound(kept.status())) return base::WriteFile(path, bytes, base::FileMode::kPublic);
  if (kept.ok() && *kept == bytes) return absl::OkStatus();
  const std::string other = absl::StrCat(path, ".other");
  RETURN_IF_ERROR(base::WriteFile(other, bytes, base::FileMode::kPublic));
  return absl::DataLossError(absl::StrCat(
      "deposited, but the agent gave another receipt for this deposit before: ", path,
      " is kept, the new one is ", other, "; ask the escrow agent whether its vault was set back"));
}

// DATA_LOSS and UNAVAILABLE as DepositResult::witness_status has them.
absl::Status ShowToWitness(const DepositorConfig& config,
                           const tidemark::v1::ReceiptBody& receipt) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey key,
                   crypto::VerifyKey::FromHex(config.agent.receipt_key_hex));
  ASSIGN_OR_RETURN(const std::unique_ptr<vault::RemoteLog> log,
                   vault::RemoteLog::Connect(config.agent));
  return vault::Witness(WitnessDir(config), config.agent.vault_id, key)
      .Observe(*log, receipt.tree_head());
}

// What to do so that a receipt can be kept.
absl::string_view RemedyOf(const absl::Status& kept) {
  switch (kept.code()) {
    case absl::StatusCode::kResourceExhausted:
      return "make room for it";
    case absl::StatusCode::kPermissionDenied:
      return "let this user write there";
    default:
      return "mend that";
  }
}

absl::StatusOr<std::unique_ptr<base::FileSource>> OpenFile(const std::string& path) {
  absl::StatusOr<std::unique_ptr<base::FileSource>> file = base::FileSource::Open(path);
  if (file.ok()) return file;
  return absl::NotFoundError(absl::StrCat("cannot read ", file.status().message()));
}

}  // namespace

absl::StatusOr<DepositorConfig> LoadDepositorConfig(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const std::string signing_key_path,
                   config.RequiredPath("depositor.signing_key"));
  ASSIGN_OR_RETURN(std::string state_dir, config.RequiredPath("depositor.state_dir"));
  ASSIGN_OR_RETURN(const size_t tlds, config.TableCount("tld"));
  if (tlds == 0 || tlds > kTldsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", tlds, " tables [[tld]], want 1 to ", kTldsMax));
  }
  std::map<std::string, crypto::ObjectSecret> secrets;
  for (size_t i = 0; i < tlds; ++i) {
    ASSIGN_OR_RETURN(const std::string name,
                     config.RequiredString(absl::StrCat("tld.", i, ".name")));
    ASSIGN_OR_RETURN(const std::string secret_path,
                     config.RequiredPath(absl::StrCat("tld.", i, ".object_secret")));
    ASSIGN_OR_RETURN(crypto::ObjectSecret secret, crypto::ObjectSecret::Load(secret_path));
    if (!secrets.emplace(name, std::move(secret)).second) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": TLD ", name, " stands there twice"));
    }
  }
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  ASSIGN_OR_RETURN(crypto::SigningKey signing_key, crypto::SigningKey::Load(signing_key_path));
  return DepositorConfig{
      .agent = std::move(agent),
      .signing_key = std::move(signing_key),
      .object_secrets = std::move(secrets),
      .state_dir = std::move(state_dir),
  };
}

absl::StatusOr<DepositResult> DepositFile(const DepositorConfig& config, const std::string& path,
                                          const DepositOptions& options) {
  const std::string file_name = path.substr(path.rfind('/') + 1);
  absl::Duration delay = options.retry_delay;
  // By an attempt that then failed: the next one finds no index, and would not know why.
  std::string why_dropped;
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> file, OpenFile(path));
    DepositOptions attempt_options = options;
    attempt_options.on_index_dropped = [&why_dropped](std::string why) {
      why_dropped = std::move(why);
    };
    // A pipe cannot be read again.
    if (file->size_bytes() > 0) attempt_options.path = path;
    absl::StatusOr<DepositResult> result = Deposit(config, *file, file_name, attempt_options);
    // A pipe cannot be read again from its start.
    const bool is_worth_it =
        absl::IsUnavailable(result.status()) || absl::IsAborted(result.status());
    const bool may_retry = is_worth_it && file->size_bytes() > 0 && attempt < options.attempts_max;
    if (!may_retry) {
      if (!result.ok()) return base::Annotate(result.status(), file_name);
      result->stats.attempts = attempt;
      if (!why_dropped.empty()) result->why_full = why_dropped;
      const std::string receipt_path = ReceiptPath(config, result->id);
      const absl::Status kept = KeepReceipt(receipt_path, result->receipt);
      if (kept.ok() || absl::IsDataLoss(kept)) {
        result->witness_status = ShowToWitness(config, result->body);
      }
      if (kept.ok()) return result;
      if (absl::IsDataLoss(kept) && absl::IsDataLoss(result->witness_status)) {
        return absl::DataLossError(
            absl::StrCat(kept.message(), "; and ", result->witness_status.message()));
      }
      if (absl::IsDataLoss(kept)) return kept;
      // Whatever the reason, it is this machine's: the agent has said yes.
      return absl::UnavailableError(absl::StrCat(
          "deposited, but the receipt could not be kept: ", kept.message(), "; ", RemedyOf(kept),
          " and deposit again: the agent answers with the same receipt"));
    }
    absl::SleepFor(delay);
    delay *= 2;
  }
}

std::string WitnessDir(const DepositorConfig& config) {
  return absl::StrCat(config.state_dir, "/witness");
}

std::string ReceiptPath(const DepositorConfig& config, const vault::DepositId& id) {
  return absl::StrCat(config.state_dir, "/receipts/", id.tld(), "/", id.id(), "_", id.resend(),
                      ".receipt");
}

}  // namespace tidemark::escrow_agent
