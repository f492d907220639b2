// What one answer may cost and how long it may be: a deposit may hold objects of a thousand
// children of a thousand children each, and whoever asks chooses the object. What is left out for
// these is counted (LeftOut), and the answer says so.
//
// One answer reads the object that it is about (at most base::kObjectBytesMax), the originals of
// variants, at most four contacts, each at most as large, and hosts within kHostBytesMax; for a
// name several labels below the TLD the domains between as well, at most kNamesAboveMax.
#ifndef TIDEMARK_FAILOVER_LOOKUP_LIMITS_H_
#define TIDEMARK_FAILOVER_LOOKUP_LIMITS_H_

#include <cstddef>

namespace tidemark::failover {

// IANA has accredited some 4,000; registries without ICANN's contract have up to a few thousand.
inline constexpr size_t kRegistrarsMax = 20'000;
// Name servers of a domain that are told. EPP servers allow 13.
inline constexpr size_t kServersMax = 32;
// Host objects of one name that are read: two live ones may share it (RFC 9022 section 5.2).
inline constexpr size_t kHostsOfNameMax = 8;
// Addresses that are looked at for one answer, of all its name servers together.
inline constexpr size_t kAddressesMax = 256;
// Rows of hosts that are read for one answer; a usual one has 200 bytes. The last may be longer.
inline constexpr size_t kHostBytesMax = 128 << 10;
// DS and key records of a domain that are told, of each.
inline constexpr size_t kDsMax = 32;
// Variants of one name that are told.
inline constexpr size_t kVariantsMax = 64;
// RFC 5733 section 2.4: lines of a street, and forms of an address, `int` and `loc`.
inline constexpr size_t kStreetsMax = 3;
inline constexpr size_t kPostalFormsMax = 2;
// Contacts of one domain that are looked up; of each role the first that is there is told.
inline constexpr size_t kContactsMax = 8;

// Names between a name and the TLD that are looked at for one answer, those of originals of
// variants with them. Registries have names of one to three labels, those of telephone numbers of
// thirteen.
inline constexpr size_t kNamesAboveMax = 32;

// A handle that can be asked for: ids of EPP have at most 16 characters, those of IANA ten digits.
inline constexpr size_t kHandleBytesMax = 64;
// A URL of the configuration or of a registrar; with a name or a handle behind it, it is a value.
inline constexpr size_t kUrlBytesMax = 512;
// One value of an answer; the longest that a schema allows has 255 characters. Longer ones are cut
// where a character ends.
inline constexpr size_t kValueBytesMax = 1024;
// An answer's values, of RDAP or WHOIS. A usual one has 8 KiB.
inline constexpr size_t kAnswerBytesMax = 256 << 10;

// What an answer does not tell, for these limits or because no standard has the word.
struct LeftOut {
  size_t statuses = 0;   // unregistered words
  size_t servers = 0;    // at most so many: one that is named twice may be counted twice
  size_t addresses = 0;  // of servers that are told
  bool hosts = false;    // host objects of a name
  size_t ds = 0;         // DS and key records, without those that the zone would refuse
  size_t lines = 0;      // of streets, and forms of postal addresses
  bool variants = false;
  bool delegation = false;  // whether the zone has it; told is that it has not

  // Whether limits took something away.
  bool is_cut() const {
    return servers > 0 || addresses > 0 || hosts || ds > 0 || lines > 0 || variants || delegation;
  }
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_LIMITS_H_
