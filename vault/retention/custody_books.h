// Private to vault/: what retention asks of its vault: its one lock, its log, and which packs
// unfinished uploads need.
//
// Threads: safe for concurrent use. A change runs under the commit lock: it reads, decides and
// fills its batch, and calls nothing of this interface but InUse().
#ifndef TIDEMARK_VAULT_RETENTION_CUSTODY_BOOKS_H_
#define TIDEMARK_VAULT_RETENTION_CUSTODY_BOOKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/rocks_store.h"

namespace tidemark::vault::retention {

// One act of custody, as it goes into the log.
struct LoggedAct {
  tidemark::v1::LogEvent event;
  DepositId deposit;
  tidemark::v1::CustodyAct act;  // format, vault id and identity are filled in by the books
};

class CustodyBooks {
 public:
  virtual ~CustodyBooks() = default;
  // How many leaves the log has: the index of the next one.
  virtual uint64_t LogSize() = 0;
  // `change` hears the index that its leaf will have, adds what the act changes, and gives the act;
  // both go into one synced batch with act row and leaf. An error of it changes nothing.
  virtual absl::StatusOr<uint64_t> Record(
      const std::function<absl::StatusOr<LoggedAct>(uint64_t log_index, StoreBatch& batch)>&
          change) = 0;
  // The same without a leaf: for what is no event of its own.
  virtual absl::Status Alter(
      const std::function<absl::Status(uint64_t log_size, StoreBatch& batch)>& change) = 0;
  // Packs of `tld` that unfinished uploads rely on; nothing if that is not known.
  virtual std::optional<std::set<crypto::PackId>> InUse(absl::string_view tld) = 0;
  // "synchronised", "unsynchronised" or "unknown".
  virtual std::string KernelClockState() const = 0;
  virtual void AtPoint(absl::string_view point) const = 0;
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_CUSTODY_BOOKS_H_
