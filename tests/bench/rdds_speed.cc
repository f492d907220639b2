// How fast RDAP and WHOIS are answered from a rebuilt registry, on one thread, without a network:
//
//     rdds_speed DEPOSIT.xml DIR ANSWERS
//
// DIR is made and holds the rebuild; one that is there is used as it is. Asked is for domains in a
// random order (seeded), every one as often as the next, and for a thousand of them again and
// again. Prints answers for a second of processor time (this thread's, so that other work beside
// does not count), bytes an answer, and times by the clock; what copying the tree of one answer and
// printing it takes with nlohmann::json; and what the process has of memory before and after.
#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/lookup/lookup.h"
#include "failover/rdap/responder.h"
#include "failover/rebuild/rebuild.h"
#include "failover/store/registry_store.h"
#include "failover/whois/responder.h"
#include "failover/zone/zone_config.h"

namespace tidemark::failover {
namespace {

constexpr uint32_t kSeed = 20261122;
constexpr size_t kPopular = 1000;
using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

double ProcessorSeconds() {
  timespec time{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void PrintMemory(const char* when) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) std::printf("memory %s: %s\n", when, line.c_str() + 6);
  }
}

absl::Status RebuildInto(const std::string& deposit, const std::string& dir) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, base::FileSource::Open(deposit));
  RebuildOptions options;
  options.out_dir = dir;
  ASSIGN_OR_RETURN(
      const RebuildReport report,
      Rebuild([&source](const OnRead& on_read,
                        rde::RecordSink& sink) { return ReadXml(*source, on_read, sink); },
              options));
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir + "/registry")) {
    bytes += entry.file_size();
  }
  std::printf("rebuild: read %.2f s, store %.2f s, store has %.1f MB\n", report.seconds_read,
              report.seconds_store, static_cast<double>(bytes) / 1e6);
  return absl::OkStatus();
}

void Measure(const char* what, const std::vector<std::string>& names, size_t answers,
             const std::function<size_t(const std::string&)>& answer) {
  for (size_t i = 0; i < answers / 10; ++i) answer(names[i % names.size()]);  // caches
  std::vector<double> seconds;
  seconds.reserve(answers);
  uint64_t bytes = 0;
  const double begin = ProcessorSeconds();
  for (size_t i = 0; i < answers; ++i) {
    const Clock::time_point asked = Clock::now();
    bytes += answer(names[i % names.size()]);
    seconds.push_back(Seconds(Clock::now() - asked));
  }
  const double all = ProcessorSeconds() - begin;
  std::sort(seconds.begin(), seconds.end());
  std::printf(
      "%s: %.0f answers a processor second, %.0f bytes each, median %.0f us, 99.9%% below %.0f "
      "us\n",
      what, static_cast<double>(answers) / all,
      static_cast<double>(bytes) / static_cast<double>(answers), 1e6 * seconds[seconds.size() / 2],
      1e6 * seconds[seconds.size() * 999 / 1000]);
}

absl::Status Run(const std::string& deposit, const std::string& dir, size_t answers) {
  if (!std::filesystem::exists(dir)) RETURN_IF_ERROR(RebuildInto(deposit, dir));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryStore> store,
                   RegistryStore::Open(dir + "/registry"));
  ASSIGN_OR_RETURN(const rde::Header header, store->Header());
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Parse("", "defaults"));
  ASSIGN_OR_RETURN(RddsConfig rdds, LoadRddsConfig(config, header.tld, ZoneConfig()));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, Lookup::Create(*store, std::move(rdds)));
  std::vector<std::string> names;
  RETURN_IF_ERROR(store->ForEachDomain([&names](const rde::Domain& domain) {
    names.push_back(domain.name);
    return absl::OkStatus();
  }));
  if (names.empty()) return absl::InvalidArgumentError("no domain in the deposit");
  std::shuffle(names.begin(), names.end(), std::mt19937(kSeed));

  const std::vector<std::string> popular(
      names.begin(), names.begin() + static_cast<int64_t>(std::min(names.size(), kPopular)));
  const rdap::Responder rdap(*lookup);
  const whois::Responder whois(*lookup);
  const auto by_lookup = [&](const std::string& name) {
    return lookup->FindDomain(name).ok() ? size_t{1} : size_t{0};
  };
  const auto by_rdap = [&](const std::string& name) {
    return rdap.Respond("/domain/" + name).body.size();
  };
  const auto by_whois = [&](const std::string& name) { return whois.Respond(name).size(); };
  PrintMemory("before");
  Measure("lookup alone, a thousand names", popular, answers, by_lookup);
  Measure("rdap, a thousand names", popular, answers, by_rdap);
  Measure("lookup alone, all names", names, answers, by_lookup);
  Measure("rdap, all names", names, answers, by_rdap);
  Measure("whois, all names", names, answers, by_whois);
  PrintMemory("after");
  const nlohmann::json tree = nlohmann::json::parse(rdap.Respond("/domain/" + names[0]).body);
  Measure("a tree copied and printed", names, answers, [&](const std::string&) {
    const nlohmann::json copy = tree;
    return copy.dump().size();
  });
  return absl::OkStatus();
}

}  // namespace
}  // namespace tidemark::failover

int main(int argc, char** argv) {
  size_t answers = 0;
  const absl::string_view number = argc == 4 ? argv[3] : "";
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), answers);
  if (parsed.ec != std::errc() || answers == 0) {
    std::fprintf(stderr, "usage: rdds_speed DEPOSIT.xml DIR ANSWERS\n");
    return 2;
  }
  const absl::Status status = tidemark::failover::Run(argv[1], argv[2], answers);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 2;
}
