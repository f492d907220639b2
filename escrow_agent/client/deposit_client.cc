#include "escrow_agent/client/deposit_client.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/deposit_head.h"
#include "escrow_agent/client/index/object_index.h"
#include "escrow_agent/client/sealed_upload.h"

namespace tidemark::escrow_agent {
namespace {

// Whether it can stand in a sealed manifest: what the reader refuses is not sealed in the first
// place. Bytes outside ASCII are refused although UTF-8 would do: deposit files have ASCII names
// (Specification 2), and a name that cannot be shown is not worth a deposit that cannot be opened.
absl::Status CheckFileName(absl::string_view name) {
  const bool is_printable = std::all_of(name.begin(), name.end(),
                                        [](char c) { return c >= 0x20 && c < 0x7f && c != '/'; });
  if (is_printable && !name.empty() && name.size() <= 255 && name != "." && name != "..") {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the file's name has to be 1 to 255 printable ASCII characters; rename it");
}

absl::StatusOr<std::unique_ptr<ObjectIndex>> OpenIndex(const DepositorConfig& config,
                                                       const std::string& tld,
                                                       const crypto::ObjectSecret& secret,
                                                       const DepositOptions& options) {
  absl::StatusOr<std::unique_ptr<ObjectIndex>> index =
      ObjectIndex::Open(IndexPath(config, tld),
                        {.vault_id = config.agent.vault_id,
                         .tld = tld,
                         .secret_check = crypto::ObjectHasher(secret).Check()});
  // Whatever it is, it is this machine's and nobody's refusal; receipts could not be kept either.
  if (!index.ok()) {
    return absl::UnavailableError(absl::StrCat("nothing was sent: ", index.status().message()));
  }
  if (options.send_everything) {
    const absl::Status dropped = (*index)->Drop("it was dropped, as --send-everything asks");
    if (!dropped.ok()) {
      return absl::UnavailableError(absl::StrCat("nothing was sent: ", dropped.message()));
    }
  }
  return index;
}

// What the agent thinks of the index is known: it is dropped, and whoever tries again is told why.
void DropRefused(const absl::Status& refusal, const DepositOptions& options, ObjectIndex& index) {
  const std::string why = absl::StrCat(
      "it was dropped, as the agent does not hold, or does not trust, what it relies on: ",
      refusal.message());
  // It is empty in memory in any case, and the deposit matters more than its file.
  index.Drop(why).IgnoreError();
  if (options.on_index_dropped) options.on_index_dropped(why);
}

// Begins with what the index says; without it if the agent does not hold, or does not trust, a pack
// of it. Why is not looked at: a second refusal is the answer.
absl::StatusOr<std::unique_ptr<SealedUpload>> Begin(const DepositorConfig& config,
                                                    const DepositHead& head, ObjectIndex& index,
                                                    const DepositOptions& options) {
  absl::StatusOr<std::unique_ptr<SealedUpload>> upload =
      SealedUpload::Begin(config, head, index, options);
  if (!absl::IsFailedPrecondition(upload.status()) || index.objects() == 0) return upload;
  DropRefused(upload.status(), options, index);
  return SealedUpload::Begin(config, head, index, options);
}

}  // namespace

absl::StatusOr<DepositResult> Deposit(const DepositorConfig& config, base::ByteSource& file,
                                      absl::string_view file_name,
                                      const DepositOptions& options) {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(CheckFileName(file_name));
  const std::string only_tld =
      config.object_secrets.size() == 1 ? config.object_secrets.begin()->first : "";
  ASSIGN_OR_RETURN(const DepositHead head, ReadDepositHead(file, options.path, only_tld));
  const auto secret = config.object_secrets.find(head.id.tld());
  if (secret == config.object_secrets.end()) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the deposit is of TLD ", head.id.tld(), ", for which this configuration has no secret"));
  }
  if (head.names_csv_files && !head.is_archive && options.csv_files == CsvFiles::kRefuse) {
    return absl::FailedPreconditionError(
        "has objects in CSV files beside it: deposit a tar of the XML and its CSV files, or the "
        "XML alone with --without-csv-files");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<ObjectIndex> index,
                   OpenIndex(config, head.id.tld(), secret->second, options));
  const bool relies_on_earlier_nights = index->objects() > 0;
  ASSIGN_OR_RETURN(const std::unique_ptr<SealedUpload> upload,
                   Begin(config, head, *index, options));
  absl::StatusOr<DepositResult> result = upload->Run(file, file_name);
  const bool is_refused =
      absl::IsInvalidArgument(result.status()) || absl::IsFailedPrecondition(result.status());
  if (is_refused && relies_on_earlier_nights) {
    DropRefused(result.status(), options, *index);
    return absl::UnavailableError(
        absl::StrCat("the agent does not take what the index of this registry says of its frames, "
                     "so the index was dropped; deposit again, everything is sent then: ",
                     result.status().message()));
  }
  if (result.ok()) result->stats.seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return result;
}

std::string IndexPath(const DepositorConfig& config, const std::string& tld) {
  return absl::StrCat(config.state_dir, "/index/", tld);
}

}  // namespace tidemark::escrow_agent
