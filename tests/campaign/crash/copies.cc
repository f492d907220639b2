#include "tests/campaign/crash/copies.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "proto/stored.pb.h"
#include "vault/replica/replica.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::campaign {
namespace {

using tidemark::v1::PieceIdentity;
using tidemark::v1::PieceType;
using tidemark::v1::ReplicatedLeaf;
using tidemark::v1::SignedTreeHead;
using vault::PieceKind;
using vault::schema::Family;

Side OtherOf(Side side) { return side == Side::kPrimary ? Side::kCopy : Side::kPrimary; }

PieceType TypeOf(PieceKind kind) {
  return kind == PieceKind::kFrame ? tidemark::v1::PIECE_TYPE_FRAME
                                   : tidemark::v1::PIECE_TYPE_MANIFEST_PART;
}

PieceIdentity NameOf(const crypto::PackId& pack, PieceType type, uint32_t number) {
  PieceIdentity name;
  name.set_type(type);
  name.set_pack_id(std::string(pack.bytes()));
  name.set_number(number);
  return name;
}

// What the copy says of the leaf under way is as good as an acknowledgement.
void NoteDue(Session& session, uint64_t leaf, const vault::PiecesDue& due) {
  session.journal().CopiedPieces(leaf, {.frames = due.next_frame, .parts = due.next_part});
}

void CheckDue(Session& session, uint64_t leaf, const vault::PiecesDue& due) {
  const CopyRecord& said = session.promises().copy;
  if (said.leaf_under_way != leaf) return;
  if (due.next_frame >= said.pieces.frames && due.next_part >= said.pieces.parts) return;
  session.Breach(absl::StrCat("the copy said that it has ", said.pieces.frames, " frames and ",
                              said.pieces.parts, " parts of leaf ", leaf, ", and goes on at ",
                              due.next_frame, " and ", due.next_part));
}

// The pieces of one kind that are due; `left` is how many the copier still brings.
absl::Status CopyPieces(Session& session, vault::Applying& applying, uint64_t leaf,
                        const PieceIdentity& of, uint32_t first, uint32_t end, int& left) {
  PieceIdentity name = of;
  for (uint32_t number = first; number < end && left > 0; ++number) {
    name.set_number(number);
    absl::StatusOr<std::string> ciphertext = session.side(Side::kPrimary).replication().Piece(name);
    if (absl::IsNotFound(ciphertext.status())) continue;  // the primary removed it
    RETURN_IF_ERROR(ciphertext.status());
    tidemark::v1::SealedPiece piece;
    piece.set_type(name.type());
    piece.set_number(number);
    piece.set_ciphertext(*std::move(ciphertext));
    RETURN_IF_ERROR(applying.Put(piece));
    --left;
    if (session.Roll(3) != 0) continue;
    ASSIGN_OR_RETURN(const vault::PiecesDue due, applying.Sync());
    NoteDue(session, leaf, due);
  }
  return absl::OkStatus();
}

absl::Status CopyLeaf(Session& session, vault::Applying& applying, int& left) {
  const uint64_t index = applying.next_leaf();
  ASSIGN_OR_RETURN(const ReplicatedLeaf leaf,
                   session.side(Side::kPrimary).replication().Leaf(index));
  ASSIGN_OR_RETURN(const vault::PiecesDue due, applying.Begin(leaf));
  CheckDue(session, index, due);
  NoteDue(session, index, due);
  if (leaf.has_deposit()) {
    tidemark::v1::ClearManifest clear;
    const bool is_kept = leaf.deposit().has_manifest();
    if (is_kept && !clear.ParseFromString(leaf.deposit().manifest().body())) {
      return absl::DataLossError("the manifest of a leaf is not one");
    }
    ASSIGN_OR_RETURN(
        const crypto::PackId pack,
        crypto::PackId::FromBytes(is_kept ? clear.new_pack_id() : leaf.deposit().new_pack_id()));
    RETURN_IF_ERROR(CopyPieces(session, applying, index,
                               NameOf(pack, tidemark::v1::PIECE_TYPE_FRAME, 0), due.next_frame,
                               leaf.deposit().pack().frame_count(), left));
    RETURN_IF_ERROR(CopyPieces(session, applying, index,
                               NameOf(pack, tidemark::v1::PIECE_TYPE_MANIFEST_PART, 0),
                               due.next_part, clear.manifest_parts(), left));
  }
  if (left <= 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const uint64_t size, applying.Commit());
  session.journal().Copied(size);
  // Of the copy's own head the log has to be a continuation, too.
  session.journal().TreeHead(leaf.tree_head().body());
  return absl::OkStatus();
}

absl::StatusOr<tidemark::v1::ScrubRow> ReadScrubRow(const vault::RocksStore& store) {
  tidemark::v1::ScrubRow row;
  const absl::StatusOr<std::string> value =
      store.Get(Family::kScrub, vault::schema::kScrubStateKey);
  if (absl::IsNotFound(value.status())) return row;
  RETURN_IF_ERROR(value.status());
  if (!row.ParseFromString(*value)) return absl::DataLossError("the scrub's state is not one");
  return row;
}

}  // namespace

