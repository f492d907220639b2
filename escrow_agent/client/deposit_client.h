// The registry's side: a deposit file goes in, a verified receipt comes back.
//
// The file is read once and cut at its objects. Those that the agent has from earlier nights are
// only referred to (index/object_index.h); the others are packed into compressed frames that are
// sealed under a fresh pack secret, and streamed; a sealed manifest under a fresh deposit key says
// how to put it together again, byte for byte. Nothing leaves this process unsealed. The deposit
// key is wrapped to the agent's verifier and to its release key, and is forgotten with this call.
//
// What it is not: a judge. Whatever names itself an RFC 8909 deposit at its head, alone or in a
// tar, is taken, also if it is flawed: a receipt promises custody, not validity (`tidemark check`
// judges).
//
// Threads: a call uses the caller's thread and some of its own. Memory does not grow with the file.
// Threat: the server is trusted to keep bytes, not to be honest: a receipt is checked against the
// agent's key, and against what was sent, before anybody calls the deposit delivered.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_CLIENT_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_CLIENT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

// What `tidemark enroll --role depositor` writes (docs/configuration.md, "depositor.toml").
struct DepositorConfig {
  vault::AgentConnection agent;
  crypto::SigningKey signing_key;
  std::map<std::string, crypto::ObjectSecret> object_secrets;  // by TLD
  std::string state_dir;                                       // receipts, index and witness
};
absl::StatusOr<DepositorConfig> LoadDepositorConfig(const std::string& path);

// A deposit in the CSV model (RFC 9022) is its XML and the CSV files that this names, in a tar. Its
// XML alone holds no objects.
enum class CsvFiles {
  kRefuse,    // such an XML is not taken
  kLeaveOut,  // it is
};

struct DepositOptions {
  CsvFiles csv_files = CsvFiles::kRefuse;
  // Where the bytes of the file can be read once more from their beginning, which a tar of which
  // the XML is not the first file needs; "" for a pipe.
  std::string path = "";
  // Drops the registry's index: nothing is taken for known.
  bool send_everything = false;
  // Called now and then with the bytes of the file that were read so far, on the caller's thread.
  std::function<void(uint64_t bytes_read)> on_progress = nullptr;
  // Called when the agent refused what the index relies on, which is then dropped, with the reason.
  std::function<void(std::string why)> on_index_dropped = nullptr;
  // For one attempt; a server that is gone without a word is noticed much earlier.
  absl::Duration deadline = absl::Hours(12);
  // Times that DepositFile() tries when the server is or becomes UNAVAILABLE, or answers ABORTED.
  int attempts_max = 3;
  absl::Duration retry_delay = absl::Milliseconds(500);  // doubles with each attempt
};

struct DepositStats {
  uint64_t bytes_read = 0;
  uint64_t objects = 0;  // objects, and parts of what is too long or not understood
  uint64_t new_objects = 0;      // of them: sent tonight, for the first time or
  uint64_t renewed_objects = 0;  // again, because little else was alive in their frames
  uint32_t frames = 0;
  uint64_t manifest_bytes = 0;
  uint64_t bytes_sent = 0;  // frames and manifest parts, as sealed
  double seconds = 0;
  int attempts = 1;
};

struct DepositResult {
  vault::DepositId id;
  tidemark::v1::Receipt receipt;   // verified
  tidemark::v1::ReceiptBody body;  // what it says
  // True if the agent had this very content already, and answered with the receipt of then.
  bool is_repeated = false;
  bool left_out_csv_files = false;
  // Why nothing was known of earlier nights; "" if it was.
  std::string why_full;
  // Why most of a FULL was sent although an index was there; "" if that is not so.
  std::string why_mostly_new;
  // What of the index was damaged, so that what it said there was sent again; "" if nothing.
  std::string why_more;
  // Not OK: the deposit is safe, but tomorrow's will send more than it needs to.
  absl::Status index_status;
  // Whether the agent's log goes on from the tree head that was seen before (vault/witness). The
  // receipt is held in any case. DATA_LOSS: it does not, the vault was set back or rewritten.
  // UNAVAILABLE: that is not known; the next deposit asks again.
  absl::Status witness_status = absl::OkStatus();
  DepositStats stats;
};

// Deposits what `file` yields; `file_name` is its last component. Does not try again, and does not
// write the receipt anywhere. INVALID_ARGUMENT: not a deposit, or refused as malformed.
// PERMISSION_DENIED: of a TLD that configuration or certificate do not name. ALREADY_EXISTS: this
// identity is taken by another content. FAILED_PRECONDITION: CsvFiles::kRefuse.
// FAILED_PRECONDITION, RESOURCE_EXHAUSTED: refused so by the server. DATA_LOSS: the answer is not a
// receipt for this deposit. UNAVAILABLE: try again. ABORTED: the server cannot go on with this
// upload; try again at once, which begins another.
absl::StatusOr<DepositResult> Deposit(const DepositorConfig& config, base::ByteSource& file,
                                      absl::string_view file_name, const DepositOptions& options);

// Deposits the file at `path` ("-": standard input, then tried once) and keeps the receipt at
// ReceiptPath(). Errors as above; NOT_FOUND: the file can't be read; DATA_LOSS also if another
// receipt of this deposit is kept there: that one stays, the new one goes to ReceiptPath().other.
// Once the receipt is held, its tree head is shown to the witness in WitnessDir().
absl::StatusOr<DepositResult> DepositFile(const DepositorConfig& config, const std::string& path,
                                          const DepositOptions& options);

// STATE_DIR/index/TLD: what is remembered of the registry's earlier deposits.
std::string IndexPath(const DepositorConfig& config, const std::string& tld);

// STATE_DIR/witness: the newest tree head of the agent's log that was seen.
std::string WitnessDir(const DepositorConfig& config);

// STATE_DIR/receipts/TLD/ID_RESEND.receipt
std::string ReceiptPath(const DepositorConfig& config, const vault::DepositId& id);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_DEPOSIT_CLIENT_H_
