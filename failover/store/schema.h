// The registry store's RocksDB schema: the only place where keys are built and column families are
// named. Values are the messages of proto/registry.proto.
//
//   family         key                               value         written by
//   default        "state"                           StoreState    Finish, last and synced
//                  "deposit" "header" "eppParams"    Deposit ...   loader
//                  "policy/" BE32 ordinal            Policy        loader
//                  "former/" kind, key of an object  FormerRegi... loader: its registrars were
//                  mapped
//   domain         name, lower case, no final dot    Domain        loader, sorted runs
//   host           ROID                              Host          loader, sorted runs
//   host_by_name   name, lower case, NUL, ROID       (empty)       loader, sorted runs
//   contact        id                                Contact       loader, sorted runs
//   registrar      id                                Registrar     loader, sorted runs
//   idn_table      id                                IdnTableRef   loader, sorted runs
//   nndn           aName, lower case                 Nndn          loader, sorted runs
//   reference      'h' name, lower case              (empty)       loader, sorted runs
//                  'c' contact's id                  (empty)
//                  'v' original, NUL, variant        'd' or 'n'    names in lower case; the variant
//                                                                  is a domain, or an NNDN
//                  'v' original, NUL                 (empty)       the original has variants
//   again          BE64 ordinal                      type, position, BE32 key size, key, value
//
// Invariants of a finished store: host_by_name has exactly one row for every row of host; reference
// has exactly one for everything that a domain names (hosts as objects, by name; registrant and
// contacts) and for every domain or NNDN that names its original, whether or not what is named is
// in the store; "again", which holds objects whose key may have been seen before until Finish
// settles them, is empty.
// Integers in keys are big-endian, so that byte order is numeric order. XML text has no NUL, so a
// name cannot reach into the ROID that follows it.
#ifndef TIDEMARK_FAILOVER_STORE_SCHEMA_H_
#define TIDEMARK_FAILOVER_STORE_SCHEMA_H_

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

inline constexpr uint32_t kStoreFormat = 2;

// The order is that of the handles after opening.
enum Family : size_t {
  kMetaFamily,
  kDomainFamily,
  kHostFamily,
  kHostByNameFamily,
  kContactFamily,
  kRegistrarFamily,
  kIdnTableFamily,
  kNndnFamily,
  kReferenceFamily,
  kAgainFamily,
};
inline constexpr size_t kFamilies = 10;
inline constexpr const char* kFamilyNames[kFamilies] = {
    "default",   "domain",    "host", "host_by_name", "contact",
    "registrar", "idn_table", "nndn", "reference",    "again"};

inline constexpr absl::string_view kStateKey = "state";
inline constexpr absl::string_view kDepositKey = "deposit";
inline constexpr absl::string_view kHeaderKey = "header";
inline constexpr absl::string_view kEppParamsKey = "eppParams";
inline constexpr absl::string_view kPolicyPrefix = "policy/";
inline constexpr absl::string_view kFormerPrefix = "former/";

inline std::string BigEndian(uint64_t value, int bytes) {
  std::string out(bytes, '\0');
  for (int i = bytes - 1; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
  return out;
}

inline uint64_t ParseBigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

inline std::string PolicyKey(uint32_t ordinal) {
  return absl::StrCat(kPolicyPrefix, BigEndian(ordinal, 4));
}

// `kind` is an ObjectType's number, a byte; the key of a registrar is its former id.
inline std::string FormerKey(uint8_t kind, absl::string_view key) {
  return absl::StrCat(kFormerPrefix, BigEndian(kind, 1), key);
}

inline std::string NameKey(absl::string_view name) {
  if (absl::EndsWith(name, ".")) name.remove_suffix(1);
  return absl::AsciiStrToLower(name);
}

// Every row of one name begins with its prefix.
inline std::string HostByNamePrefix(absl::string_view name) {
  std::string key = NameKey(name);
  key.push_back('\0');
  return key;
}

inline std::string HostByNameKey(absl::string_view name, absl::string_view roid) {
  return absl::StrCat(HostByNamePrefix(name), roid);
}

// The ROID of a row of host_by_name that begins with `prefix`.
inline absl::string_view RoidOfHostByNameKey(absl::string_view key, absl::string_view prefix) {
  key.remove_prefix(prefix.size());
  return key;
}

inline std::string HostReferenceKey(absl::string_view name) {
  return absl::StrCat("h", NameKey(name));
}

inline std::string ContactReferenceKey(absl::string_view id) { return absl::StrCat("c", id); }

inline constexpr absl::string_view kVariantDomain = "d";
inline constexpr absl::string_view kVariantNndn = "n";

// Every variant of one original begins with its prefix, which is a row itself: a look-up that finds
// nothing, as nearly all do, is answered by a filter, while an iterator would ask every file.
inline std::string VariantPrefix(absl::string_view original) {
  std::string key = absl::StrCat("v", NameKey(original));
  key.push_back('\0');
  return key;
}

inline std::string VariantKey(absl::string_view original, absl::string_view variant) {
  return absl::StrCat(VariantPrefix(original), NameKey(variant));
}

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_SCHEMA_H_
