#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/replica/applying.h"
#include "vault/replica/healing.h"
#include "vault/replica/piece_names.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"
#include "vault/stored_row.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::LogRow;
using tidemark::v1::PackRow;
using tidemark::v1::SignedManifest;
using tidemark::v1::SignedTreeHead;

// Digests that go into one message of a stream: half a message.
constexpr size_t kDigestChunkBytes = base::kGrpcMessageBytesMax / 2;

template <typename Message>
absl::StatusOr<Message> ReadRow(const RocksStore& store, Family family, absl::string_view key,
                                absl::string_view what) {
  const absl::StatusOr<std::string> value = store.Get(family, key);
  if (absl::IsNotFound(value.status())) {
    return absl::NotFoundError(absl::StrCat("there is no ", what));
  }
  RETURN_IF_ERROR(value.status());
  return ParseRow<Message>(*value, what);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Replication>> OpenReplication(const ReplicationParts& parts) {
  auto replication = std::make_unique<ReplicationImpl>(parts);
  if (parts.primary_key.has_value()) RETURN_IF_ERROR(replication->LoadPromises());
  return replication;
}

absl::StatusOr<CatalogueRow> ReplicationImpl::ReadCatalogue(const DepositId& id) const {
  return ReadRow<CatalogueRow>(parts_.store, Family::kDeposits,
                               schema::DepositKey(DepositRow::kCatalogue, id),
                               absl::StrCat("deposit ", id.ToString()));
}

absl::StatusOr<SignedManifest> ReplicationImpl::ReadManifest(const DepositId& id) const {
  return ReadRow<SignedManifest>(parts_.store, Family::kDeposits,
                                 schema::DepositKey(DepositRow::kManifest, id),
                                 absl::StrCat("manifest of ", id.ToString()));
}

absl::StatusOr<PackRow> ReplicationImpl::ReadPack(const crypto::PackId& pack) const {
  return ReadRow<PackRow>(parts_.store, Family::kPacks, schema::PackKey(pack),
                          absl::StrCat("row of pack ", pack.ToHex()));
}

absl::StatusOr<LogRow> ReplicationImpl::ReadLog(uint64_t index) const {
  return ReadRow<LogRow>(parts_.store, Family::kLog, schema::LogKey(index),
                         absl::StrCat("leaf ", index));
}

absl::StatusOr<uint64_t> ReplicationImpl::ReadSize() const {
  const auto row =
      ReadRow<tidemark::v1::FrontierRow>(parts_.store, Family::kMeta, schema::kFrontierKey, "log");
  if (absl::IsNotFound(row.status())) return uint64_t{0};
  RETURN_IF_ERROR(row.status());
  return row->size();
}

absl::StatusOr<tidemark::v1::ReplicaState> ReplicationImpl::State() const {
  tidemark::v1::ReplicaState state;
  state.set_vault_id(parts_.vault_id);
  state.set_is_replica(parts_.primary_key.has_value());
  ASSIGN_OR_RETURN(const uint64_t size, ReadSize());
  if (size > 0) {
    ASSIGN_OR_RETURN(LogRow row, ReadLog(size - 1));
    *state.mutable_tree_head() = std::move(*row.mutable_tree_head());
  }
  const auto contradicting = ReadRow<SignedTreeHead>(
      parts_.store, Family::kMeta, schema::kContradictingHeadKey, "contradicting head");
  if (contradicting.ok()) *state.mutable_contradicting_head() = *contradicting;
  ASSIGN_OR_RETURN(*state.mutable_stopped(), ReadStopped());
  return state;
}

absl::StatusOr<std::string> ReplicationImpl::Piece(const tidemark::v1::PieceIdentity& piece) const {
  ASSIGN_OR_RETURN(const PieceName name, NameOf(piece));
  // What is not committed is nobody's to see.
  const absl::StatusOr<PackRow> row = ReadPack(name.pack);
  if (!row.ok()) return row.status();
  if (row->state() != tidemark::v1::PACK_STATE_COMMITTED) {
    return absl::NotFoundError(absl::StrCat("there is no ", Describe(name)));
  }
  return parts_.pieces.Get(name);
}

absl::Status ReplicationImpl::Digests(
    absl::string_view pack_id,
    const std::function<absl::Status(absl::string_view digests)>& sink) const {
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(pack_id));
  ASSIGN_OR_RETURN(const PackRow row, ReadPack(pack));
  if (row.state() != tidemark::v1::PACK_STATE_COMMITTED) {
    return absl::NotFoundError(absl::StrCat("there is no pack ", pack.ToHex()));
  }
  if (!row.removed_frames().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "frames of pack ", pack.ToHex(), " were removed, and their digests with them"));
  }
  std::string chunk;
  uint32_t next = 0;
  absl::Status sunk;
  const auto add = [&](absl::string_view digest) -> absl::Status {
    ++next;
    absl::StrAppend(&chunk, digest);
    if (chunk.size() < kDigestChunkBytes) return absl::OkStatus();
    sunk = sink(chunk);
    chunk.clear();
    return sunk;
  };
  const absl::Status scanned = parts_.pieces.Scan(
      PieceKind::kFrame, pack,
      [&](uint32_t number, const crypto::Blake2bDigest& digest, absl::string_view) -> absl::Status {
        const uint32_t end = std::min(number, row.frame_count());
        while (next < end) RETURN_IF_ERROR(add(kUnknownDigest));
        return number < row.frame_count() ? add(digest.bytes()) : absl::OkStatus();
      });
  RETURN_IF_ERROR(sunk);
  if (!scanned.ok() && !absl::IsDataLoss(scanned)) return scanned;
  // What lies behind a row that cannot be read is asked for one by one.
  while (next < row.frame_count()) {
    const std::optional<crypto::Blake2bDigest> digest =
        StoredDigest({PieceKind::kFrame, pack, next});
    RETURN_IF_ERROR(add(digest.has_value() ? digest->bytes() : kUnknownDigest));
  }
  return chunk.empty() ? absl::OkStatus() : sink(chunk);
}

