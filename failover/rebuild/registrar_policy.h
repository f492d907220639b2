// Who the registrars of a failed registry are at its successor, and what becomes of ids that name
// no registrar of the deposit. The map is a TOML file (docs/formats/rebuild.md):
//
//     [[registrar]]
//     iana_id = 9999        # or id = "reg-a", as the deposit has it
//     to = "acme-1"         # the successor's id; or keep = true
//
// An id goes before an IANA id. Errors: INVALID_ARGUMENT with file, line and key.
#ifndef TIDEMARK_FAILOVER_REBUILD_REGISTRAR_POLICY_H_
#define TIDEMARK_FAILOVER_REBUILD_REGISTRAR_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

// IANA has accredited some 4,000.
inline constexpr size_t kRegistrarMapEntriesMax = 20'000;

struct RegistrarMapEntry {
  std::string id;       // one of these two is ""
  std::string iana_id;  // decimal
  std::string to;       // "": it keeps its id
};

enum class UnknownRegistrar { kKeep, kRefuse, kReplace };

struct RegistrarPolicy {
  std::vector<RegistrarMapEntry> map;
  UnknownRegistrar unknown = UnknownRegistrar::kKeep;
  std::string replacement;  // of kReplace
};

absl::StatusOr<std::vector<RegistrarMapEntry>> LoadRegistrarMap(const std::string& path);
// "keep", "refuse", or the id that takes their places.
absl::Status SetUnknownRegistrar(absl::string_view text, RegistrarPolicy& policy);

// Objects that name one registrar: as their sponsor (clID), and otherwise (crID, upID, reID, acID;
// each mention counts).
struct RegistrarUses {
  uint64_t domains = 0;
  uint64_t hosts = 0;
  uint64_t contacts = 0;
  uint64_t mentions = 0;
  RegistrarUses& operator+=(const RegistrarUses& other);
};

struct RegistrarLine {
  std::string id;       // as the deposit has it
  std::string iana_id;  // "" if the deposit has no such registrar, or no id of it
  std::string to;       // what it is now
  RegistrarUses uses;
};

enum class RegistrarRemarkKind {
  kNotInDeposit,       // an entry of the map that fits nothing
  kSharedId,           // several registrars became one
  kSharedIanaId,       // an entry of the map that fits several
  kNoSuchRegistrar,    // what objects were given to, or left to, is no registrar of the registry
  kTooManyRegistrars,  // not all could be looked at
};

// "not-in-deposit", ...
absl::string_view RegistrarRemarkCode(RegistrarRemarkKind kind);

struct RegistrarRemark {
  RegistrarRemarkKind kind;
  std::string registrar;  // an id or IANA id
  std::string detail;
};

struct RegistrarReport {
  uint64_t mapped_count = 0;
  std::vector<RegistrarLine> mapped;  // that have another id now, by the map; the first, by id
  uint64_t unknown_count = 0;
  std::vector<RegistrarLine> unknown;  // named, but not in the deposit or map; the first, by id
  RegistrarUses unknown_uses;          // of all of them
  uint64_t remark_count = 0;
  std::vector<RegistrarRemark> remarks;  // the first
};
// Of each list. The store knows of every object who stood there before.
inline constexpr size_t kRegistrarLinesMax = 250;

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_REGISTRAR_POLICY_H_
