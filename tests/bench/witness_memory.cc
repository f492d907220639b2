// What an observer's witness (failover/probe/deposit_witness.h) holds in memory:
//
//     witness_memory DEPOSIT.xml TLD SAMPLE [delegations | whole-zone [PORT SECRET]]
//
// SAMPLE: names of each kind, 0 for all; "delegations": without registrations; "whole-zone":
// likewise, and with the content of every name of the zone. With PORT the zone is then transferred
// from 127.0.0.1 under the key "bench", whose SECRET is in base64, and compared. Prints what is
// judged, processor seconds, and by how much the process has grown.
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whole_zone.h"
#include "rde/reader.h"

namespace tidemark::failover {
namespace {

rusage Usage() {
  rusage usage{};
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
  return usage;
}

double ProcessorSeconds(const rusage& usage) {
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

struct Server {
  int port = 0;  // 0: none
  std::string secret;
};

absl::Status Compare(const DepositWitness& witness, const Server& server) {
  const rusage before = Usage();
  const absl::Time begin = absl::Now();
  ASSIGN_OR_RETURN(
      const WholeZoneResult result,
      ProbeWholeZone({.target = {.address = "127.0.0.1", .port = server.port, .tld = witness.tld()},
                      .key_name = "bench",
                      .key_secret_base64 = server.secret,
                      .witness = &witness,
                      .now = absl::Now()}));
  const rusage after = Usage();
  std::printf(
      "%llu records, %llu NS, %llu DS and %llu addresses compared, %llu differences: "
      "%.1f s, of these %.1f s processor, %ld KiB\n",
      static_cast<unsigned long long>(result.records),
      static_cast<unsigned long long>(result.servers.compared),
      static_cast<unsigned long long>(result.ds.compared),
      static_cast<unsigned long long>(result.addresses.compared),
      static_cast<unsigned long long>(result.difference_count),
      absl::ToDoubleSeconds(absl::Now() - begin),
      ProcessorSeconds(after) - ProcessorSeconds(before), after.ru_maxrss - before.ru_maxrss);
  return absl::OkStatus();
}

absl::Status Run(const std::string& deposit, const WitnessOptions& options, const Server& server) {
  const rusage before = Usage();
  ASSIGN_OR_RETURN(const DepositWitness witness,
                   DepositWitness::Read(
                       [&deposit](rde::RecordSink& sink) -> absl::Status {
                         ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source,
                                          base::FileSource::Open(deposit));
                         return rde::ReadDeposit(*source, sink);
                       },
                       options));
  const rusage after = Usage();
  const probe::Testimony& testimony = witness.testimony();
  std::printf("%zu delegations, %zu withheld, %zu registrations, %zu contacts: %.1f s, %ld KiB\n",
              testimony.delegations.names().size(), testimony.withheld.size(),
              testimony.registrations.size(), testimony.contacts.size(),
              ProcessorSeconds(after) - ProcessorSeconds(before),
              after.ru_maxrss - before.ru_maxrss);
  return server.port == 0 ? absl::OkStatus() : Compare(witness, server);
}

}  // namespace
}  // namespace tidemark::failover

int main(int argc, char** argv) {
  tidemark::failover::WitnessOptions options;
  tidemark::failover::Server server;
  const std::string what = argc > 4 ? argv[4] : "";
  const bool whole_zone = what == "whole-zone";
  if (argc < 4 || argc > 7 || !absl::SimpleAtoi(argv[3], &options.sample) ||
      (argc > 4 && !whole_zone && what != "delegations") || argc == 6 ||
      (argc == 7 && (!whole_zone || !absl::SimpleAtoi(argv[5], &server.port)))) {
    std::fputs(
        "usage: witness_memory DEPOSIT.xml TLD SAMPLE [delegations | whole-zone [PORT SECRET]]\n",
        stderr);
    return 2;
  }
  options.tld = argv[2];
  if (!what.empty()) options.registrations = tidemark::failover::Registrations::kNo;
  if (whole_zone) options.whole_zone = tidemark::failover::WholeZone::kYes;
  if (argc == 7) server.secret = argv[6];
  const absl::Status status = tidemark::failover::Run(argv[1], options, server);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 2;
}
