#include "verifier/service/judge.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/status.h"
#include "rde/reader.h"
#include "verifier/opening/opening.h"
#include "verifier/service/custody_chain.h"
#include "verifier/service/label.h"
#include "verifier/service/predecessor.h"
#include "verifier/streamed_chain.h"
#include "verifier/verdict.h"

namespace tidemark::verifier {
namespace {

// Trouble with the predecessor is no reason to leave this deposit without a verdict.
std::optional<absl::StatusOr<PreviousReport>> Previous(const JudgePeers& peers,
                                                       const SealedDeposit& sealed) {
  auto found = FindPredecessor(peers.vault, peers.agent, sealed);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  return **std::move(found);
}

// Counts what was read of one deposit, and ends it when nobody wants it any more.
class WatchedSource final : public base::ByteSource {
 public:
  // `options` must outlive it.
  WatchedSource(std::unique_ptr<base::ByteSource> source, const JudgeOptions& options)
      : source_(std::move(source)), options_(options) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_->Read(buffer));
    bytes_read_ += got;
    if (options_.on_progress && !options_.on_progress(bytes_read_)) {
      return absl::CancelledError("stopped");
    }
    return got;
  }
  absl::Status Close() override { return source_->Close(); }

 private:
  const std::unique_ptr<base::ByteSource> source_;
  const JudgeOptions& options_;
  uint64_t bytes_read_ = 0;
};

OpenStream Watched(OpenStream open, const JudgeOptions& options) {
  return [open = std::move(open), &options]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
    ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, open());
    return std::make_unique<WatchedSource>(std::move(source), options);
  };
}

// What the report compared with, which its JSON does not tell.
void TellPrevious(const Content& content, Report& report) {
  const bool compared =
      content.previous.has_value() && content.previous->ok() &&
      std::none_of(report.skipped.begin(), report.skipped.end(),
                   [](const Skip& skip) { return skip.code == Code::kDriftCounts; });
  if (compared) report.previous = **content.previous;
}

// Another's, which must outlive it.
class BorrowedSource final : public base::ByteSource {
 public:
  explicit BorrowedSource(base::ByteSource& source) : source_(source) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return source_.Read(buffer); }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
};

}  // namespace

absl::StatusOr<Report> JudgeContent(const Content& content,
                                    const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                    const JudgeOptions& options) {
  CheckOptions check;
  const Standard& standard = options.standard;
  check.profile = standard.profile;
  check.ruleset = standard.ruleset;
  check.data_model = standard.data_model;
  check.host_model = standard.host_model;
  check.idn_tables = standard.idn_tables;
  check.repository_ids = standard.repository_ids.get();
  check.registrar_ids = standard.registrar_ids.get();
  check.drift = standard.drift;
  check.now = now;
  check.resources = options.resources;
  check.tld = manifest.identity().tld();
  check.previous = content.previous;
  if (!content.file_name.empty()) check.file_name = content.file_name;
  DepositChecker checker(std::move(check));
  const auto finish = [&] {
    Report report = checker.Finish();
    if (options.on_spilled) options.on_spilled(checker.spilled_bytes());
    return report;
  };
  if (!content.opened.ok()) {
    // The depositor sealed it wrongly, or we could not open it.
    if (absl::IsFailedPrecondition(content.opened)) {
      checker.AddCustodyFinding(Code::kSealedWrongly, content.opened.message());
    }
    checker.CouldNotRead(content.opened);
    return finish();
  }
  std::vector<ChainDeposit> bases = content.bases;
  for (ChainDeposit& base : bases) base.open = Watched(std::move(base.open), options);
  const OpenStream open = [&content] { return std::make_unique<BorrowedSource>(*content.source); };
  const auto read_xml = [&options](base::ByteSource& xml, rde::RecordSink& sink) {
    return rde::ReadDeposit(xml, sink, {.threads = options.resources.threads});
  };
  StreamedChain chain({content.file_name, InfoOf(manifest), Watched(open, options)},
                      std::move(bases), read_xml, options.resources);
  const ChainReading reading = ReadOnBases(
      chain.last(), chain.bases(),
      {.resources = options.resources, .unused = ChainOptions::Unused::kIgnored}, checker);
  if (const std::optional<std::string>& name = chain.last_xml_name(); name.has_value()) {
    checker.NameFile(name->empty() ? std::nullopt : name);
  }
  if (absl::IsCancelled(reading.status)) return reading.status;
  if (!reading.status.ok()) {
    // What the depositor sealed does not hold.
    if (absl::IsFailedPrecondition(reading.status)) {
      checker.AddCustodyFinding(reading.base_failed ? Code::kChainBroken : Code::kContentMismatch,
                                reading.status.message());
    }
    checker.CouldNotRead(reading.status);
    return finish();
  }
  CompareLabel(manifest, checker);
  return finish();
}

absl::Status CheckTakesVerdicts(vault::RemoteVault& vault, absl::string_view address,
                                const std::string& tld) {
  const auto status = vault.Status(tld);
  if (!status.ok() || !status->is_second_copy()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      address,
      " is a second copy, which records no verdict, so nothing was judged: set agent.address to "
      "the primary's; if that is gone for good, the agent makes this copy the primary (tidemark "
      "replica promote)"));
}

absl::StatusOr<Judged> JudgeDeposit(const JudgePeers& peers, const vault::DepositId& id,
                                    const JudgeOptions& options) {
  ASSIGN_OR_RETURN(const SealedDeposit sealed, FetchSealedDeposit(peers.vault, peers.agent, id));
  const Opened opened = Open(peers, sealed);
  // Whole seconds: what a report shows is what was compared.
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(peers.clock.Now()));
  Content content{opened.status,
                  opened.deposit.get(),
                  opened.deposit == nullptr ? "" : opened.deposit->file_name(),
                  Previous(peers, sealed),
                  {}};
  std::vector<VerdictBinding::Base> bases;
  if (sealed.manifest.kind() != tidemark::v1::DEPOSIT_KIND_FULL) {
    ASSIGN_OR_RETURN(content.bases, BasesInCustody(peers, id, bases));
  }
  ASSIGN_OR_RETURN(Report report,
                   peers.content_judge.Judge(content, sealed.manifest, now, options));
  TellPrevious(content, report);
  Judged judged{std::move(report), {}};
  judged.verdict = MakeVerdict(judged.report,
                               {.vault_id = sealed.manifest.vault_id(),
                                .deposit = id,
                                .manifest_digest = sealed.manifest_digest,
                                .judged_at = now,
                                .bases = std::move(bases)},
                               peers.signing_key);
  return judged;
}

}  // namespace tidemark::verifier
