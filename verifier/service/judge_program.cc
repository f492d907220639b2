#include "verifier/service/judge_program.h"

#include <unistd.h>

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/scratch.h"
#include "base/status.h"
#include "base/tar.h"
#include "crypto/digest.h"
#include "crypto/sealed_scratch.h"
#include "proto/judging.pb.h"
#include "verifier/base_chain.h"
#include "verifier/id_list.h"
#include "verifier/previous_report.h"
#include "verifier/report_json.h"
#include "verifier/sandbox/confined_process.h"
#include "verifier/sandbox/confinement.h"
#include "verifier/sandbox/exchange.h"
#include "verifier/service/judge.h"
#include "verifier/service/label.h"

namespace tidemark::verifier {
namespace {

constexpr int kExitGood = 0;
constexpr int kExitUndecided = 2;

// A socket: both directions.
constexpr int kVerifierFd = STDIN_FILENO;

// The verifier hears why, which SIGABRT would not tell it.
void EndForWantOfMemory() { _exit(kReaderOutOfMemory); }

// More than ever are open at once beside what deposits wait in: one an index of keys, two a sort.
constexpr size_t kScratchFiles = 64;

// What cannot be had now may not be needed: then only what needed it is not judged.
std::shared_ptr<base::ScratchSpace> OpenScratch(const std::string& dir, size_t deposits) {
  auto files = base::NewPreopenedScratchSpace({.dir = dir}, kScratchFiles + deposits);
  if (!files.ok()) return base::NewUnavailableScratchSpace(files.status());
  auto sealed = crypto::SealScratchSpace(*std::move(files));
  if (!sealed.ok()) return base::NewUnavailableScratchSpace(sealed.status());
  return *std::move(sealed);
}

std::vector<std::string> StringsOf(const tidemark::v1::Names& names) {
  return {names.names().begin(), names.names().end()};
}

absl::StatusOr<std::shared_ptr<const IdList>> ListOf(const tidemark::v1::Names& ids,
                                                     IdList::Kind kind) {
  ASSIGN_OR_RETURN(IdList list, IdList::Of(StringsOf(ids), kind));
  return std::make_shared<const IdList>(std::move(list));
}

absl::StatusOr<Standard> StandardOf(const tidemark::v1::JudgingOrder& order) {
  Standard standard;
  ASSIGN_OR_RETURN(standard.profile, ParseProfile(order.profile()));
  if (!order.ruleset().empty()) {
    ASSIGN_OR_RETURN(standard.ruleset, FindRuleset(order.ruleset()));
  }
  if (!order.data_model().empty()) {
    ASSIGN_OR_RETURN(standard.data_model, ParseDataModel(order.data_model()));
  }
  if (!order.host_model().empty()) {
    ASSIGN_OR_RETURN(standard.host_model, ParseHostModel(order.host_model()));
  }
  if (order.has_idn_tables()) standard.idn_tables = StringsOf(order.idn_tables());
  if (order.has_repository_ids()) {
    ASSIGN_OR_RETURN(standard.repository_ids,
                     ListOf(order.repository_ids(), IdList::Kind::kRepositories));
  }
  if (order.has_registrar_ids()) {
    ASSIGN_OR_RETURN(standard.registrar_ids,
                     ListOf(order.registrar_ids(), IdList::Kind::kRegistrars));
  }
  standard.drift = {.deleted_percent_max = order.drift().deleted_percent_max(),
                    .unsigned_percent_max = order.drift().unsigned_percent_max(),
                    .field_loss_percent_max = order.drift().field_loss_percent_max(),
                    .growth_percent_max = order.drift().growth_percent_max(),
                    .changes_min = order.drift().changes_min()};
  return standard;
}

absl::StatusOr<JudgeOptions> OptionsOf(const tidemark::v1::JudgingOrder& order, size_t deposits) {
  JudgeOptions options;
  ASSIGN_OR_RETURN(options.standard, StandardOf(order));
  options.resources.memory_bytes_max = order.index_bytes_max();
  options.resources.threads = order.threads();
  options.resources.scratch = OpenScratch(order.scratch_dir(), deposits);
  return options;
}

std::optional<absl::StatusOr<PreviousReport>> PreviousOf(const tidemark::v1::JudgingOrder& order) {
  if (order.has_previous_report_json()) return ParsePreviousReport(order.previous_report_json());
  if (order.has_previous_trouble()) return DecodeEnd(order.previous_trouble());
  return std::nullopt;
}

// They come over the socket in the order in which they are opened.
std::vector<ChainDeposit> BasesOf(const tidemark::v1::JudgingOrder& order) {
  std::vector<ChainDeposit> bases;
  for (const tidemark::v1::ListedDeposit& listed : order.bases()) {
    rde::DepositInfo info;
    info.type = listed.type();
    info.id = listed.id();
    info.resend = static_cast<uint16_t>(listed.resend());
    info.prev_id = listed.prev_id();
    info.watermark.text = listed.watermark();
    if (listed.has_watermark_unix_seconds()) {
      info.watermark.time = absl::FromUnixSeconds(listed.watermark_unix_seconds());
    }
    bases.push_back({listed.name(), std::move(info),
                     [] { return std::make_unique<FrameSource>(kVerifierFd); }});
  }
  return bases;
}

absl::Status Read() {
  // Ours, and read while we still may do everything.
  ASSIGN_OR_RETURN(const std::string bytes, ReadFrame(kVerifierFd, FrameType::kOrder));
  tidemark::v1::JudgingOrder order;
  if (!order.ParseFromString(bytes)) return absl::DataLossError("not an order");
  std::vector<ChainDeposit> bases = BasesOf(order);
  const ChainDeposit last{order.file_name(), InfoOf(order.manifest())};
  ASSIGN_OR_RETURN(JudgeOptions options, OptionsOf(order, BasesNeeded(last, bases).size() + 1));
  tidemark::v1::JudgingAnswer answer;
  options.on_spilled = [&answer](uint64_t bytes) { answer.set_spilled_bytes(bytes); };
  base::PrepareToReadTars();
  crypto::PrepareDigests();
  RETURN_IF_ERROR(ConfineThisProcess(
      {.memory_bytes_max = order.memory_bytes_max(), .cpu_seconds_max = order.cpu_seconds_max()}));
  FrameSource source(kVerifierFd);
  const Content content{absl::OkStatus(), &source, order.file_name(), PreviousOf(order),
                        std::move(bases)};
  ASSIGN_OR_RETURN(const Report report,
                   JudgeContent(content, order.manifest(),
                                absl::FromUnixSeconds(order.now_unix_seconds()), options));
  answer.set_report_json(ReportJson(report));
  return WriteFrame(kVerifierFd, FrameType::kAnswer, answer.SerializeAsString());
}

}  // namespace

void RunJudgeProgram() {
  std::set_new_handler(EndForWantOfMemory);
  const absl::Status status = Read();
  // No destructors: nothing is left to be done, and less is allowed.
  _exit(status.ok() ? kExitGood : kExitUndecided);
}

}  // namespace tidemark::verifier