absl::Status CopyOn(Session& session, int pieces_max) {
  vault::Vault& primary = session.side(Side::kPrimary);
  vault::Vault& copy = session.side(Side::kCopy);
  ASSIGN_OR_RETURN(const SignedTreeHead head, primary.TreeHead());
  ASSIGN_OR_RETURN(const uint64_t size, primary.log().Size());
  // As the copier does: first the head that the primary signed at the copy's size.
  const absl::StatusOr<uint64_t> copied = copy.log().Size();
  if (copied.ok() && *copied > 0 && *copied < size) {
    ASSIGN_OR_RETURN(const SignedTreeHead then, primary.log().Head(*copied));
    RETURN_IF_ERROR(copy.replication().Apply(then).status());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<vault::Applying> applying, copy.replication().Apply(head));
  int left = pieces_max;
  while (applying->next_leaf() < size && left > 0) {
    RETURN_IF_ERROR(CopyLeaf(session, *applying, left));
  }
  return absl::OkStatus();
}

absl::Status EraseCopy(Session& session) {
  std::atomic<bool> stop = false;
  ASSIGN_OR_RETURN(const std::vector<uint64_t> erased,
                   session.side(Side::kCopy).replication().Erase(stop));
  for (const uint64_t index : erased) {
    RETURN_IF_ERROR(
        session.side(Side::kPrimary).replication().ConfirmErased(index, "replicator 01").status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPiece(Session& session, const PieceAt& piece) {
  return session.side(piece.side)
      .replication()
      .Piece(NameOf(session.PackOf(piece.upload), TypeOf(piece.kind), piece.number));
}

std::string SentPiece(const Session& session, const PieceAt& piece) {
  const vault::TestUpload made = session.Make(session.record(piece.upload));
  return piece.kind == PieceKind::kFrame ? made.frames[piece.number] : made.parts[piece.number];
}

absl::Status DamagePiece(Session& session, const PieceAt& piece, Damage damage) {
  session.CloseVault();
  std::string altered;
  {
    ASSIGN_OR_RETURN(const auto store, vault::RocksStore::Open(session.dir_of(piece.side)));
    const Family family = piece.kind == PieceKind::kFrame ? Family::kFrames : Family::kParts;
    const std::string key = vault::schema::PieceKey(session.PackOf(piece.upload), piece.number);
    ASSIGN_OR_RETURN(std::string value, store->Get(family, key));
    value.back() = static_cast<char>(value.back() ^ 1);
    vault::StoreBatch batch;
    if (damage == Damage::kGone) {
      batch.Delete(family, key);
    } else {
      batch.Put(family, key, value);
    }
    ASSIGN_OR_RETURN(const tidemark::v1::ScrubRow scrub, ReadScrubRow(*store));
    session.journal().TryDamage(piece);
    // In a table of its own, so that no neighbour is in its block; and everything else deeper, for
    // of a handful of tables that all lie on top the database asks each for every key.
    std::atomic<bool> stop = false;
    const vault::schema::KeyRange all = {"", std::string(24, '\xff')};
    if (damage == Damage::kUnreadable && !store->Erase({{family, all}}, stop).ok()) {
      damage = Damage::kAltered;  // another such block is in the way
    }
    RETURN_IF_ERROR(store->Apply(batch, vault::Durability::kSynced));
    if (damage == Damage::kUnreadable) RETURN_IF_ERROR(store->FlushForTesting());
    altered = value;
    // The cycle under way may be past it.
    session.journal().Damaged(piece, scrub.cycle() + 1);
  }
  if (damage == Damage::kUnreadable) {
    // A compaction may have put it among others meanwhile; then it is altered, and no more.
    vault::FlipInTables(session.dir_of(piece.side), altered, altered.size() / 2, /*rows_max=*/1);
  }
  return session.OpenVault();
}

absl::Status Scrub(Session& session, Side side, int slices) {
  for (int i = 0; i < slices; ++i) {
    session.StepClock();
    RETURN_IF_ERROR(session.side(side).scrubber().CheckSlice().status());
  }
  ASSIGN_OR_RETURN(const std::set<PieceAt> known, KnownDamages(session, side));
  for (const PieceAt& piece : known) {
    const auto record = session.promises().damages.find(piece);
    if (record == session.promises().damages.end()) {
      session.Breach("a scrub calls a piece damaged that nobody damaged");
    } else if (!record->second.is_reported) {
      session.journal().Reported(piece);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> CyclesDone(Session& session, Side side) {
  session.CloseVault();
  tidemark::v1::ScrubRow row;
  {
    ASSIGN_OR_RETURN(const auto store, vault::RocksStore::Open(session.dir_of(side)));
    ASSIGN_OR_RETURN(row, ReadScrubRow(*store));
  }
  RETURN_IF_ERROR(session.OpenVault());
  if (row.cycle() == 0) return uint64_t{0};
  const bool is_over = row.finished_cycle() == row.cycle();
  return is_over ? row.cycle() : row.cycle() - 1;
}

absl::StatusOr<std::set<PieceAt>> KnownDamages(Session& session, Side side) {
  ASSIGN_OR_RETURN(const std::vector<PieceIdentity> damaged,
                   session.side(side).replication().Damaged());
  std::set<PieceAt> known;
  for (const PieceIdentity& name : damaged) {
    bool is_ours = false;
    for (const auto& [number, upload] : session.promises().uploads) {
      if (session.PackOf(number).bytes() != name.pack_id()) continue;
      is_ours = true;
      known.insert({side, number,
                    name.type() == tidemark::v1::PIECE_TYPE_FRAME ? PieceKind::kFrame
                                                                  : PieceKind::kManifestPart,
                    name.number()});
    }
    if (!is_ours) session.Breach("a piece that nobody sent is called damaged");
  }
  return known;
}

absl::Status Mend(Session& session, const PieceAt& piece) {
  vault::Replication& from = session.side(OtherOf(piece.side)).replication();
  const crypto::PackId pack = session.PackOf(piece.upload);
  const PieceType type = TypeOf(piece.kind);
  ASSIGN_OR_RETURN(const std::unique_ptr<vault::Healing> healing,
                   session.side(piece.side).replication().Heal(type, pack.bytes()));
  if (piece.kind == PieceKind::kFrame) {
    RETURN_IF_ERROR(from.Digests(pack.bytes(), [&healing](absl::string_view digests) {
      return healing->TakeDigests(digests);
    }));
  } else {
    const size_t parts = session.Make(session.record(piece.upload)).parts.size();
    for (uint32_t number = 0; number < parts; ++number) {
      ASSIGN_OR_RETURN(const std::string part, from.Piece(NameOf(pack, type, number)));
      RETURN_IF_ERROR(healing->TakeProof(number, part));
    }
  }
  ASSIGN_OR_RETURN(const std::string whole, from.Piece(NameOf(pack, type, piece.number)));
  session.journal().TryMend(piece);
  RETURN_IF_ERROR(healing->TakePiece(piece.number, whole));
  RETURN_IF_ERROR(healing->Finish().status());
  RETURN_IF_ERROR(session.side(piece.side).replication().FinishHealing().status());
  session.journal().Mended(piece);
  return absl::OkStatus();
}

}  // namespace tidemark::campaign
