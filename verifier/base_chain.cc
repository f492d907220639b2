#include "verifier/base_chain.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "base/status.h"
#include "crypto/sealed_scratch.h"
#include "rde/reader.h"
#include "rde/replay/chain.h"
#include "rde/replay/replayer.h"
#include "verifier/unlisted_types.h"

namespace tidemark::verifier {
namespace {

Code CodeOf(rde::ChainFlawKind kind) {
  switch (kind) {
    case rde::ChainFlawKind::kBroken:
      return Code::kChainBroken;
    case rde::ChainFlawKind::kWatermarkBackward:
      return Code::kChainWatermarkBackward;
    case rde::ChainFlawKind::kRepeated:
      return Code::kChainDepositRepeated;
    case rde::ChainFlawKind::kUnused:
      return Code::kChainDepositUnused;
  }
  return Code::kChainBroken;
}

absl::string_view KindOf(absl::string_view uri) {
  if (uri == rde::kDomainUri) return "domain";
  if (uri == rde::kHostUri) return "host";
  if (uri == rde::kContactUri) return "contact";
  if (uri == rde::kRegistrarUri) return "registrar";
  if (uri == rde::kIdnUri) return "idnTableRef";
  if (uri == rde::kNndnUri) return "nndn";
  return uri == rde::kHeaderUri ? "header" : "delete";
}

void AddFlaws(const rde::Replayer& replayer, DepositChecker& checker) {
  struct Row {
    rde::ReplayFlawKind kind;
    Code code;
    absl::string_view message;
  };
  static constexpr Row kRows[] = {
      {rde::ReplayFlawKind::kDeleteInFull, Code::kDeletesInFull,
       "a delete in a FULL deposit, which ignores it"},
      {rde::ReplayFlawKind::kDeleteOfNothing, Code::kDeleteOfNothing, "the delete finds nothing"},
      {rde::ReplayFlawKind::kRepeated, Code::kObjectRepeated, "it comes twice"},
      {rde::ReplayFlawKind::kOtherTld, Code::kTldMismatch, "the chain is of several TLDs"},
  };
  static_assert(std::size(kRows) == rde::kReplayFlawKinds);
  for (const Row& row : kRows) {
    const rde::ReplayFlaws& flaws = replayer.flaws(row.kind);
    std::vector<Finding> findings;
    for (const rde::ReplayFlaw& flaw : flaws.first) {
      const Subject subject{KindOf(flaw.uri), flaw.key, flaw.at};
      findings.push_back({row.code, LabelOf(subject), flaw.at,
                          flaw.detail.empty() ? std::string(row.message)
                                              : absl::StrCat(row.message, ": ", flaw.detail),
                          "", 0});
    }
    if (flaws.count > 0) checker.AddFindings(row.code, flaws.count, std::move(findings));
  }
}

// Passes everything on, keeps the deposit element, and sees whether tables of the CSV model were
// defined whose files nobody looked for.
class ChainSink final : public rde::RecordSink {
 public:
  explicit ChainSink(rde::RecordSink& sink) : sink_(sink) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override {
    info_ = info;
    sink_.OnDeposit(info, at);
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    has_tables_ = has_tables_ || std::holds_alternative<rde::CsvTable>(record);
    sink_.OnRecord(record, at);
  }
  void OnFlaw(const rde::Flaw& flaw) override { sink_.OnFlaw(flaw); }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    has_files_ = has_files_ || kind == rde::FileKind::kCsv;
    sink_.OnFile(file, name, kind);
  }

  const std::optional<rde::DepositInfo>& info() const { return info_; }
  bool lacks_files() const { return has_tables_ && !has_files_; }

 private:
  rde::RecordSink& sink_;
  std::optional<rde::DepositInfo> info_;
  bool has_tables_ = false;
  bool has_files_ = false;
};

// Reads a deposit of several. What its CSV files hold would be missing from the repository, so with
// such there is none.
absl::StatusOr<std::optional<rde::DepositInfo>> ReadLink(const ChainDeposit& deposit,
                                                         rde::RecordSink& sink) {
  ChainSink chain_sink(sink);
  RETURN_IF_ERROR(deposit.read(chain_sink));
  if (chain_sink.lacks_files()) {
    return absl::NotFoundError(
        absl::StrCat(Printable(deposit.name), " has CSV files, which are not at hand"));
  }
  return chain_sink.info();
}

absl::Status ReadBase(const ChainDeposit& base, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadLink(base, sink));
  if (!info.has_value() || !SameLabel(*info, base.info)) {
    return absl::FailedPreconditionError("the deposit is not what its label says");
  }
  return absl::OkStatus();
}

rde::ChainPlan PlanOf(const ChainDeposit& last, absl::Span<const ChainDeposit> bases) {
  std::vector<rde::DepositInfo> infos;
  for (const ChainDeposit& deposit : bases) infos.push_back(deposit.info);
  rde::ChainPlan plan = rde::PlanChain(infos, last.info);
  if (!plan.order.empty()) plan.order.pop_back();  // the last one itself
  return plan;
}

