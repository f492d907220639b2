// Makes up a registry and writes its nightly deposit, FULL, DIFF or INCR, and the zone that it
// would publish.
//
// The same options give the same bytes on every machine. Every object is derived from the seed and
// its number, so the registry is never held in memory (a few bits an object are: what is linked,
// what needs glue). The deposit is clean under RST's rules. Night n is the registry of night 0, n
// days later: each night the given fraction of domains, contacts and hosts changes, a few domains
// are created and a few deleted, contacts that nobody names any more go, some hosts are made anew
// under another ROID, and everything else keeps its bytes.
//
// The zone is written from the generator's own model by code that shares nothing with the one that
// builds zones from deposits, so that the two can be compared.
//
// What it is not: anybody's data. Names are made of syllables, addresses are those of RFC 2544 and
// RFC 3849, people are drawn from short lists.
//
// Threads: free functions, safe. Errors: INVALID_ARGUMENT for options that make no registry;
// otherwise the sinks' own.
#ifndef TIDEMARK_TOOLS_GENERATOR_GENERATOR_H_
#define TIDEMARK_TOOLS_GENERATOR_GENERATOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "rde/records.h"

namespace tidemark::generator {

// As RST's parameter epp.hostModel.
enum class HostModel { kObjects, kAttributes };
// As RST's parameter general.registryDataModel: contacts or none.
enum class DataModel { kMinimum, kMaximum };

// RFC 8909 section 5.1: a DIFF is against the night before, an INCR against night 0.
enum class DepositKind { kFull, kDiff, kIncr };

// Beyond this the deposit would be larger than any that is read (base/limits.h).
inline constexpr uint64_t kDomainsMax = 10'000'000;
inline constexpr int kNightMax = 365;

struct GeneratorOptions {
  std::string tld = "example";  // lower-case A-label form
  uint64_t domains = 1000;      // of night 0
  uint64_t seed = 1;
  // Of night 0; midnight UTC. Night n has its watermark n days later.
  absl::Time watermark = absl::FromUnixSeconds(1795305600);  // 2026-11-22
  int night = 0;
  DepositKind kind = DepositKind::kFull;  // others from night 1 on
  double changed_fraction = 0;            // of the objects, each night
  HostModel host_model = HostModel::kObjects;
  DataModel data_model = DataModel::kMaximum;
  // Objects in an order of the seed's, kinds mixed, instead of what is referred to first.
  bool shuffled = false;
  // Flaws, one each: a second domain of one name, with a roid of its own; a domain with one more
  // name server (host objects only), which is not in the deposit. The zone does not show them.
  bool plant_duplicate_domain = false;
  bool plant_dangling_host = false;
  // Ending of every ROID: an identifier of IANA's registry of EPP repository ids.
  std::string repository = "EXAMPLE";
  // Namespaces of the object types that are in the CSV model (RFC 9022); the others are in the XML
  // model. What the registry has none of is left out.
  std::set<std::string> csv_uris = {};
};

// Makes a CSV file of the deposit, by its name.
using NewCsvFile =
    std::function<absl::StatusOr<std::unique_ptr<base::ByteSink>>(const std::string& name)>;

// Called now and then with the number of objects written and of all objects.
using OnProgress = std::function<void(uint64_t done, uint64_t total)>;

// INVALID_ARGUMENT says which option is wrong.
absl::Status Validate(const GeneratorOptions& options);

// Writes the deposit's XML and the zone; closes neither sink. Returns the deposit's header. Holds
// some bits an object, whatever the order. `new_csv_file` is required for the CSV model; those
// files are closed.
absl::StatusOr<rde::Header> Generate(const GeneratorOptions& options, base::ByteSink& deposit,
                                     base::ByteSink& zone, const OnProgress& on_progress = {},
                                     const NewCsvFile& new_csv_file = {});
// The deposit alone, in the XML model.
absl::StatusOr<rde::Header> GenerateDeposit(const GeneratorOptions& options,
                                            base::ByteSink& deposit,
                                            const OnProgress& on_progress = {});

// The registry's report of the deposit (rdeReport-1.0), whose header Generate() returned.
absl::StatusOr<std::string> ReportXml(const GeneratorOptions& options, const rde::Header& header);

// "domain,host" or "all": namespaces of the CSV model for GeneratorOptions::csv_uris.
absl::StatusOr<std::set<std::string>> ParseCsvTypes(absl::string_view names);

// "FULL", "DIFF", "INCR".
const char* KindName(DepositKind kind);
// {tld}_{date}_full_S1_R0.xml, {tld}_{date}_full_R0.rep, {tld}.zone; for other kinds diff, or incr,
// which Specification 2 does not know.
std::string DepositName(const GeneratorOptions& options);
std::string ReportName(const GeneratorOptions& options);
std::string ZoneName(const GeneratorOptions& options);

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_GENERATOR_H_