std::optional<crypto::Blake2bDigest> ReplicationImpl::StoredDigest(const PieceName& name) const {
  const Family family = name.kind == PieceKind::kFrame ? Family::kFrames : Family::kParts;
  const absl::StatusOr<std::string> value =
      parts_.store.Get(family, schema::PieceKey(name.pack, name.number));
  if (!value.ok()) return std::nullopt;
  const absl::StatusOr<schema::StoredPiece> piece = schema::ParsePiece(*value);
  if (!piece.ok()) return std::nullopt;
  return piece->digest;
}

absl::StatusOr<std::vector<tidemark::v1::PieceIdentity>> ReplicationImpl::Damaged() const {
  std::vector<tidemark::v1::PieceIdentity> damaged;
  for (const uint32_t kind : {schema::kFrameKind, schema::kPartKind}) {
    RETURN_IF_ERROR(parts_.store.ScanAround(
        Family::kScrub, schema::DamagesOf(kind, {}),
        [&damaged](absl::string_view key, absl::string_view) -> absl::Status {
          ASSIGN_OR_RETURN(const schema::ParsedDamageKey parsed, schema::ParseDamageKey(key));
          if (damaged.size() >= base::kListEntriesMax) {
            return absl::ResourceExhaustedError(absl::StrCat(
                "more than ", base::kListEntriesMax, " pieces are damaged; make this copy anew"));
          }
          tidemark::v1::PieceIdentity& piece = damaged.emplace_back();
          piece.set_type(parsed.kind == schema::kFrameKind
                             ? tidemark::v1::PIECE_TYPE_FRAME
                             : tidemark::v1::PIECE_TYPE_MANIFEST_PART);
          piece.set_pack_id(std::string(parsed.pack.bytes()));
          piece.set_number(parsed.number);
          return absl::OkStatus();
        },
        // The rest is found again by the scrub, which begins a cycle for it, and healed then.
        [this](const RocksStore::Unreadable&) {
          parts_.store.NoteUnreadable(Family::kScrub);
        }));
  }
  return damaged;
}

absl::StatusOr<std::unique_ptr<Healing>> ReplicationImpl::Heal(tidemark::v1::PieceType type,
                                                               absl::string_view pack_id) {
  ASSIGN_OR_RETURN(const PieceKind kind, KindOf(type));
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(pack_id));
  return HealingImpl::Begin(*this, kind, pack);
}

absl::StatusOr<std::unique_ptr<Applying>> ReplicationImpl::Apply(const SignedTreeHead& head) {
  if (!parts_.primary_key.has_value()) {
    return absl::FailedPreconditionError("this is no second copy: it has a log of its own");
  }
  if (has_turn_.exchange(true)) {
    return absl::UnavailableError("another copier is at this second copy; try again later");
  }
  // Gives the turn back, also on an error from here on.
  auto applying = std::make_unique<ApplyingImpl>(*this);
  RETURN_IF_ERROR(CheckNotStopped());
  RETURN_IF_ERROR(CheckHead(head));
  RETURN_IF_ERROR(applying->Witness(head));
  return applying;
}

void ReplicationImpl::Promise(uint64_t index, const DepositId& id) {
  absl::MutexLock lock(&mutex_);
  promises_.insert_or_assign(index, id);
}

void ReplicationImpl::ForgetPromise(uint64_t index) {
  absl::MutexLock lock(&mutex_);
  promises_.erase(index);
}

bool ReplicationImpl::HasPromiseOf(absl::string_view tld) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [index, id] : promises_) {
    if (id.tld() == tld) return true;
  }
  return false;
}

absl::Status ReplicationImpl::CheckPromise(uint64_t index,
                                           const tidemark::v1::LogLeaf& leaf) const {
  absl::MutexLock lock(&mutex_);
  const auto promised = promises_.find(index);
  if (promised == promises_.end()) return absl::OkStatus();
  const absl::StatusOr<DepositId> id = IdOf(leaf.identity());
  if (leaf.event() == tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED && id.ok() &&
      *id == promised->second) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("the primary kept ", promised->second.ToString(), " back, saying that leaf ",
                   index, " would record that it was shredded; the leaf is about something else"));
}

absl::Status ReplicationImpl::LoadPromises() {
  const uint64_t size = parts_.log.CopiedSize();
  return parts_.store.Scan(
      Family::kDeposits, schema::CatalogueOf(""),
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const schema::ParsedDepositKey parsed, schema::ParseDepositKey(key));
        CatalogueRow row;
        if (!row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return absl::DataLossError("a stored catalogue row is not one");
        }
        if (row.shredded_log_index() >= size && row.shredded_log_index() != 0) {
          Promise(row.shredded_log_index(), parsed.deposit);
        }
        return absl::OkStatus();
      });
}

}  // namespace tidemark::vault
