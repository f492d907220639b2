#include "cli/vault_source.h"

#include <cstdint>
#include <cstdio>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "proto/service.pb.h"
#include "vault/manifest.h"
#include "verifier/release/release.h"
#include "verifier/service/config.h"
#include "verifier/service/label.h"

namespace tidemark::cli {
namespace {

// What a verifier's or a successor's file may hold besides what is needed here.
absl::Status IgnoreRest(const base::Config& config) {
  RETURN_IF_ERROR(config.PathOr("successor.opening_key", "").status());
  RETURN_IF_ERROR(verifier::IgnoreVerifierKeys(config));
  return config.CheckAllKeysKnown();
}

// A file that somebody was given is at fault, and not what custody has of the deposit.
absl::Status NotTheRelease(const absl::Status& why, absl::string_view path) {
  const absl::Status named = base::Annotate(why, path);
  return absl::IsDataLoss(named) ? absl::InvalidArgumentError(named.message()) : named;
}

}  // namespace

absl::Status VaultSource::LoadKeys(base::Config& config,
                                   const std::vector<std::string>& release_paths) {
  const bool by_release = !release_paths.empty();
  if (!by_release && !config.Has("verifier.opening_key")) {
    return absl::InvalidArgumentError(
        "this configuration has no key that opens deposits: a verifier's has one; a successor "
        "needs --release");
  }
  ASSIGN_OR_RETURN(
      const std::string key_path,
      config.RequiredPath(by_release ? "successor.opening_key" : "verifier.opening_key"));
  RETURN_IF_ERROR(IgnoreRest(config));
  for (const std::string& path : release_paths) {
    ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(path));
    absl::StatusOr<tidemark::v1::ReleasePackage> package = verifier::ParsePackage(bytes);
    if (!package.ok()) return NotTheRelease(package.status(), path);
    const absl::StatusOr<vault::DepositId> id = verifier::ReleasedDeposit(*package);
    if (!id.ok()) return NotTheRelease(id.status(), path);
    releases_[id->ToString()] = *std::move(package);
  }
  ASSIGN_OR_RETURN(key_, crypto::OpeningKey::Load(key_path));
  return absl::OkStatus();
}

absl::StatusOr<crypto::DepositKey> VaultSource::Unwrap(
    const verifier::SealedDeposit& sealed) const {
  if (releases_.empty()) return verifier::UnwrapForVerifier(sealed, *key_, agent_);
  const auto release = releases_.find(sealed.id.ToString());
  if (release == releases_.end()) {
    return absl::PermissionDeniedError(
        absl::StrCat("no --release is for deposit ", sealed.id.ToString()));
  }
  absl::StatusOr<verifier::Released> unwrapped =
      verifier::UnwrapForSuccessor(sealed, release->second, *key_, agent_);
  if (!unwrapped.ok()) return NotTheRelease(unwrapped.status(), "--release");
  verifier::Released released = *std::move(unwrapped);
  // The deposit opens without them. That somebody lied is still news, whatever --quiet says.
  for (const std::string& remark : released.remarks) {
    std::fprintf(stderr, "tidemark: the release of %s: %s\n", sealed.id.ToString().c_str(),
                 remark.c_str());
  }
  return std::move(released.key);
}

absl::StatusOr<std::unique_ptr<verifier::OpenedDeposit>> VaultSource::OpenDeposit(
    const vault::DepositId& id, const rde::DepositInfo* expected) {
  ASSIGN_OR_RETURN(const verifier::SealedDeposit sealed,
                   verifier::FetchSealedDeposit(*vault_, agent_, id));
  rde::DepositInfo info = verifier::InfoOf(sealed.manifest);
  if (expected != nullptr && !verifier::SameLabel(info, *expected)) {
    return absl::DataLossError("the vault's list does not say what the depositor signed");
  }
  if (expected == nullptr) info_ = std::move(info);
  ASSIGN_OR_RETURN(crypto::DepositKey key, Unwrap(sealed));
  return verifier::OpenDeposit(*vault_, sealed, agent_, std::move(key));
}

absl::StatusOr<std::unique_ptr<VaultSource>> VaultSource::Connect(
    base::Config& config, const std::string& id, const std::vector<std::string>& release_paths) {
  auto source = absl::WrapUnique(new VaultSource);
  ASSIGN_OR_RETURN(source->agent_, vault::LoadAgentConnection(config));
  RETURN_IF_ERROR(source->LoadKeys(config, release_paths));
  ASSIGN_OR_RETURN(source->vault_, vault::RemoteVault::Connect(source->agent_));
  ASSIGN_OR_RETURN(const vault::DepositId deposit_id, ResolveId(*source->vault_, id));
  source->tld_ = deposit_id.tld();
  source->name_ = deposit_id.ToString();
  return source;
}

