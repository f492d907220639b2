// The vault's database, key by key: the only place that builds or parses a RocksDB key.
// docs/formats/vault.md is the same in words, with what a crash loses.
//
// Integers in keys have a fixed width and are big-endian, so that byte order is numeric order.
// A DEPOSIT is: tld, 0x00, id, 0x00, BE16 resend. Neither tld nor id holds a zero byte, so byte
// order is the order of identities. A PACK is 16 bytes.
//
// family    key                     value                     written by         deleted by
// frames    PACK, BE32 number       32-byte digest, ciphertext  PutFrame          upload dropped,
//                                                                                retention
// parts     PACK, BE32 number       32-byte digest, ciphertext  PutManifestPart   upload dropped,
//                                                                                retention
// packs     PACK                    PackRow                   Begin, Commit,     upload dropped
//                                                             verdict, retention
// deposits  0x01, DEPOSIT           CatalogueRow              Commit, verdict,   nobody
//                                                             retention
//           0x02, DEPOSIT           SignedManifest            Commit             retention
//           0x03, DEPOSIT           Receipt                   Commit             nobody
// verdicts  DEPOSIT, BE32 number    VerdictRow                AppendVerdict      nobody
// log       BE64 index              LogRow                    every event        nobody
// nodes     BE8 level, BE64 index   32-byte hash              every event        nobody
// acts      BE64 index              ActRow                    every custody act  nobody
// holds     DEPOSIT, case           HoldRow                   hold placed        hold lifted
// scrub     0x00                    ScrubRow                  scrub              nobody
//           0x01, KIND, PACK,       DamageRow                 scrub              piece mended or
//           BE32 number                                                          removed
//           0x02, FAMILY, key       DamageRow                 scrub              readable again
// meta      "format"                BE32 kSchemaFormat        creation           nobody
//           "vault-id"              16 bytes                  creation           nobody
//           "log-frontier"          FrontierRow               every event        nobody
//           "replica-of"            32 bytes, the primary's   first leaf of a    promotion
//                                   receipt key               second copy
//           "contradicting-head"    SignedTreeHead            a primary that     replica resolve
//                                                             contradicts
//           "refused-shredding"     RefusedLeafRow            a primary that     replica resolve
//                                                             deletes too much
//           "allowed-shredding"     BE64 index                replica resolve    that leaf
//           "removing", PACK        bitmap of frames          retention          retention
//
// Invariants across families: the three rows of a deposit are there or none is, but that one which
// is shredded has no manifest and no parts; its new pack is then COMMITTED and has frames and parts
// 0 .. count-1 but for removed frames, which no manifest in custody uses; a pack that is UPLOADING
// belongs to no deposit; frontier size = number of log rows; every committed deposit, verdict and
// act has its leaf; nodes are the roots of all complete subtrees of the log, and no others.
//
// A stored ciphertext carries the BLAKE2b-256 digest that was computed when it came in, so that a
// read can tell the disk's faults from an honest answer without any key.
//
// Threads: pure functions. Errors: parsers return DATA_LOSS, for a key that is not one was altered.
#ifndef TIDEMARK_VAULT_SCHEMA_H_
#define TIDEMARK_VAULT_SCHEMA_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "vault/deposit_id.h"

