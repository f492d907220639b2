#include "escrow_agent/client/manifest_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::escrow_agent {

ManifestWriter::Parts::Parts(const crypto::DepositKey& key, absl::string_view context,
                             PartSink sink)
    : sealer_(key, context), sink_(std::move(sink)) {}

absl::Status ManifestWriter::Parts::Write(absl::string_view data) {
  while (!data.empty()) {
    // The last part is sealed as such, so a full one waits until it is known that more follows.
    if (plain_.size() == base::kManifestPartBytes) {
      RETURN_IF_ERROR(Seal(crypto::PartSealer::Position::kMore));
    }
    const size_t n = std::min(data.size(), base::kManifestPartBytes - plain_.size());
    plain_.append(data.data(), n);
    data.remove_prefix(n);
  }
  return absl::OkStatus();
}

absl::Status ManifestWriter::Parts::Close() {
  if (std::exchange(is_closed_, true)) return absl::OkStatus();
  return Seal(crypto::PartSealer::Position::kLast);
}

absl::Status ManifestWriter::Parts::Seal(crypto::PartSealer::Position position) {
  if (count_ == base::kManifestPartsMax) {
    return absl::ResourceExhaustedError(absl::StrCat("the sealed manifest has more than ",
                                                     base::kManifestPartsMax, " parts"));
  }
  ASSIGN_OR_RETURN(std::string sealed, sealer_.Seal(plain_, position));
  plain_.clear();
  digest_.Update(sealed);
  bytes_ += sealed.size();
  return sink_(count_++, std::move(sealed));
}

ManifestWriter::ManifestWriter(const crypto::DepositKey& key, absl::string_view context,
                               PartSink sink)
    : parts_(key, context, std::move(sink)), compressed_(parts_) {}

absl::Status ManifestWriter::Write(const tidemark::v1::ManifestRecord& record) {
  std::string bytes;
  const size_t size = record.ByteSizeLong();
  CHECK(size <= base::kManifestRecordBytesMax);
  verifier::AppendVarint(static_cast<uint32_t>(size), bytes);
  CHECK(record.AppendToString(&bytes));
  return compressed_.Write(bytes);
}

absl::Status ManifestWriter::Close() { return compressed_.Close(); }

}  // namespace tidemark::escrow_agent