// The chain as numbers of `bases`, and its flaws as findings.
std::vector<size_t> Plan(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                         const ChainOptions& options, DepositChecker& checker) {
  rde::ChainPlan plan = PlanOf(last, bases);
  for (const rde::ChainFlaw& flaw : plan.flaws) {
    if (flaw.kind == rde::ChainFlawKind::kUnused &&
        options.unused == ChainOptions::Unused::kIgnored) {
      continue;
    }
    const std::string where =
        flaw.deposit < bases.size() ? Printable(bases[flaw.deposit].name) + ": " : "";
    checker.AddFindings(
        CodeOf(flaw.kind), 1,
        {{CodeOf(flaw.kind), "deposit", std::nullopt, absl::StrCat(where, flaw.detail), "", 0}});
  }
  return std::move(plan.order);
}

absl::StatusOr<std::shared_ptr<base::ScratchSpace>> SpaceOf(const Resources& resources) {
  if (resources.scratch != nullptr) return resources.scratch;
  ASSIGN_OR_RETURN(std::shared_ptr<base::ScratchSpace> space,
                   crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
  return space;
}

// Reads the bases of `reading`.
absl::Status ReadBases(absl::Span<const ChainDeposit> bases, rde::Replayer& replayer,
                       ChainReading& reading) {
  for (const size_t number : reading.used) {
    const ChainDeposit& base = bases[number];
    const absl::Status read = ReadBase(base, replayer.BeginBase(base.name));
    if (!read.ok()) {
      reading.base_failed = true;
      return base::Annotate(read, absl::StrCat("base ", Printable(base.name)));
    }
    RETURN_IF_ERROR(replayer.status());
  }
  return absl::OkStatus();
}

absl::Status JudgeReplay(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                         const Resources& resources, DepositChecker& checker,
                         ChainReading& reading) {
  ASSIGN_OR_RETURN(const std::shared_ptr<base::ScratchSpace> space, SpaceOf(resources));
  rde::Replayer replayer({.space = space.get(), .memory_bytes_max = resources.memory_bytes_max},
                         checker);
  checker.JudgeRepository();
  RETURN_IF_ERROR(ReadBases(bases, replayer, reading));
  UnlistedTypes types(replayer.BeginLast());
  RETURN_IF_ERROR(ReadLink(last, types).status());
  RETURN_IF_ERROR(replayer.Finish());
  AddFlaws(replayer, checker);
  if (replayer.delivered()) types.Tell(checker);
  return absl::OkStatus();
}

}  // namespace

bool SameLabel(const rde::DepositInfo& a, const rde::DepositInfo& b) {
  const auto seconds = [](const rde::DepositInfo& info) {
    return info.watermark.time.has_value() ? absl::ToUnixSeconds(*info.watermark.time) : -1;
  };
  return a.type == b.type && a.id == b.id && a.resend == b.resend && a.prev_id == b.prev_id &&
         seconds(a) == seconds(b);
}

std::vector<size_t> BasesNeeded(const ChainDeposit& last, absl::Span<const ChainDeposit> bases) {
  return PlanOf(last, bases).order;
}

ChainReading ReadOnBases(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                         const ChainOptions& options, DepositChecker& checker) {
  ChainReading reading;
  reading.used = Plan(last, bases, options, checker);
  reading.status = reading.used.empty()
                       ? last.read(checker)
                       : JudgeReplay(last, bases, options.resources, checker, reading);
  return reading;
}

absl::Status ReadRepository(const ChainDeposit& last, absl::Span<const ChainDeposit> bases,
                            const Resources& resources, rde::RecordSink& sink,
                            std::vector<size_t>& used) {
  std::vector<rde::DepositInfo> infos;
  for (const ChainDeposit& deposit : bases) infos.push_back(deposit.info);
  rde::ChainPlan plan = rde::PlanChain(infos, last.info);
  if (plan.order.empty()) {
    const auto broken = std::find_if(plan.flaws.begin(), plan.flaws.end(), [](const auto& flaw) {
      return flaw.kind == rde::ChainFlawKind::kBroken;
    });
    return absl::FailedPreconditionError(broken == plan.flaws.end() ? "the chain is broken"
                                                                    : broken->detail);
  }
  plan.order.pop_back();
  used = plan.order;
  if (used.empty()) return ReadLink(last, sink).status();
  ASSIGN_OR_RETURN(const std::shared_ptr<base::ScratchSpace> space, SpaceOf(resources));
  rde::Replayer replayer({.space = space.get(), .memory_bytes_max = resources.memory_bytes_max},
                         sink);
  ChainReading reading;
  reading.used = used;
  RETURN_IF_ERROR(ReadBases(bases, replayer, reading));
  RETURN_IF_ERROR(ReadLink(last, replayer.BeginLast()).status());
  RETURN_IF_ERROR(replayer.Finish());
  if (replayer.delivered()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "a deposit of the chain is cut off or no deposit: what it said cannot be known");
}

}  // namespace tidemark::verifier
