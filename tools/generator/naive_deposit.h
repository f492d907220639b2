// For tests only: looks at a deposit that the generator wrote with string searches, line by line,
// so that what it is compared with owes nothing to the project's reader or writer of deposits.
#ifndef TIDEMARK_TOOLS_GENERATOR_NAIVE_DEPOSIT_H_
#define TIDEMARK_TOOLS_GENERATOR_NAIVE_DEPOSIT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::generator {

// The text of every object of one element name, e.g. "rdeDomain:domain".
std::vector<std::string> ObjectsOf(absl::string_view deposit, absl::string_view element);

// The texts of all elements `name` in `object`, attributes ignored.
std::vector<std::string> Values(absl::string_view object, absl::string_view name);
// The first one; empty if there is none.
std::string Value(absl::string_view object, absl::string_view name);
// The values of attribute s of all elements `name`.
std::vector<std::string> Statuses(absl::string_view object, absl::string_view name);

// Header counts by the last part of their URI, e.g. "rdeDomain-1.0".
std::map<std::string, int> HeaderCounts(absl::string_view deposit);

// The zone that a FULL of .`tld` with host objects stands for, without the apex: a set of lines
// "name TYPE data".
std::set<std::string> NaiveZone(absl::string_view deposit, absl::string_view tld);
// A zone file's lines in the same form, without those of the apex and below nic.
std::set<std::string> ZoneLines(absl::string_view zone, absl::string_view tld);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_NAIVE_DEPOSIT_H_
