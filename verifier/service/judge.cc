#include "verifier/service/judge.h"

#include <memory>
#include <utility>

#include "base/status.h"
#include "rde/reader.h"
#include "verifier/opening/opening.h"
#include "verifier/service/label.h"
#include "verifier/verdict.h"

namespace tidemark::verifier {
namespace {

// Counts what passes, and ends it when nobody wants it any more.
class WatchedSource final : public base::ByteSource {
 public:
  WatchedSource(base::ByteSource& source, const JudgeOptions& options)
      : source_(source), options_(options) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
    bytes_read_ += got;
    if (options_.on_progress && !options_.on_progress(bytes_read_)) {
      return absl::CancelledError("stopped");
    }
    return got;
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
  const JudgeOptions& options_;
  uint64_t bytes_read_ = 0;
};

struct Opened {
  absl::Status status;
  std::unique_ptr<OpenedDeposit> deposit;
};

Opened Open(const JudgePeers& peers, const SealedDeposit& sealed) {
  auto key = UnwrapForVerifier(sealed, peers.opening_key, peers.agent);
  if (!key.ok()) return {key.status(), nullptr};
  auto opened = OpenDeposit(peers.vault, sealed, peers.agent, *std::move(key));
  if (!opened.ok()) return {opened.status(), nullptr};
  return {absl::OkStatus(), *std::move(opened)};
}

}  // namespace

absl::StatusOr<Report> JudgeContent(const Content& content,
                                    const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                    const JudgeOptions& options) {
  CheckOptions check;
  check.profile = options.profile;
  check.ruleset = options.ruleset;
  check.resources = options.resources;
  check.now = now;
  check.tld = manifest.identity().tld();
  if (!content.file_name.empty()) check.file_name = content.file_name;
  DepositChecker checker(std::move(check));
  if (!content.opened.ok()) {
    // The depositor sealed it wrongly, or we could not open it.
    if (absl::IsFailedPrecondition(content.opened)) {
      checker.AddCustodyFinding(Code::kSealedWrongly, content.opened.message());
    }
    checker.CouldNotRead(content.opened);
    return checker.Finish();
  }
  WatchedSource watched(*content.source, options);
  const absl::Status read =
      rde::ReadDeposit(watched, checker, {.threads = options.resources.threads});
  if (absl::IsCancelled(read)) return read;
  if (!read.ok()) {
    if (absl::IsFailedPrecondition(read)) {
      checker.AddCustodyFinding(Code::kContentMismatch, read.message());
    }
    checker.CouldNotRead(read);
    return checker.Finish();
  }
  CompareLabel(manifest, checker);
  return checker.Finish();
}

absl::StatusOr<Judged> JudgeDeposit(const JudgePeers& peers, const vault::DepositId& id,
                                    const JudgeOptions& options) {
  ASSIGN_OR_RETURN(const SealedDeposit sealed, FetchSealedDeposit(peers.vault, peers.agent, id));
  const Opened opened = Open(peers, sealed);
  // Whole seconds: what a report shows is what was compared.
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(peers.clock.Now()));
  const Content content{opened.status, opened.deposit.get(),
                        opened.deposit == nullptr ? "" : opened.deposit->file_name()};
  ASSIGN_OR_RETURN(Report report,
                   peers.content_judge.Judge(content, sealed.manifest, now, options));
  Judged judged{std::move(report), {}};
  judged.verdict = MakeVerdict(judged.report,
                               {.vault_id = sealed.manifest.vault_id(),
                                .deposit = id,
                                .manifest_digest = sealed.manifest_digest,
                                .judged_at = now},
                               peers.signing_key);
  return judged;
}

}  // namespace tidemark::verifier
