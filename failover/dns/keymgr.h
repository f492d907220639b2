// Knot's key management program, run on one key store and one zone.
#ifndef TIDEMARK_FAILOVER_DNS_KEYMGR_H_
#define TIDEMARK_FAILOVER_DNS_KEYMGR_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "failover/dns/dnskey.h"

namespace tidemark::failover {

struct StoredKey {
  std::string id;
  bool is_ksk = false;  // signs keys
  bool is_zsk = false;  // signs all else
  // Nothing: not decided, or never. `ready` is a key-signing key's before the parent has its DS.
  std::optional<absl::Time> publish = {}, ready = {}, active = {}, remove = {};

  // In the DNSKEY set at `now`.
  bool IsPublished(absl::Time now) const;
  // Signs at `now`.
  bool IsUsed(absl::Time now) const;
};

struct Keymgr {
  std::string key_dir;  // made if its parent is there
  std::string tld;

  // Its output, line by line. UNAVAILABLE if it could not, with what it says of that (never a
  // secret). Its exit status is 0 for some errors: look at what there is afterwards.
  absl::StatusOr<std::vector<std::string>> Run(const std::vector<std::string>& command) const;

  // False before anything was stored.
  bool HasStore() const;
  // Ids of every key.
  absl::StatusOr<std::vector<std::string>> Ids() const;
  absl::StatusOr<Dnskey> Find(const std::string& id) const;
  absl::StatusOr<std::vector<StoredKey>> List() const;
  // The key-signing keys that are published at `now`, by their ids: those of a rollover that is to
  // come are not.
  absl::StatusOr<std::map<std::string, Dnskey>> Ksks(absl::Time now) const;
  // FAILED_PRECONDITION: none signs the keys, or the zone, at `now`, and those that are to begin
  // later. knotd would take them for nothing, make others, and begin a rollover to them; the parent
  // knows the DS of the former. The message names the clock.
  absl::Status CheckInUse(absl::Time now) const;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_KEYMGR_H_
