#include "verifier/opening/pack_set.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "verifier/opening/manifest_reader.h"

namespace tidemark::verifier {

absl::StatusOr<std::unique_ptr<PackSet>> PackSet::Create(
    vault::RemoteVault& vault, const SealedDeposit& deposit,
    const tidemark::v1::ManifestHeader& header) {
  auto set = absl::WrapUnique(new PackSet(vault, deposit));
  if (header.packs_size() != deposit.manifest.packs_size()) {
    return ContentMismatch("its packs are not those of the clear manifest");
  }
  std::set<absl::string_view> seen;
  for (const auto& named : header.packs()) {
    const tidemark::v1::PackRef* ref = vault::FindPack(deposit.manifest, named.pack_id());
    absl::StatusOr<crypto::PackId> id = crypto::PackId::FromBytes(named.pack_id());
    absl::StatusOr<crypto::PackSecret> secret = crypto::PackSecret::FromManifest(named.secret());
    if (ref == nullptr || !id.ok() || !secret.ok()) {
      return ContentMismatch("it names a pack that the clear manifest does not");
    }
    if (!seen.insert(named.pack_id()).second) return ContentMismatch("it names a pack twice");
    for (uint32_t frame = 0; frame < ref->frame_count(); ++frame) {
      set->used_frames_ += vault::UsesFrame(*ref, frame) ? 1 : 0;
    }
    set->packs_.push_back({*id, *std::move(secret), ref});
  }
  return set;
}

absl::Status PackSet::AddCounts(const tidemark::v1::FrameCounts& counts) {
  if (counts.pack() >= packs_.size()) return ContentMismatch("objects of a pack that is not there");
  Pack& pack = packs_[counts.pack()];
  const auto given = static_cast<size_t>(counts.objects_size());
  if (given == 0 || pack.counts.size() + given > pack.ref->frame_count()) {
    return ContentMismatch("objects of more frames than a pack has, or of none");
  }
  pack.counts.insert(pack.counts.end(), counts.objects().begin(), counts.objects().end());
  return absl::OkStatus();
}

absl::Status PackSet::CheckCounts() const {
  for (const Pack& pack : packs_) {
    if (!pack.counts.empty() && pack.counts.size() != pack.ref->frame_count()) {
      return ContentMismatch("objects of some frames of a pack, and not of all");
    }
  }
  return absl::OkStatus();
}

bool PackSet::Uses(uint32_t pack, uint32_t frame) const {
  return vault::UsesFrame(*packs_[pack].ref, frame);
}

absl::Status PackSet::Open(uint32_t pack_number, uint32_t first, uint32_t count,
                           const TakeFrame& take) {
  const Pack& pack = packs_[pack_number];
  const uint32_t end = first + std::min(count, pack.ref->frame_count() - first);
  uint32_t next = first;
  const auto skip_unused = [&] {
    while (next < end && !vault::UsesFrame(*pack.ref, next)) ++next;
  };
  skip_unused();
  // Ours, and which frame it is about, once the vault's call is over: the vault must not be asked
  // something else in the middle of an answer.
  absl::Status own;
  std::optional<uint32_t> does_not_open;
  const absl::Status read = vault_.ReadFrames(
      deposit_.id, pack.id, first, end - first,
      [&](uint32_t number, absl::string_view ciphertext) -> absl::Status {
        if (number != next || number >= end) {
          own = absl::DataLossError(absl::StrCat("the vault sent frame ", number, " of pack ",
                                                 pack.id.ToHex(), " for frame ", next));
          return own;
        }
        absl::StatusOr<FrameContent> content = OpenFrame(pack, number, ciphertext);
        if (absl::IsDataLoss(content.status())) does_not_open = number;
        own = content.status();
        if (own.ok() && !pack.counts.empty() && content->count() != pack.counts[number]) {
          own = ContentMismatch(absl::StrCat("frame ", number, " has ", content->count(),
                                             " objects, and it says ", pack.counts[number]));
        }
        if (own.ok()) own = take(number, *std::move(content));
        ++next;
        skip_unused();
        return own;
      });
  if (does_not_open.has_value()) return Blame(pack, *does_not_open);
  RETURN_IF_ERROR(own);
  RETURN_IF_ERROR(CustodysAnswer(read));
  if (next == end) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the vault did not send frame ", next, " of pack ", pack.id.ToHex()));
}

absl::Status PackSet::OpenAll(uint32_t pack, const TakeFrame& take,
                              std::vector<UnreadableFrame>* unreadable) {
  uint32_t first = 0;
  while (first < frames(pack)) {
    uint32_t next = first;
    absl::Status own;
    const absl::Status opened =
        Open(pack, first, base::kReadFramesMax, [&](uint32_t number, FrameContent content) {
          next = number + 1;
          own = take(number, std::move(content));
          return own;
        });
    RETURN_IF_ERROR(own);
    if (opened.ok()) {
      first += std::min(base::kReadFramesMax, frames(pack) - first);
      continue;
    }
    const bool is_of_frame = absl::IsDataLoss(opened) || absl::IsFailedPrecondition(opened);
    if (unreadable == nullptr || !is_of_frame) return opened;
    // The first that is used and did not come: the call ended there.
    while (next < frames(pack) && !Uses(pack, next)) ++next;
    if (next >= frames(pack)) return opened;
    unreadable->push_back({pack, next, std::string(opened.message())});
    first = next + 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<FrameContent> PackSet::OpenFrame(const Pack& pack, uint32_t frame,
                                                absl::string_view ciphertext) {
  if (ciphertext.size() > base::kFrameCipherBytesMax) {
    return absl::DataLossError(absl::StrCat("frame ", frame, " is longer than one can be"));
  }
  const absl::StatusOr<std::string> compressed =
      pack.secret.OpenFrame(deposit_.id.tld(), pack.id, frame, ciphertext);
  RETURN_IF_ERROR(compressed.status());
  // From here on it is what the depositor sealed: whatever is wrong is the depositor's.
  absl::StatusOr<std::string> plain = decompressor_.Decompress(*compressed, base::kFramePlainBytes);
  if (!plain.ok()) return ContentMismatch(plain.status().message());
  absl::StatusOr<FrameContent> content = FrameContent::Parse(*std::move(plain));
  if (!content.ok()) return ContentMismatch(content.status().message());
  return content;
}

// A frame does not open. If the whole pack still has the digest that the depositor signed, the
// depositor sealed rubbish; otherwise custody lost or altered it. Where the deposit does not use
// the whole pack that cannot be told, and custody is blamed: never the registry for our fault.
absl::Status PackSet::Blame(const Pack& pack, uint32_t frame) {
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

}  // namespace tidemark::verifier
