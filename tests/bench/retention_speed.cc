// Measures retention: nights of a registry of which all but the last have become old.
//
//   retention_speed build DIR NIGHTS FRAMES CHANGES FRAME_BYTES    makes the vault
//   retention_speed run DIR                                       one plan and one run over it
//
// `run` prints a line of JSON: seconds of the plan and of each part of the run, processor time,
// bytes of the directory before and after, and the most memory that was resident.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "vault/retention/retention_testing.h"

namespace tidemark::vault::retention {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr int kDaysLater = 400;

std::string VaultId() { return std::string(16, 'b'); }
std::string KeyPath(const std::string& dir) { return dir + "/receipt.key"; }
std::string TimePath(const std::string& dir) { return dir + "/now"; }

absl::StatusOr<std::unique_ptr<Vault>> OpenVault(
    const std::string& dir, const crypto::SigningKey& key, const base::Clock& clock,
    std::function<void(absl::string_view)> at_point = nullptr) {
  return Vault::Open(
      {.dir = dir + "/vault", .retention = {.trust_clock = true}, .at_point = std::move(at_point)},
      VaultId(), key, clock);
}

absl::Status Build(const std::string& dir, int nights, const RegistryOptions& options) {
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  RETURN_IF_ERROR(key.Save(KeyPath(dir)));
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {options.tld});
  const crypto::SigningKey verdict_key = crypto::SigningKey::Generate();
  base::FakeClock clock(TestNow());
  ASSIGN_OR_RETURN(const auto vault, OpenVault(dir, key, clock));
  TestRegistry registry(VaultId(), options);
  tidemark::v1::SignedManifest last;
  std::string last_id;
  for (int i = 0; i < nights; ++i) {
    const Night night = registry.Next();
    RETURN_IF_ERROR(StoreNight(night, depositor, *vault).status());
    last = night.upload.Sign(depositor);
    last_id = night.upload.deposit.ToString();
    clock.Advance(kDay);
  }
  // The log bears witness that time passes.
  for (int day = 0; day < kDaysLater; day += 4) {
    const auto outcome =
        day % 8 == 0 ? tidemark::v1::VERDICT_OUTCOME_PASS : tidemark::v1::VERDICT_OUTCOME_UNDECIDED;
    RETURN_IF_ERROR(
        vault
            ->AppendVerdict(MakeVerdict(VaultId(), Id(last_id), last, outcome, verdict_key),
                            verdict_key.verify_key())
            .status());
    clock.Advance(4 * kDay);
  }
  return base::WriteFile(TimePath(dir), absl::StrCat(absl::ToUnixMicros(clock.Now())),
                         base::FileMode::kPrivate);
}

double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

absl::Status Measure(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::string now, base::ReadSmallFile(TimePath(dir)));
  const base::FakeClock clock(absl::FromUnixMicros(std::strtoll(now.c_str(), nullptr, 10)));
  ASSIGN_OR_RETURN(const crypto::SigningKey key, crypto::SigningKey::Load(KeyPath(dir)));
  std::map<std::string, absl::Time> last;  // of each point
  ASSIGN_OR_RETURN(const auto vault, OpenVault(dir, key, clock, [&last](absl::string_view point) {
                     last[std::string(point)] = absl::Now();
                   }));
  ASSIGN_OR_RETURN(const uint64_t before, vault->DiskBytes());
  const absl::Time started = absl::Now();
  ASSIGN_OR_RETURN(const auto plan, vault->Retained().Plan(""));
  const absl::Time planned = absl::Now();
  const double processor = ProcessorSeconds();
  std::atomic<bool> stop = false;
  ASSIGN_OR_RETURN(const RunSummary summary, vault->Retained().Run(RunMode::kDelete, stop));
  const absl::Time done = absl::Now();
  ASSIGN_OR_RETURN(const uint64_t after, vault->DiskBytes());
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](absl::Duration d) { return absl::ToDoubleSeconds(d); };
  std::printf(
      "{\"deposits\": %zu, \"shredded\": %llu, \"frames\": %llu, \"plan_s\": %.4f, "
      "\"shred_s\": %.3f, \"collect_s\": %.3f, \"compaction_s\": %.3f, "
      "\"confirm_s\": %.3f, \"run_s\": %.3f, \"processor_s\": %.3f, "
      "\"before_bytes\": %llu, \"after_bytes\": %llu, \"rss_mb\": %.1f}\n",
      plan.size(), static_cast<unsigned long long>(summary.deposits_shredded),
      static_cast<unsigned long long>(summary.frames_removed), seconds(planned - started),
      seconds(last["after-shred-batch"] - planned),
      seconds(last["before-compaction"] - last["after-shred-batch"]),
      seconds(last["after-compaction"] - last["before-compaction"]),
      seconds(done - last["after-compaction"]), seconds(done - planned),
      ProcessorSeconds() - processor, static_cast<unsigned long long>(before),
      static_cast<unsigned long long>(after), static_cast<double>(usage.ru_maxrss) / 1024);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  absl::Status done = absl::InvalidArgumentError(
      "retention_speed build DIR NIGHTS FRAMES CHANGES FRAME_BYTES | run DIR");
  if (argc == 7 && absl::string_view(argv[1]) == "build") {
    done = Build(argv[2], std::atoi(argv[3]),
                 {.frames = std::atoi(argv[4]),
                  .changes = std::atoi(argv[5]),
                  .piece_bytes = static_cast<size_t>(std::atoll(argv[6]))});
  } else if (argc == 3 && absl::string_view(argv[1]) == "run") {
    done = Measure(argv[2]);
  }
  if (!done.ok()) std::fprintf(stderr, "%s\n", done.ToString().c_str());
  return done.ok() ? 0 : 2;
}

}  // namespace
}  // namespace tidemark::vault::retention

int main(int argc, char** argv) { return tidemark::vault::retention::Main(argc, argv); }
