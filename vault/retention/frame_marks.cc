#include "vault/retention/frame_marks.h"

#include <algorithm>
#include <bit>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault::retention {

void AddBits(absl::string_view more, std::string& bits) {
  if (bits.size() < more.size()) bits.resize(more.size(), '\0');
  for (size_t i = 0; i < more.size(); ++i) bits[i] = static_cast<char>(bits[i] | more[i]);
}

uint32_t CountBits(absl::string_view bits) {
  uint32_t count = 0;
  for (const char byte : bits) count += std::popcount(static_cast<unsigned char>(byte));
  return count;
}

absl::Status ForEachRun(absl::string_view bits,
                        const std::function<absl::Status(uint32_t, uint32_t)>& visit) {
  const auto end = static_cast<uint32_t>(bits.size() * 8);
  uint32_t first = 0;
  while (first < end) {
    if (!HasBit(bits, first)) {
      ++first;
      continue;
    }
    uint32_t behind = first + 1;
    while (behind < end && HasBit(bits, behind)) ++behind;
    RETURN_IF_ERROR(visit(first, behind - first));
    first = behind;
  }
  return absl::OkStatus();
}

absl::Status CheckNoneRemoved(const tidemark::v1::PackRef& ref, const tidemark::v1::PackRow& row) {
  const size_t bytes = std::min(ref.used().size(), row.removed_frames().size());
  for (size_t i = 0; i < bytes; ++i) {
    if ((ref.used()[i] & row.removed_frames()[i]) == 0) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("pack ", absl::BytesToHexString(ref.pack_id()),
                     " has no longer all frames that are relied on; send in full"));
  }
  return absl::OkStatus();
}

absl::Status FrameMarks::Add(const tidemark::v1::ClearManifest& manifest) {
  for (const tidemark::v1::PackRef& ref : manifest.packs()) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
    AddBits(ref.used(), bits_[pack]);
  }
  return absl::OkStatus();
}

std::string FrameMarks::Unmarked(const crypto::PackId& pack, uint32_t count,
                                 absl::string_view removed) const {
  const auto found = bits_.find(pack);
  const absl::string_view used = found == bits_.end() ? absl::string_view() : found->second;
  std::string unmarked;
  for (uint32_t frame = 0; frame < count; ++frame) {
    if (HasBit(used, frame) || HasBit(removed, frame)) continue;
    if (unmarked.empty()) unmarked.resize((count + 7) / 8, '\0');
    SetBit(unmarked, frame);
  }
  return unmarked;
}

}  // namespace tidemark::vault::retention
