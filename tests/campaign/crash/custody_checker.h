// What one copy of a vault has in custody, held against what was promised of it; and the tally.
//
// The copy must be open. Whatever is not as promised is reported through Session::Breach().
// Threads: one. Errors: those of the vault that left the checker unable to look. Threat: none, it
// is a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_CUSTODY_CHECKER_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_CUSTODY_CHECKER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "tests/campaign/crash/session.h"
#include "vault/vault.h"

namespace tidemark::campaign {

struct Tally {
  uint64_t receipts_given = 0;
  uint64_t receipts_honoured = 0;
  uint64_t pieces_acked = 0;  // frames and manifest parts of uploads that nothing has ended
  uint64_t pieces_held = 0;
  uint64_t verdicts_given = 0;
  uint64_t verdicts_honoured = 0;
  uint64_t heads_given = 0;
  uint64_t heads_honoured = 0;
  uint64_t leaves_copied = 0;  // and pieces of the leaf under way, as a second copy has said
  uint64_t leaves_kept = 0;
  uint64_t damages_due = 0;  // pieces that a scrub has to know, or has reported
  uint64_t damages_known = 0;
  uint64_t shredded = 0;              // by policy; their receipts are there
  uint64_t seen_without_receipt = 0;  // committed, and the end came before the receipt

  std::string ToJson() const;
};

// The receipt that was given is stored, and so is its deposit, byte for byte.
bool ReceiptHolds(Session& session, vault::Vault& store, const UploadRecord& upload);

// What is listed of an upload is as it was promised.
bool IsAsPromised(Session& session, vault::Vault& store, const UploadRecord& upload,
                  bool is_shredded);

// Nothing is listed that nobody tried to commit, nothing that was promised is missing, and all of
// it is whole or, by policy, gone as a whole.
absl::Status CheckCatalogue(Session& session, vault::Vault& store, Tally& tally);

// Verdicts are stored in the order in which they were given; one whose answer did not come may
// stand among them.
void CheckVerdicts(Session& session, vault::Vault& store, Tally& tally);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_CUSTODY_CHECKER_H_
