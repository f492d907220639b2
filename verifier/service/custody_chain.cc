#include "verifier/service/custody_chain.h"

#include <utility>

#include "base/bytes.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "verifier/service/label.h"

namespace tidemark::verifier {
namespace {

// Tells of a deposit whose end was authentic.
class NotedSource final : public base::ByteSource {
 public:
  NotedSource(std::unique_ptr<base::ByteSource> source, VerdictBinding::Base base,
              std::vector<VerdictBinding::Base>& read)
      : source_(std::move(source)), base_(std::move(base)), read_(read) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return source_->Read(buffer); }
  absl::Status Close() override {
    RETURN_IF_ERROR(source_->Close());
    read_.push_back(base_);
    return absl::OkStatus();
  }

 private:
  const std::unique_ptr<base::ByteSource> source_;
  const VerdictBinding::Base base_;
  std::vector<VerdictBinding::Base>& read_;
};

absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenBase(
    const JudgePeers& peers, const vault::DepositId& id, const rde::DepositInfo& listed,
    std::vector<VerdictBinding::Base>& read) {
  ASSIGN_OR_RETURN(const SealedDeposit sealed, FetchSealedDeposit(peers.vault, peers.agent, id));
  if (!SameLabel(InfoOf(sealed.manifest), listed)) {
    return absl::DataLossError("the vault's list does not say what the depositor signed");
  }
  Opened opened = Open(peers, sealed);
  RETURN_IF_ERROR(opened.status);
  return std::make_unique<NotedSource>(std::move(opened.deposit),
                                       VerdictBinding::Base{id, sealed.manifest_digest}, read);
}

}  // namespace

Opened Open(const JudgePeers& peers, const SealedDeposit& sealed) {
  auto key = UnwrapForVerifier(sealed, peers.opening_key, peers.agent);
  if (!key.ok()) return {key.status(), nullptr};
  auto opened = OpenDeposit(peers.vault, sealed, peers.agent, *std::move(key), peers.scratch_dir);
  if (!opened.ok()) return {opened.status(), nullptr};
  return {absl::OkStatus(), *std::move(opened)};
}

absl::StatusOr<std::vector<ChainDeposit>> BasesInCustody(const JudgePeers& peers,
                                                         const vault::DepositId& id,
                                                         std::vector<VerdictBinding::Base>& read) {
  tidemark::v1::ListRequest request;
  request.set_tld(id.tld());
  ASSIGN_OR_RETURN(const auto summaries, peers.vault.List(request));
  std::vector<ChainDeposit> bases;
  for (const tidemark::v1::DepositSummary& summary : UsableAsBases(summaries)) {
    const absl::StatusOr<vault::DepositId> listed = vault::IdOf(summary.identity());
    if (!listed.ok() || listed->tld() != id.tld()) {
      return absl::DataLossError("the vault lists a deposit without an identity");
    }
    if (*listed == id) continue;
    const rde::DepositInfo info = InfoOf(summary);
    bases.push_back({listed->ToString(), info, [&peers, &read, base = *listed, info] {
                       return OpenBase(peers, base, info, read);
                     }});
  }
  return bases;
}

}  // namespace tidemark::verifier
