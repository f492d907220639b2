#include "verifier/opening/manifest_header.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "verifier/opening/manifest_reader.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kFileNameBytesMax = 255;

}  // namespace

absl::Status CheckManifestHeader(const tidemark::v1::ManifestHeader& header,
                                 const vault::DepositId& id) {
  const absl::StatusOr<vault::DepositId> sealed_id = vault::IdOf(header.identity());
  if (!sealed_id.ok() || *sealed_id != id) {
    return ContentMismatch("its identity is another one than the clear manifest's");
  }
  const std::string& name = header.file_name();
  if (name.empty() || name.size() > kFileNameBytesMax || name == "." || name == ".." ||
      name.find('/') != std::string::npos || name.find('\0') != std::string::npos) {
    return ContentMismatch("its file name is not the last component of one");
  }
  return absl::OkStatus();
}

absl::StatusOr<RecordBehindCounts> TakeFrameCounts(uint32_t format, ManifestReader& records,
                                                   PackSet& packs) {
  while (true) {
    RecordBehindCounts record = records.Next();
    const bool is_counts = record.ok() && record->has_value() && (*record)->has_frame_counts();
    if (!is_counts || format < 3) {
      RETURN_IF_ERROR(packs.CheckCounts());
      return record;
    }
    RETURN_IF_ERROR(packs.AddCounts((*record)->frame_counts()));
  }
}

absl::Status GapTable::Add(const std::string& gap) {
  if (gap.size() > base::kManifestGapBytesMax || gaps_.size() == base::kManifestGapsMax) {
    return ContentMismatch("its gap table is over its limits");
  }
  gaps_.push_back(gap);
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> GapTable::Get(uint32_t index) const {
  if (index < gaps_.size()) return absl::string_view(gaps_[index]);
  return ContentMismatch(absl::StrCat("gap ", index, " of ", gaps_.size()));
}

}  // namespace tidemark::verifier
