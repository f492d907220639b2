// What a directory is: a primary's vault, or a second copy of it.
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "vault/replica/open_replication.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;

}  // namespace

absl::Status CheckIsPrimary(const RocksStore& store) {
  const absl::StatusOr<std::string> marker = store.Get(Family::kMeta, schema::kReplicaOfKey);
  if (absl::IsNotFound(marker.status())) return absl::OkStatus();
  RETURN_IF_ERROR(marker.status());
  return absl::FailedPreconditionError(
      "holds a second copy, which is served with [replica] in tidemarkd's configuration; to make "
      "it "
      "the primary, for the old one is gone for good: tidemark replica promote --help");
}

absl::Status CheckIsReplicaOf(const RocksStore& store, absl::string_view vault_id,
                              const crypto::VerifyKey& primary_key) {
  const absl::StatusOr<std::string> stored_id = store.Get(Family::kMeta, schema::kVaultIdKey);
  // The first leaf has not come yet.
  if (absl::IsNotFound(stored_id.status())) return absl::OkStatus();
  RETURN_IF_ERROR(stored_id.status());
  ASSIGN_OR_RETURN(const std::string format_value, store.Get(Family::kMeta, schema::kFormatKey));
  ASSIGN_OR_RETURN(const uint32_t format, schema::ParseFormatValue(format_value));
  if (format != schema::kSchemaFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat("the second copy has format ", format, ", this program knows format ",
                     schema::kSchemaFormat, "; begin one in an empty directory"));
  }
  if (*stored_id != vault_id) {
    return absl::FailedPreconditionError(absl::StrCat("holds vault ", base::HexEncode(*stored_id),
                                                      ", not ", base::HexEncode(vault_id)));
  }
  const absl::StatusOr<std::string> marker = store.Get(Family::kMeta, schema::kReplicaOfKey);
  if (absl::IsNotFound(marker.status())) {
    return absl::FailedPreconditionError(
        "holds a primary's vault; it is never made into a second copy: take another data_dir");
  }
  RETURN_IF_ERROR(marker.status());
  if (*marker == primary_key.bytes()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "is the second copy of a vault with another receipt key (replica.of)");
}

}  // namespace tidemark::vault
