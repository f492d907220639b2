// Verdicts: appended, never replaced.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::SignedVerdict;
using tidemark::v1::VerdictBody;
using tidemark::v1::VerdictRow;

constexpr uint32_t kFormat = 1;

absl::StatusOr<VerdictBody> ParseVerdict(const SignedVerdict& verdict) {
  if (verdict.body().size() > base::kVerdictBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("verdict: ", verdict.body().size(), " bytes, limit ", base::kVerdictBytesMax));
  }
  VerdictBody body;
  if (!body.ParseFromString(verdict.body())) {
    return absl::InvalidArgumentError("verdict: the body is not a VerdictBody message");
  }
  if (body.format() != kFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat("verdict: format ", body.format(), ", this program knows ", kFormat));
  }
  if (body.outcome() != tidemark::v1::VERDICT_OUTCOME_PASS &&
      body.outcome() != tidemark::v1::VERDICT_OUTCOME_FAIL &&
      body.outcome() != tidemark::v1::VERDICT_OUTCOME_UNDECIDED) {
    return absl::InvalidArgumentError("verdict: want the outcome pass, fail or undecided");
  }
  return body;
}

absl::StatusOr<VerdictRow> ParseVerdictRow(absl::string_view value) {
  VerdictRow row;
  if (row.ParseFromArray(value.data(), static_cast<int>(value.size())) && row.format() == kFormat) {
    return row;
  }
  return absl::DataLossError("a stored verdict is not one");
}

}  // namespace

absl::StatusOr<std::vector<SignedVerdict>> VaultImpl::Verdicts(const DepositId& id) const {
  RETURN_IF_ERROR(ReadCatalogueRow(id).status());
  std::vector<SignedVerdict> verdicts;
  RETURN_IF_ERROR(store_->Scan(
      Family::kVerdicts, schema::VerdictsOf(id),
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const schema::ParsedVerdictKey parsed, schema::ParseVerdictKey(key));
        if (parsed.deposit != id || parsed.number != verdicts.size()) {
          return absl::DataLossError(
              absl::StrCat("the verdicts of ", id.ToString(), " are not numbered without gaps"));
        }
        ASSIGN_OR_RETURN(VerdictRow row, ParseVerdictRow(value));
        verdicts.push_back(std::move(*row.mutable_verdict()));
        return absl::OkStatus();
      }));
  return verdicts;
}

// A manifest that does not give its file back came from an index that says of packs what they do
// not hold. Which of them nobody can tell without opening them, so all are marked; sending in full
// costs one night, relying on a wrong one costs the deposit. A later pass of the same deposit
// clears nothing: it says that one manifest is right, not that the index was.
absl::Status VaultImpl::DistrustPacks(const DepositId& deposit, StoreBatch& batch) const {
  ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest, Manifest(deposit));
  ASSIGN_OR_RETURN(const tidemark::v1::ClearManifest clear, ParseClearManifest(manifest.body()));
  for (const tidemark::v1::PackRef& ref : clear.packs()) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
    ASSIGN_OR_RETURN(tidemark::v1::PackRow row, ReadPackRow(pack));
    row.set_distrusted(true);
    batch.Put(Family::kPacks, schema::PackKey(pack), row.SerializeAsString());
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> VaultImpl::AppendVerdict(const SignedVerdict& verdict,
                                                  const crypto::VerifyKey& key) {
  ASSIGN_OR_RETURN(const VerdictBody body, ParseVerdict(verdict));
  if (!key.Verify(crypto::SignaturePurpose::kVerdict, verdict.body(), verdict.signature()).ok()) {
    return absl::PermissionDeniedError("verdict: not signed by the key that signs verdicts here");
  }
  if (body.vault_id() != vault_id_) {
    return absl::InvalidArgumentError("verdict: it is about a deposit in another vault");
  }
  ASSIGN_OR_RETURN(const DepositId deposit, IdOf(body.identity()));

  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(log_status_);
  ASSIGN_OR_RETURN(CatalogueRow catalogue, ReadCatalogueRow(deposit));
  if (catalogue.shredded_log_index() != 0) {
    return retention::ShreddedError(*store_, deposit, catalogue);
  }
  if (body.manifest_digest() != catalogue.manifest_digest()) {
    return absl::InvalidArgumentError(
        absl::StrCat("verdict: it is about another manifest of ", deposit.ToString()));
  }
  const uint32_t number = catalogue.verdicts();
  if (number > 0) {
    // A verifier whose answer got lost asks again.
    ASSIGN_OR_RETURN(const std::string latest,
                     store_->Get(Family::kVerdicts, schema::VerdictKey(deposit, number - 1)));
    ASSIGN_OR_RETURN(const VerdictRow row, ParseVerdictRow(latest));
    if (row.verdict().body() == verdict.body()) return row.log_index();
  }
  if (number >= base::kVerdictsPerDepositMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat(deposit.ToString(), " has ", number, " verdicts, the limit"));
  }
  StoreBatch batch;
  const AuditLog::Entry entry = log_.Prepare(tidemark::v1::LOG_EVENT_VERDICT_APPENDED, deposit,
                                             crypto::Blake2b(verdict.body()), batch);
  VerdictRow row;
  row.set_format(kFormat);
  *row.mutable_verdict() = verdict;
  row.set_log_index(entry.index);
  catalogue.set_verdicts(number + 1);
  catalogue.set_latest_verdict(body.outcome());
  batch.Put(Family::kVerdicts, schema::VerdictKey(deposit, number), row.SerializeAsString());
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, deposit),
            catalogue.SerializeAsString());
  if (body.content_mismatch()) RETURN_IF_ERROR(DistrustPacks(deposit, batch));
  RETURN_IF_ERROR(WriteLogged(batch));
  return entry.index;
}

}  // namespace tidemark::vault
