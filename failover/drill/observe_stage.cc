#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/drill/scene.h"
#include "failover/probe/chain_count.h"
#include "rde/reader.h"
#include "verifier/base_chain.h"
#include "verifier/input/deposit_input.h"
#include "verifier/streamed_chain.h"

namespace tidemark::failover {
namespace {

constexpr char kPartialLog[] = "observe-partial";

absl::Status ReadXml(base::ByteSource& xml, rde::RecordSink& sink) {
  return rde::ReadDeposit(xml, sink);
}

absl::Status ReadFile(const std::string& path, rde::RecordSink& sink) {
  const verifier::Resources resources;
  ASSIGN_OR_RETURN(const auto input, verifier::DepositInput::Open(path, resources));
  return verifier::ReadInput(*input, ReadXml, resources, sink);
}

// Learns its label, which has to be known before a chain can be put together, and counts it.
absl::StatusOr<verifier::ChainDeposit> Link(const std::string& name, const std::string& path,
                                            ChainCount& count) {
  RETURN_IF_ERROR(ReadFile(path, count));
  return verifier::ChainDeposit{
      .name = name,
      .info = count.info(),
      .open = [path]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
        ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, base::FileSource::Open(path));
        return source;
      }};
}

// What a chain of files gives together, oldest first.
absl::Status ReadChain(const std::vector<verifier::ChainDeposit>& links, rde::RecordSink& sink) {
  const verifier::StreamedChain chain(
      links.back(), std::vector<verifier::ChainDeposit>(links.begin(), links.end() - 1), ReadXml,
      {});
  std::vector<size_t> used;
  return verifier::ReadRepository(chain.last(), chain.bases(), {}, sink, used);
}

absl::StatusOr<base::RunResult> Restore(Scene& scene, size_t number, const std::string& path,
                                        bool whole) {
  std::vector<std::string> arguments = {
      "restore",  scene.chain[number],         "--out",    path,
      "--config", scene.cast.rebuilder_config, "--format", "json"};
  if (!whole) arguments.push_back("--partial");
  for (const std::string& package : scene.packages) {
    arguments.insert(arguments.end(), {"--release", package});
  }
  return scene.stage->Run(Role::kObserver, whole ? "observe" : kPartialLog, arguments,
                          kVerbTimeout);
}

// One that custody has damaged is observed as far as it is there, and is a no.
absl::Status FetchOne(Scene& scene, size_t number, const std::string& path) {
  ASSIGN_OR_RETURN(const base::RunResult result, Restore(scene, number, path, /*whole=*/true));
  if (result.exit_status == 0) return absl::OkStatus();
  if (!IsLostForGood(result)) {
    return absl::UnavailableError(absl::StrCat("the deposit is not to be had back: ", result.err));
  }
  // Of a chain only all of it gives anything.
  if (scene.chain.size() == 1) {
    ASSIGN_OR_RETURN(const base::RunResult partial, Restore(scene, number, path, /*whole=*/false));
    if (RestoreOutcome(partial) == "partial") {
      scene.No(absl::StrCat("the observer has only a part of the deposit: ",
                            scene.stage->FirstLine(kPartialLog)));
      return absl::OkStatus();
    }
  }
  scene.No(absl::StrCat("custody does not give ", scene.chain[number], " back any more"));
  return absl::DataLossError(result.err);
}

// Takes a file's name away, so that it goes with the process whatever ends that, and gives it
// another that only this process can use, as often as it likes.
absl::StatusOr<std::string> Unname(const std::string& path, std::vector<int>& fds) {
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  fds.push_back(fd);
  if (unlink(path.c_str()) != 0) return base::ErrnoStatus(errno, path);
  return absl::StrCat("/proc/self/fd/", fd);
}

// The vault's list is a server's word; how old the data are is the deposit's to say.
void CompareWithList(Scene& scene, const rde::DepositInfo& info) {
  if (verifier::SameLabel(info, scene.listed)) return;
  scene.No("the deposit itself says another id, kind, resend or watermark than the vault's list");
  if (!info.watermark.time.has_value()) {
    return scene.No("the deposit has no watermark");
  }
  scene.report.watermark = info.watermark.text;
  scene.report.rpo_seconds = absl::ToDoubleSeconds(scene.report.started_at - *info.watermark.time);
  CheckAge(scene);
}

}  // namespace

absl::Status ReadWitnesses(Scene& scene, const ReadWitnessed& read) {
  WitnessOptions options;
  options.tld = scene.report.tld;
  options.seed = scene.report.seed;
  options.policy = scene.zone_policy;
  options.disclosure = scene.disclosure;
  options.sample = 1;
  ASSIGN_OR_RETURN(scene.first, DepositWitness::Read(read, options));
  options.sample = scene.report.sample;
  options.whole_zone = WholeZone::kYes;
  options.scratch_dir = scene.stage->path("observer");
  ASSIGN_OR_RETURN(scene.witness, DepositWitness::Read(read, options));
  scene.report.zone_told = scene.witness->policy();
  scene.report.disclosure_told = scene.witness->disclosure();
  return absl::OkStatus();
}

absl::Status Observe(Scene& scene) {
  RETURN_IF_ERROR(scene.stage->MakeFor(Role::kObserver, "observer"));
  std::vector<std::string> paths;
  std::vector<int> fds;
  const absl::Cleanup closer = [&fds] {
    for (const int fd : fds) close(fd);
  };
  for (size_t i = 0; i < scene.chain.size(); ++i) {
    const std::string path = scene.stage->path(absl::StrCat("observer/deposit-", i));
    RETURN_IF_ERROR(FetchOne(scene, i, path));
    std::error_code error;
    scene.report.deposit_bytes += std::filesystem::file_size(path, error);
    if (error) return base::ErrnoStatus(error.value(), path);
    ASSIGN_OR_RETURN(std::string unnamed, Unname(path, fds));
    paths.push_back(std::move(unnamed));
  }
  std::vector<verifier::ChainDeposit> links;
  if (paths.size() > 1) scene.chain_count.emplace();
  for (size_t i = 0; scene.chain_count.has_value() && i < paths.size(); ++i) {
    ASSIGN_OR_RETURN(links.emplace_back(), Link(scene.chain[i], paths[i], *scene.chain_count));
  }
  RETURN_IF_ERROR(ReadWitnesses(scene, [&](rde::RecordSink& sink) {
    return links.empty() ? ReadFile(paths[0], sink) : ReadChain(links, sink);
  }));
  CompareWithList(scene, links.empty() ? scene.witness->deposit() : links.back().info);
  return absl::OkStatus();
}

}  // namespace tidemark::failover
