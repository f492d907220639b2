// Private to vault/fsck/: what the checks of one run share: the store, what was learned of it so
// far, and where findings go. Each check_*.cc is one family or one question.
//
// Threads: one. Memory: a row a pack and a row a deposit, and the numbers of lost pieces.
#ifndef TIDEMARK_VAULT_FSCK_STORE_CHECK_H_
#define TIDEMARK_VAULT_FSCK_STORE_CHECK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/pack_id.h"
#include "proto/stored.pb.h"
#include "vault/deposit_id.h"
#include "vault/fsck/fsck.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

struct PackKnown {
  tidemark::v1::PackRow row;
  std::set<uint32_t> lost_frames;
  std::set<uint32_t> lost_parts;
  bool is_other = false;  // its frames are whole, and are not those that were committed
  uint32_t parts = 0;
  uint64_t part_bytes = 0;
  std::optional<crypto::Blake2bDigest> parts_digest;  // of all of them, if none is lost
  std::string brought;  // the deposit that it came with, once a catalogue row says so
};

struct DepositKnown {
  tidemark::v1::CatalogueRow row;
  bool has_manifest = false;  // parsed, signed, and the catalogue's
  bool has_receipt = false;
  uint32_t verdicts = 0;
  tidemark::v1::VerdictOutcome latest_verdict = tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED;
};

// A piece or several that are damaged; the deposits of its finding are known later.
struct PieceFinding {
  size_t finding;
  uint32_t first;
  uint32_t last;
};

// Where a block of a family cannot be read, and which finding says so, if it was kept.
struct UnreadableRows {
  schema::Family family;
  schema::KeyRange range;
  std::string why;
  std::optional<size_t> finding;
};

struct StoreCheck {
  const FsckOptions& options;
  FsckReport& report;
  std::unique_ptr<RocksStore> store;
  std::string vault_id = {};
  uint64_t bytes_total = 0;
  std::map<std::string, PackKnown> packs = {};        // by id
  std::map<std::string, DepositKnown> deposits = {};  // by TLD/ID/RESEND
  std::map<std::string, std::vector<PieceFinding>> frame_findings = {};  // by pack
  std::vector<UnreadableRows> unreadable = {};                           // as they were met
  // By index in the log: whose leaf it has to be, and the digest in it.
  struct Leaf {
    tidemark::v1::LogEvent event;
    std::string deposit;
    std::string digest;
    std::string leaf;  // as it stands in a receipt; or empty
    bool was_seen = false;
  };
  std::map<uint64_t, Leaf> leaves = {};

  // The index of the finding, if it was kept.
  std::optional<size_t> Add(const std::string& where, const std::string& what,
                            const std::string& deposit = "");
  // Scans a family; a block that cannot be read is a finding. The rows in it are visited all the
  // same where the directory gives them, for another table or the log has them.
  absl::Status Scan(schema::Family family, const schema::KeyRange& range,
                    const std::function<void(absl::string_view key, absl::string_view value)>&
                        visit);
};

// In this order. Errors are the machine's; findings go into the report.
absl::Status CheckMeta(StoreCheck& check);
absl::Status CheckCatalogue(StoreCheck& check);
absl::Status CheckPacks(StoreCheck& check);
absl::Status CheckPieces(StoreCheck& check);
absl::Status CheckManifests(StoreCheck& check);
absl::Status CheckReceipts(StoreCheck& check);
absl::Status CheckVerdicts(StoreCheck& check);
absl::Status CheckActsAndHolds(StoreCheck& check);
absl::Status CheckLogRows(StoreCheck& check);  // with witnesses and receipts
absl::Status CheckScrubRows(StoreCheck& check);

// The receipts and tree heads that others kept, as far as they are this agent's: INVALID_ARGUMENT
// if one is not. By size of the log.
struct KeptRoot {
  std::string name;
  std::string root;
  int64_t time_unix_micros;
};
using KeptRoots = std::multimap<uint64_t, KeptRoot>;
absl::StatusOr<KeptRoots> ReadEvidence(StoreCheck& check);
// The same of a database that does not open: compared as far as its table files can be read, each
// by itself; and a remark names those that were not.
absl::Status CompareWithTables(StoreCheck& check);
// Receipts whose deposit is gone or another one.
absl::Status CheckReceiptsKept(StoreCheck& check);

// In words, for `where`.
std::string PackName(absl::string_view pack);
std::string HexOf(absl::string_view key);
// All rows of one kind. They stand together: the kind is the key's first byte.
schema::KeyRange DepositRowsOf(schema::DepositRow kind);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_STORE_CHECK_H_