absl::StatusOr<std::unique_ptr<VaultSource>> VaultSource::Open(
    base::Config& config, const std::string& id, const std::vector<std::string>& release_paths) {
  ASSIGN_OR_RETURN(std::unique_ptr<VaultSource> source, Connect(config, id, release_paths));
  ASSIGN_OR_RETURN(const vault::DepositId deposit_id, vault::DepositId::Parse(source->name_));
  ASSIGN_OR_RETURN(source->opened_, source->OpenDeposit(deposit_id, nullptr));
  return source;
}

absl::StatusOr<std::unique_ptr<VaultSource>> VaultSource::OpenPartial(
    base::Config& config, const std::string& id, const std::vector<std::string>& release_paths) {
  ASSIGN_OR_RETURN(std::unique_ptr<VaultSource> source, Connect(config, id, release_paths));
  ASSIGN_OR_RETURN(const vault::DepositId deposit_id, vault::DepositId::Parse(source->name_));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit sealed,
                   verifier::FetchSealedDeposit(*source->vault_, source->agent_, deposit_id));
  ASSIGN_OR_RETURN(crypto::DepositKey key, source->Unwrap(sealed));
  ASSIGN_OR_RETURN(source->partial_,
                   verifier::OpenPartialDeposit(
                       *source->vault_, sealed, source->agent_, std::move(key),
                       [&from = *source](const crypto::PackId& pack) {
                         return from.FindBirth(pack);
                       }));
  return source;
}

absl::StatusOr<verifier::OpenableDeposit> VaultSource::FindBirth(const crypto::PackId& pack) const {
  tidemark::v1::ListRequest request;
  request.set_tld(tld_);
  ASSIGN_OR_RETURN(const auto summaries, vault_->List(request));
  for (const tidemark::v1::DepositSummary& summary : summaries) {
    ASSIGN_OR_RETURN(const vault::DepositId id, vault::IdOf(summary.identity()));
    absl::StatusOr<verifier::SealedDeposit> sealed =
        verifier::FetchSealedDeposit(*vault_, agent_, id);
    // Another damaged deposit is no reason not to look on.
    if (!sealed.ok() || sealed->manifest.new_pack_id() != pack.bytes()) continue;
    ASSIGN_OR_RETURN(crypto::DepositKey key, Unwrap(*sealed));
    return verifier::OpenableDeposit{*std::move(sealed), std::move(key)};
  }
  return absl::NotFoundError("the deposit that the pack came with is not there");
}

absl::StatusOr<std::vector<verifier::ChainDeposit>> VaultSource::Bases() {
  std::vector<std::pair<vault::DepositId, rde::DepositInfo>> found;
  if (releases_.empty()) {
    tidemark::v1::ListRequest request;
    request.set_tld(tld_);
    ASSIGN_OR_RETURN(auto summaries, vault_->List(request));
    for (const tidemark::v1::DepositSummary& summary :
         verifier::UsableAsBases(std::move(summaries))) {
      ASSIGN_OR_RETURN(const vault::DepositId id, vault::IdOf(summary.identity()));
      found.emplace_back(id, verifier::InfoOf(summary));
    }
  } else {
    for (const auto& [name, package] : releases_) {
      ASSIGN_OR_RETURN(const vault::DepositId id, verifier::ReleasedDeposit(package));
      ASSIGN_OR_RETURN(const verifier::SealedDeposit sealed,
                       verifier::FetchSealedDeposit(*vault_, agent_, id));
      found.emplace_back(id, verifier::InfoOf(sealed.manifest));
    }
  }
  std::vector<verifier::ChainDeposit> bases;
  for (const auto& [id, info] : found) {
    if (id.tld() != tld_ || id.ToString() == name_) continue;
    bases.push_back(
        {id.ToString(), info,
         [this, id = id, info = info]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
           return OpenDeposit(id, &info);
         }});
  }
  return bases;
}

absl::Status IgnoreVaultSections(const base::Config& config) {
  for (const char* key :
       {"agent.address", "agent.server_name", "agent.authority", "agent.vault_id",
        "agent.receipt_key", "agent.verdict_key", "agent.opening_key", "agent.release_key",
        "agent.custodian_key", "tls.certificate", "tls.key"}) {
    RETURN_IF_ERROR(config.StringOr(key, "").status());
  }
  for (const char* key : {"release.commitments", "release.custodian_keys"}) {
    RETURN_IF_ERROR(config.StringListOr(key, {}).status());
  }
  return IgnoreRest(config);
}

}  // namespace tidemark::cli
