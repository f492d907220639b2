// What a deposit holds, in numbers: objects, how many have each field, and each status.
//
// Numbers only, never a name: they stand in verdicts, which the vault keeps and may read, so that
// the next deposit can be compared with its predecessor without opening that one
// (verifier/drift.h).
#ifndef TIDEMARK_VERIFIER_STATISTICS_H_
#define TIDEMARK_VERIFIER_STATISTICS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/records.h"
#include "verifier/status_names.h"

namespace tidemark::verifier {

// The object types that are counted by field, in the order of a report.
enum class Counted : uint8_t { kDomain, kHost, kContact };
inline constexpr Counted kCounted[] = {Counted::kDomain, Counted::kHost, Counted::kContact};
// "domain", "host", "contact".
absl::string_view CountedName(Counted kind);

// Fields by index into KindStatistics::filled. Names: FieldNames().
enum DomainField : size_t {
  kDomainUName,
  kDomainIdnTableId,
  kDomainOriginalName,
  kDomainSeveralStatuses,
  kDomainRgpStatus,
  kDomainRegistrant,
  kDomainContact,
  kDomainNs,
  kDomainCrRr,
  kDomainCrDate,
  kDomainExDate,
  kDomainUpRr,
  kDomainUpDate,
  kDomainSecDns,
  kDomainTrDate,
  kDomainTrnData,
  kDomainFieldCount
};
enum HostField : size_t {
  kHostAddr,
  kHostCrRr,
  kHostCrDate,
  kHostUpRr,
  kHostUpDate,
  kHostTrDate,
  kHostFieldCount
};
enum ContactField : size_t {
  kContactInt,
  kContactLoc,
  kContactName,
  kContactOrg,
  kContactStreet,
  kContactStreet2,
  kContactStreet3,
  kContactCity,
  kContactSp,
  kContactPc,
  kContactCc,
  kContactVoice,
  kContactFax,
  kContactEmail,
  kContactCrRr,
  kContactCrDate,
  kContactUpRr,
  kContactUpDate,
  kContactTrDate,
  kContactTrnData,
  kContactDisclose,
  kContactFieldCount
};

// Element names as in RFC 9022; "severalStatuses", "street2" and the like are ours.
absl::Span<const absl::string_view> FieldNames(Counted kind);

struct KindStatistics {
  int64_t objects = 0;
  std::array<int64_t, kContactFieldCount> filled{};  // the longest of the three
  std::array<int64_t, kStatusCount> statuses{};
  bool operator==(const KindStatistics&) const = default;
};

struct Statistics {
  std::array<KindStatistics, std::size(kCounted)> kinds;

  KindStatistics& of(Counted kind) { return kinds[static_cast<size_t>(kind)]; }
  const KindStatistics& of(Counted kind) const { return kinds[static_cast<size_t>(kind)]; }

  // With the set of the object's statuses.
  void Add(const rde::Domain& domain, StatusSet statuses);
  void Add(const rde::Host& host, StatusSet statuses);
  void Add(const rde::Contact& contact, StatusSet statuses);

  bool operator==(const Statistics&) const = default;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_STATISTICS_H_
