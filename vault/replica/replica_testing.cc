#include "vault/replica/replica_testing.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::ReplicatedLeaf;

retention::Policy ShortPolicy() {
  retention::Policy policy;
  policy.keep_for = absl::Hours(24);
  policy.trust_clock = true;
  return policy;
}

absl::Status CopyPieces(Replication& from, Applying& applying, tidemark::v1::PieceType type,
                        const std::string& pack_id, uint32_t first, uint32_t end,
                        const Meddling& meddling) {
  tidemark::v1::PieceIdentity name;
  name.set_type(type);
  name.set_pack_id(pack_id);
  for (uint32_t number = first; number < end; ++number) {
    name.set_number(number);
    absl::StatusOr<std::string> ciphertext = from.Piece(name);
    if (absl::IsNotFound(ciphertext.status())) continue;
    RETURN_IF_ERROR(ciphertext.status());
    tidemark::v1::SealedPiece piece;
    piece.set_type(type);
    piece.set_number(number);
    piece.set_ciphertext(*std::move(ciphertext));
    if (meddling.on_piece && !meddling.on_piece(piece)) {
      return absl::CancelledError("the copier died");
    }
    RETURN_IF_ERROR(applying.Put(piece));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CopyLog(Vault& primary, Vault& replica, const Meddling& meddling) {
  ASSIGN_OR_RETURN(tidemark::v1::SignedTreeHead head, primary.TreeHead());
  ASSIGN_OR_RETURN(const uint64_t size, primary.log().Size());
  if (meddling.on_head) meddling.on_head(head);
  // As the copier does: first the head that the primary signed at the second copy's size.
  const absl::StatusOr<uint64_t> own_size = replica.log().Size();
  if (own_size.ok() && *own_size < size) {
    ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead then, primary.log().Head(*own_size));
    RETURN_IF_ERROR(replica.replication().Apply(then).status());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Applying> applying, replica.replication().Apply(head));
  while (applying->next_leaf() < size) {
    ASSIGN_OR_RETURN(ReplicatedLeaf leaf, primary.replication().Leaf(applying->next_leaf()));
    if (meddling.on_leaf) meddling.on_leaf(leaf);
    ASSIGN_OR_RETURN(const PiecesDue due, applying->Begin(leaf));
    if (leaf.has_deposit()) {
      tidemark::v1::ClearManifest clear;
      clear.ParseFromString(leaf.deposit().manifest().body());
      const std::string pack =
          leaf.deposit().has_manifest() ? clear.new_pack_id() : leaf.deposit().new_pack_id();
      RETURN_IF_ERROR(CopyPieces(primary.replication(), *applying, tidemark::v1::PIECE_TYPE_FRAME,
                                 pack, due.next_frame, leaf.deposit().pack().frame_count(),
                                 meddling));
      RETURN_IF_ERROR(CopyPieces(primary.replication(), *applying,
                                 tidemark::v1::PIECE_TYPE_MANIFEST_PART, pack, due.next_part,
                                 clear.manifest_parts(), meddling));
    }
    RETURN_IF_ERROR(applying->Commit().status());
  }
  return absl::OkStatus();
}

TwoCopies::TwoCopies() : primary_dir_(base::TestDir() + "/primary"), clock_(TestNow()) {
  OpenPrimary();
  vault_id_ = std::string(primary_->vault_id());
  BeginReplicaAnew();
}

void TwoCopies::OpenPrimary() {
  auto opened =
      Vault::Open({.dir = primary_dir_, .retention = ShortPolicy(), .at_point = watch_primary_}, "",
                  receipt_key_, clock_);
  CHECK(opened.ok());
  primary_ = *std::move(opened);
}

void TwoCopies::OpenReplica(absl::Duration keep_for) {
  retention::Policy policy = ShortPolicy();
  policy.keep_for = keep_for;
  auto opened = Vault::OpenReplica({.dir = replica_dir_, .retention = policy}, vault_id_,
                                   receipt_key_.verify_key(), clock_);
  CHECK(opened.ok());
  replica_ = *std::move(opened);
}

void TwoCopies::BeginReplicaAnew() {
  replica_ = nullptr;
  replica_dir_ = base::TestDir() + "/replica";
  OpenReplica();
}

TestUpload TwoCopies::Deposit(absl::string_view id, const TestUploadOptions& options) {
  TestUploadOptions with_seed = options;
  with_seed.seed = ++seed_;
  TestUpload upload = MakeUpload(vault_id_, Id(id), with_seed);
  CHECK(Store(upload, depositor_, *primary_).ok());
  return upload;
}

TestUpload TwoCopies::DepositOn(const TestUpload& earlier, absl::string_view id) {
  TestUpload upload = MakeUpload(vault_id_, Id(id), {.seed = ++seed_});
  *upload.manifest.add_packs() = earlier.manifest.packs(0);
  auto begun = primary_->Begin(
      {.deposit = upload.deposit, .new_pack = upload.pack, .relied_on = {earlier.pack}});
  CHECK(begun.ok());
  CHECK(Send(upload, **begun).ok());
  CHECK((*begun)->Commit(upload.Sign(depositor_)).ok());
  return upload;
}

void TwoCopies::Judge(const DepositId& id, tidemark::v1::VerdictOutcome outcome) {
  const auto manifest = primary_->Manifest(id);
  CHECK(manifest.ok());
  CHECK(primary_
            ->AppendVerdict(MakeVerdict(vault_id_, id, *manifest, outcome, verdict_key_),
                            verdict_key_.verify_key())
            .ok());
}

std::map<std::string, std::string> RowsOf(const std::string& dir, schema::Family family) {
  auto store = RocksStore::Open(dir);
  CHECK(store.ok());
  std::map<std::string, std::string> rows;
  CHECK((*store)
            ->Scan(family, {},
                   [&rows](absl::string_view key, absl::string_view value) {
                     rows.emplace(key, value);
                     return absl::OkStatus();
                   })
            .ok());
  return rows;
}

}  // namespace tidemark::vault