namespace tidemark::vault::schema {

// Format 1 had no family nodes; Open() makes it from the leaves and writes format 2.
inline constexpr uint32_t kSchemaFormat = 2;
inline constexpr uint32_t kSchemaFormatWithoutNodes = 1;
inline constexpr size_t kVaultIdBytes = 16;
inline constexpr size_t kPackBytes = 16;

// Column families. Names are for ever, and so are numbers: the scrub's rows have them.
enum class Family {
  kFrames,
  kParts,
  kPacks,
  kDeposits,
  kVerdicts,
  kLog,
  kMeta,
  kNodes,
  kActs,
  kHolds,
  kScrub
};
inline constexpr std::array<absl::string_view, 11> kFamilyNames = {
    "frames", "parts", "packs", "deposits", "verdicts", "log",
    "meta",   "nodes", "acts",  "holds",    "scrub"};

enum class DepositRow : unsigned char { kCatalogue = 1, kManifest = 2, kReceipt = 3 };

inline constexpr absl::string_view kFormatKey = "format";
inline constexpr absl::string_view kVaultIdKey = "vault-id";
inline constexpr absl::string_view kFrontierKey = "log-frontier";
// Only in a second copy (vault/replica/).
inline constexpr absl::string_view kReplicaOfKey = "replica-of";
inline constexpr absl::string_view kContradictingHeadKey = "contradicting-head";
inline constexpr absl::string_view kRefusedShreddingKey = "refused-shredding";
inline constexpr absl::string_view kDecidedLeafKey = "decided-leaf";
// Of earlier programs: the number of a leaf, without the leaf. It allows nothing any more.
inline constexpr absl::string_view kNumberAllowedKey = "allowed-shredding";
inline constexpr absl::string_view kRemovingPrefix = "removing";

// Half-open: begin <= key < end.
struct KeyRange {
  std::string begin;
  std::string end;
};

// frames and parts.
std::string PieceKey(const crypto::PackId& pack, uint32_t number);
KeyRange PiecesOf(const crypto::PackId& pack);
KeyRange PiecesOf(const crypto::PackId& pack, uint32_t first, uint32_t count);  // count from 1
struct ParsedPieceKey {
  crypto::PackId pack;
  uint32_t number;
};
absl::StatusOr<ParsedPieceKey> ParsePieceKey(absl::string_view key);

// A stored piece's two halves; views into `value`.
struct StoredPiece {
  crypto::Blake2bDigest digest;
  absl::string_view ciphertext;
};
absl::StatusOr<StoredPiece> ParsePiece(absl::string_view value);

// packs.
std::string PackKey(const crypto::PackId& pack);
absl::StatusOr<crypto::PackId> ParsePackKey(absl::string_view key);

// deposits. CatalogueOf("") is all rows of the catalogue, in order of identity.
std::string DepositKey(DepositRow row, const DepositId& deposit);
KeyRange CatalogueOf(absl::string_view tld);
struct ParsedDepositKey {
  DepositRow row;
  DepositId deposit;
};
absl::StatusOr<ParsedDepositKey> ParseDepositKey(absl::string_view key);

// verdicts.
std::string VerdictKey(const DepositId& deposit, uint32_t number);
KeyRange VerdictsOf(const DepositId& deposit);
struct ParsedVerdictKey {
  DepositId deposit;
  uint32_t number;
};
absl::StatusOr<ParsedVerdictKey> ParseVerdictKey(absl::string_view key);

// log, and acts under the same key.
std::string LogKey(uint64_t index);
absl::StatusOr<uint64_t> ParseLogKey(absl::string_view key);

// scrub. The state's key, and those of damaged pieces; `kind` is ScrubRow.family: 0 a frame, 1 a
// part. DamagesOf() is those of pieces with begin <= key < end in their own family ("": its end).
inline constexpr absl::string_view kScrubStateKey("\0", 1);
inline constexpr uint32_t kFrameKind = 0;
inline constexpr uint32_t kPartKind = 1;
std::string DamageKey(uint32_t kind, absl::string_view piece_key);
KeyRange DamagesOf(uint32_t kind, const KeyRange& pieces);
struct ParsedDamageKey {
  uint32_t kind;
  crypto::PackId pack;
  uint32_t number;
};
absl::StatusOr<ParsedDamageKey> ParseDamageKey(absl::string_view key);
// Of rows that are no pieces: from which key of their family on they cannot be read. FAMILY is its
// number in Family. RecordDamagesOf() is those with begin <= key < end ("": the family's end).
std::string RecordDamageKey(Family family, absl::string_view begin);
KeyRange RecordDamagesOf(Family family, const KeyRange& rows);
struct ParsedRecordDamageKey {
  Family family;
  std::string begin;
};
absl::StatusOr<ParsedRecordDamageKey> ParseRecordDamageKey(absl::string_view key);

// holds. HoldsOf("") is all holds, in order of identity.
std::string HoldKey(const DepositId& deposit, absl::string_view case_id);
KeyRange HoldsOf(const DepositId& deposit);
KeyRange HoldsOf(absl::string_view tld);
struct ParsedHoldKey {
  DepositId deposit;
  std::string case_id;
};
absl::StatusOr<ParsedHoldKey> ParseHoldKey(absl::string_view key);

// meta: packs of which frames are marked as removed whose bytes may still be there. The value says
// which frames, as PackRow.removed_frames does.
std::string RemovingKey(const crypto::PackId& pack);
KeyRange AllRemoving();
absl::StatusOr<crypto::PackId> ParseRemovingKey(absl::string_view key);

// nodes. `level` is 0 to 63.
std::string NodeKey(int level, uint64_t index);
struct ParsedNodeKey {
  int level;
  uint64_t index;
};
absl::StatusOr<ParsedNodeKey> ParseNodeKey(absl::string_view key);

// meta "format".
std::string FormatValue(uint32_t format);
absl::StatusOr<uint32_t> ParseFormatValue(absl::string_view value);

}  // namespace tidemark::vault::schema

#endif  // TIDEMARK_VAULT_SCHEMA_H_
