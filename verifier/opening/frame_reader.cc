#include "verifier/opening/frame_reader.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "verifier/opening/manifest_reader.h"

namespace tidemark::verifier {

absl::StatusOr<std::unique_ptr<FrameReader>> FrameReader::Create(
    vault::RemoteVault& vault, const SealedDeposit& deposit,
    const tidemark::v1::ManifestHeader& header) {
  auto reader = absl::WrapUnique(new FrameReader(vault, deposit));
  if (header.packs_size() != deposit.manifest.packs_size()) {
    return ContentMismatch("its packs are not those of the clear manifest");
  }
  for (const auto& named : header.packs()) {
    const tidemark::v1::PackRef* ref = vault::FindPack(deposit.manifest, named.pack_id());
    absl::StatusOr<crypto::PackId> id = crypto::PackId::FromBytes(named.pack_id());
    absl::StatusOr<crypto::PackSecret> secret = crypto::PackSecret::FromManifest(named.secret());
    if (ref == nullptr || !id.ok() || !secret.ok()) {
      return ContentMismatch("it names a pack that the clear manifest does not");
    }
    for (const Pack& other : reader->packs_) {
      if (other.id == *id) return ContentMismatch("it names a pack twice");
    }
    reader->packs_.push_back(
        {*id, *std::move(secret), ref, std::vector<bool>(ref->frame_count(), false)});
    reader->fetches_left_ += base::kFrameFetchFactorMax * (uint64_t{ref->frame_count()} + 1);
  }
  return reader;
}

absl::StatusOr<const FrameContent*> FrameReader::Get(uint32_t pack_index, uint32_t frame) {
  if (pack_index == current_pack_ && frame == current_frame_) return &current_;
  if (pack_index >= packs_.size()) {
    return ContentMismatch(absl::StrCat("a run in pack ", pack_index, " of ", packs_.size()));
  }
  Pack& pack = packs_[pack_index];
  if (!vault::UsesFrame(*pack.ref, frame)) {
    return ContentMismatch(
        absl::StrCat("a run in frame ", frame, ", which the clear manifest does not name"));
  }
  ASSIGN_OR_RETURN(const std::string ciphertext, Fetch(pack, pack_index, frame));
  const absl::StatusOr<std::string> compressed =
      pack.secret.OpenFrame(deposit_.id.tld(), pack.id, frame, ciphertext);
  if (!compressed.ok()) return Blame(pack, frame);
  // From here on it is what the depositor sealed: whatever is wrong is the depositor's.
  absl::StatusOr<std::string> plain = decompressor_.Decompress(*compressed, base::kFramePlainBytes);
  if (!plain.ok()) return ContentMismatch(plain.status().message());
  absl::StatusOr<FrameContent> content = FrameContent::Parse(*std::move(plain));
  if (!content.ok()) return ContentMismatch(content.status().message());
  current_ = *std::move(content);
  current_pack_ = pack_index;
  current_frame_ = frame;
  pack.used[frame] = true;
  return &current_;
}

absl::StatusOr<std::string> FrameReader::Fetch(const Pack& pack, uint32_t pack_index,
                                               uint32_t frame) {
  if (window_pack_ != pack_index || !window_.contains(frame)) {
    const uint32_t count = std::min(base::kReadFramesMax, pack.ref->frame_count() - frame);
    if (fetches_left_ < count) {
      return ContentMismatch("its runs jump between frames without end");
    }
    fetches_left_ -= count;
    window_.clear();
    window_pack_ = pack_index;
    const absl::Status read =
        vault_.ReadFrames(deposit_.id, pack.id, frame, count,
                          [this](uint32_t number, absl::string_view ciphertext) -> absl::Status {
                            if (ciphertext.size() > base::kFrameCipherBytesMax) {
                              return absl::DataLossError(
                                  absl::StrCat("frame ", number, " is longer than one can be"));
                            }
                            window_.emplace(number, ciphertext);
                            return absl::OkStatus();
                          });
    RETURN_IF_ERROR(CustodysAnswer(read));
  }
  const auto found = window_.find(frame);
  if (found == window_.end()) {
    return absl::DataLossError(
        absl::StrCat("the vault did not send frame ", frame, " of pack ", pack.id.ToHex()));
  }
  std::string ciphertext = std::move(found->second);
  window_.erase(window_.begin(), std::next(found));
  return ciphertext;
}

// A frame does not open. If the whole pack still has the digest that the depositor signed, the
// depositor sealed rubbish; otherwise custody lost or altered it. Where the deposit does not use
// the whole pack that cannot be told, and custody is blamed: never the registry for our fault.
absl::Status FrameReader::Blame(const Pack& pack, uint32_t frame) {
  const absl::Status custody = absl::DataLossError(absl::StrCat(
      "frame ", frame, " of pack ", pack.id.ToHex(), " is not what the depositor sealed"));
  crypto::Blake2bStream digests;
  uint32_t next = 0;
  while (next < pack.ref->frame_count()) {
    const uint32_t begin = next;
    const uint32_t count = std::min(base::kReadFramesMax, pack.ref->frame_count() - next);
    const absl::Status read = vault_.ReadFrames(
        deposit_.id, pack.id, begin, count, [&](uint32_t number, absl::string_view ciphertext) {
          if (number != next) return custody;
          digests.Update(crypto::Blake2b(ciphertext).bytes());
          ++next;
          return absl::OkStatus();
        });
    RETURN_IF_ERROR(CustodysAnswer(read));
    if (next != begin + count) return custody;
  }
  if (digests.Finish().bytes() != pack.ref->frames_digest()) return custody;
  return ContentMismatch(absl::StrCat("frame ", frame, " was sealed wrongly"));
}

absl::Status FrameReader::CheckAllUsed() const {
  for (const Pack& pack : packs_) {
    for (uint32_t frame = 0; frame < pack.ref->frame_count(); ++frame) {
      if (pack.used[frame] != vault::UsesFrame(*pack.ref, frame)) {
        return ContentMismatch(absl::StrCat("the clear manifest names frame ", frame,
                                            " and the deposit does not use it"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
