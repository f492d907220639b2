// fsck: a vault's directory that nobody serves, every record of it looked at, and what is damaged
// named: where, what, which deposits it touches, and what of them can still be restored.
//
// It needs no secret, and CheckStore() writes nothing. With the agent's public keys it also checks
// signatures; with tree heads and receipts that others kept, whether the store was set back or
// rewritten, which nothing in the store itself can show. What it is not: a repair of what is
// stored, or a look into what is sealed.
//
// Threads: one. Errors are for what could not be decided: FAILED_PRECONDITION a server has the
// directory open; NOT_FOUND it is none of ours; PERMISSION_DENIED; INVALID_ARGUMENT a witness or
// receipt that is not this agent's; UNAVAILABLE the machine. Damage is a finding. Threat: every
// byte of the directory may be anything; the library that reads it may then end its process, so
// whoever asks for people runs this in a child (guarded_run.h).
#ifndef TIDEMARK_VAULT_FSCK_FSCK_H_
#define TIDEMARK_VAULT_FSCK_FSCK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"

namespace tidemark::vault {

// Findings and deposits that a report names at most; the others are counted.
inline constexpr size_t kFsckFindingsMax = 10'000;
inline constexpr size_t kFsckDepositsMax = 100'000;
// Deposits that one finding names.
inline constexpr size_t kFsckDepositsPerFindingMax = 20;
// Witnesses and receipts together.
inline constexpr size_t kFsckEvidenceMax = 100'000;

// What somebody else kept; `name` is for messages, a file's.
struct KeptTreeHead {
  std::string name;
  tidemark::v1::SignedTreeHead head;
};
struct KeptReceipt {
  std::string name;
  tidemark::v1::Receipt receipt;
};

struct FsckOptions {
  std::string dir;
  // Of the agent; what is absent is not checked, and the report says so.
  std::string vault_id = {};
  std::optional<crypto::VerifyKey> receipt_key = std::nullopt;
  std::optional<crypto::VerifyKey> verdict_key = std::nullopt;
  std::string authority_pem = {};
  std::vector<KeptTreeHead> witnesses = {};
  std::vector<KeptReceipt> receipts = {};
  // Leaves out frames and parts: neither whether they are there nor what is in them.
  bool quick = false;
  // Bytes of pieces so far, of about so many.
  std::function<void(uint64_t done, uint64_t total)> at_progress = nullptr;
};

struct FsckFinding {
  std::string where;  // file, or family and record in words
  std::string what;
  std::vector<std::string> deposits = {};  // TLD/ID/RESEND, of those that it touches
  uint64_t deposits_omitted = 0;
};

// A deposit that does not come back whole.
struct DamagedDeposit {
  std::string id;
  uint64_t frames_used = 0;
  uint64_t frames_lost = 0;
  uint32_t parts = 0;
  uint32_t parts_lost = 0;
  std::string restorable = {};  // in words
};

struct FsckReport {
  bool is_open = false;  // false: the database did not open, and only its files were looked at
  std::vector<FsckFinding> findings;
  uint64_t findings_omitted = 0;
  std::vector<DamagedDeposit> damaged_deposits;
  std::vector<std::string> remarks;  // what is no damage, and what could not be known
  uint64_t records = 0;
  uint64_t pieces = 0;
  uint64_t piece_bytes = 0;
  uint64_t deposits = 0;
  uint64_t log_size = 0;
};

absl::StatusOr<FsckReport> CheckStore(const FsckOptions& options);

// Makes family nodes of the log anew from the leaves, if a node is damaged, missing or too many,
// and everything else of the log is whole: how many there were of those. Opens the directory as a
// server does. DATA_LOSS: leaves, heads or frontier are damaged, too; then no row was written.
absl::StatusOr<uint64_t> RebuildLogNodes(const FsckOptions& options);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_FSCK_H_
