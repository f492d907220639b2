// Deposits for tests: made by the generator, damaged on purpose, compared by their zones.
#ifndef TIDEMARK_TESTS_SUPPORT_DEPOSITS_H_
#define TIDEMARK_TESTS_SUPPORT_DEPOSITS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {

struct GeneratedDeposit {
  std::string deposit_path;
  std::string zone_path;
};

// Writes a deposit, with the CSV files that it has, and its zone into `dir`, which exists.
absl::StatusOr<GeneratedDeposit> WriteDeposit(const std::string& dir,
                                              const generator::GeneratorOptions& options);

// Copies `from` to `to` after `edit`, a function from the whole text to the whole text.
absl::Status EditFile(const std::string& from, const std::string& to,
                      const std::function<std::string(std::string)>& edit);

// The delegations of a master file with one record a line ("owner ttl IN type rdata"): lower-case
// lines "owner TYPE rdata" for NS and DS below the apex and, if asked, A and AAAA outside nic.TLD.
enum class Glue { kWith, kWithout };
absl::StatusOr<std::set<std::string>> Delegations(const std::string& zone_path,
                                                  const std::string& tld, Glue glue);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_DEPOSITS_H_
