#include "verifier/service/custody_chain.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rde/reader.h"
#include "vault/manifest.h"
#include "verifier/service/label.h"

namespace tidemark::verifier {
namespace {

// Passes everything on, and keeps the deposit element.
class InfoKeeper final : public rde::RecordSink {
 public:
  explicit InfoKeeper(rde::RecordSink& sink) : sink_(sink) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override {
    info_ = info;
    sink_.OnDeposit(info, at);
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    sink_.OnRecord(record, at);
  }
  void OnFlaw(const rde::Flaw& flaw) override { sink_.OnFlaw(flaw); }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    sink_.OnFile(file, name, kind);
  }

  const std::optional<rde::DepositInfo>& info() const { return info_; }

 private:
  rde::RecordSink& sink_;
  std::optional<rde::DepositInfo> info_;
};

absl::Status ReadBase(const JudgePeers& peers, const vault::DepositId& id,
                      const rde::DepositInfo& listed, const JudgeOptions& options,
                      std::vector<VerdictBinding::Base>& read, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const SealedDeposit sealed, FetchSealedDeposit(peers.vault, peers.agent, id));
  if (!SameLabel(InfoOf(sealed.manifest), listed)) {
    return absl::DataLossError("the vault's list does not say what the depositor signed");
  }
  const Opened opened = Open(peers, sealed);
  RETURN_IF_ERROR(opened.status);
  Watch watch(options);
  WatchedSource watched(*opened.deposit, watch);
  InfoKeeper keeper(sink);
  RETURN_IF_ERROR(rde::ReadDeposit(watched, keeper));
  // A label that is not the content's would put the deposit into another place of the chain.
  if (!keeper.info().has_value() || !SameLabel(*keeper.info(), listed)) {
    return absl::FailedPreconditionError("the deposit is not what its manifest says");
  }
  read.push_back({id, sealed.manifest_digest});
  return absl::OkStatus();
}

}  // namespace

Opened Open(const JudgePeers& peers, const SealedDeposit& sealed) {
  auto key = UnwrapForVerifier(sealed, peers.opening_key, peers.agent);
  if (!key.ok()) return {key.status(), nullptr};
  auto opened = OpenDeposit(peers.vault, sealed, peers.agent, *std::move(key));
  if (!opened.ok()) return {opened.status(), nullptr};
  return {absl::OkStatus(), *std::move(opened)};
}

absl::Status Watch::Advance(size_t bytes) {
  bytes_read_ += bytes;
  if (options_.on_progress && !options_.on_progress(bytes_read_)) {
    return absl::CancelledError("stopped");
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> WatchedSource::Read(absl::Span<char> buffer) {
  ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
  RETURN_IF_ERROR(watch_.Advance(got));
  return got;
}

absl::StatusOr<std::vector<ChainDeposit>> BasesInCustody(const JudgePeers& peers,
                                                         const vault::DepositId& id,
                                                         const JudgeOptions& options,
                                                         std::vector<VerdictBinding::Base>& read) {
  tidemark::v1::ListRequest request;
  request.set_tld(id.tld());
  ASSIGN_OR_RETURN(const auto summaries, peers.vault.List(request));
  std::vector<ChainDeposit> bases;
  for (const tidemark::v1::DepositSummary& summary : summaries) {
    const absl::StatusOr<vault::DepositId> listed = vault::IdOf(summary.identity());
    if (!listed.ok() || listed->tld() != id.tld()) {
      return absl::DataLossError("the vault lists a deposit without an identity");
    }
    if (*listed == id) continue;
    const rde::DepositInfo info = InfoOf(summary);
    bases.push_back({listed->ToString(), info,
                     [&peers, &options, &read, base = *listed, info](rde::RecordSink& sink) {
                       return ReadBase(peers, base, info, options, read, sink);
                     }});
  }
  return bases;
}

}  // namespace tidemark::verifier
