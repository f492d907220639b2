#include "verifier/service/confined_judge.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/judging.pb.h"
#include "verifier/base_chain.h"
#include "verifier/id_list.h"
#include "verifier/previous_report.h"
#include "verifier/report_json.h"
#include "verifier/report_parse.h"
#include "verifier/sandbox/confined_process.h"
#include "verifier/sandbox/exchange.h"
#include "verifier/service/label.h"

namespace tidemark::verifier {
namespace {

constexpr uint32_t kFormat = 1;
// A reader that works uses CPU time, and has none left after this; the rest waits for its disk.
constexpr absl::Duration kStallBeyondCpu = absl::Minutes(5);

// The numbers alone, as a report has them.
std::string ReportJsonOf(const PreviousReport& previous) {
  Report report;
  if (!previous.tld.empty()) report.tld = previous.tld;
  report.deposit.watermark = previous.watermark;
  report.counts = previous.counts;
  report.statistics = previous.statistics;
  return ReportJson(report);
}

void AddPrevious(const Content& content, const DriftLimits& drift,
                 tidemark::v1::JudgingOrder& order) {
  tidemark::v1::DriftBounds& bounds = *order.mutable_drift();
  bounds.set_deleted_percent_max(drift.deleted_percent_max);
  bounds.set_unsigned_percent_max(drift.unsigned_percent_max);
  bounds.set_field_loss_percent_max(drift.field_loss_percent_max);
  bounds.set_growth_percent_max(drift.growth_percent_max);
  bounds.set_changes_min(drift.changes_min);
  if (!content.previous.has_value()) return;
  if (content.previous->ok()) {
    order.set_previous_report_json(ReportJsonOf(**content.previous));
  } else {
    order.set_previous_trouble(EncodeEnd(content.previous->status()));
  }
}

template <typename Strings>
void AddNames(const Strings& strings, tidemark::v1::Names& names) {
  for (const std::string& name : strings) names.add_names(name);
}

void AddStandard(const Standard& standard, tidemark::v1::JudgingOrder& order) {
  order.set_profile(std::string(ProfileName(standard.profile)));
  if (standard.ruleset != nullptr) order.set_ruleset(std::string(standard.ruleset->name));
  if (standard.data_model.has_value()) {
    order.set_data_model(std::string(DataModelName(*standard.data_model)));
  }
  if (standard.host_model.has_value()) {
    order.set_host_model(std::string(HostModelName(*standard.host_model)));
  }
  if (standard.idn_tables.has_value()) AddNames(*standard.idn_tables, *order.mutable_idn_tables());
  if (standard.repository_ids != nullptr) {
    AddNames(standard.repository_ids->ids(), *order.mutable_repository_ids());
  }
  if (standard.registrar_ids != nullptr) {
    AddNames(standard.registrar_ids->ids(), *order.mutable_registrar_ids());
  }
}

void AddBases(const Content& content, tidemark::v1::JudgingOrder& order) {
  for (const ChainDeposit& base : content.bases) {
    tidemark::v1::ListedDeposit& listed = *order.add_bases();
    listed.set_name(base.name);
    listed.set_type(base.info.type);
    listed.set_id(base.info.id);
    listed.set_resend(base.info.resend.value_or(0));
    listed.set_prev_id(base.info.prev_id);
    listed.set_watermark(base.info.watermark.text);
    if (base.info.watermark.time.has_value()) {
      listed.set_watermark_unix_seconds(absl::ToUnixSeconds(*base.info.watermark.time));
    }
  }
}

tidemark::v1::JudgingOrder MakeOrder(const Content& content,
                                     const tidemark::v1::ClearManifest& manifest, absl::Time now,
                                     const JudgeOptions& options,
                                     const ConfinedJudgeOptions& confined) {
  tidemark::v1::JudgingOrder order;
  order.set_format(kFormat);
  AddStandard(options.standard, order);
  order.set_now_unix_seconds(absl::ToUnixSeconds(now));
  order.set_file_name(content.file_name);
  *order.mutable_manifest() = manifest;
  order.set_memory_bytes_max(confined.limits.memory_bytes_max);
  order.set_cpu_seconds_max(confined.limits.cpu_seconds_max);
  order.set_scratch_dir(options.resources.scratch_dir);
  order.set_index_bytes_max(options.resources.memory_bytes_max);
  order.set_threads(options.resources.threads);
  AddPrevious(content, options.standard.drift, order);
  AddBases(content, order);
  return order;
}

// Sends all of the source and how it ended, or as much as the reader wants.
absl::Status Feed(base::ByteSource& source, const JudgeOptions& options, ConfinedProcess& reader) {
  std::vector<char> buffer(base::kCopyBufferBytes);
  uint64_t bytes_read = 0;
  absl::Status end;
  while (reader.reads()) {
    const absl::StatusOr<size_t> got = source.Read(absl::MakeSpan(buffer));
    end = got.status();
    if (!got.ok()) break;
    if (*got == 0) {
      end = source.Close();
      break;
    }
    bytes_read += *got;
    if (options.on_progress && !options.on_progress(bytes_read)) {
      return absl::CancelledError("stopped");
    }
    RETURN_IF_ERROR(reader.Send(FrameType::kData, absl::string_view(buffer.data(), *got)));
  }
  return reader.Send(FrameType::kEnd, EncodeEnd(end));
}

absl::Status FeedAll(const Content& content, const tidemark::v1::ClearManifest& manifest,
                     const JudgeOptions& options, ConfinedProcess& reader) {
  const ChainDeposit last{content.file_name, InfoOf(manifest), nullptr};
  for (const size_t number : BasesNeeded(last, content.bases)) {
    if (!reader.reads()) return absl::OkStatus();
    const absl::StatusOr<std::unique_ptr<base::ByteSource>> base = content.bases[number].open();
    RETURN_IF_ERROR(base.ok() ? Feed(**base, options, reader)
                              : reader.Send(FrameType::kEnd, EncodeEnd(base.status())));
  }
  return Feed(*content.source, options, reader);
}

// What a report has to be, whoever wrote it.
absl::Status CheckReport(const Report& report, absl::Time now, const JudgeOptions& options) {
  const bool fails = std::any_of(
      report.findings.begin(), report.findings.end(),
      [](const Finding& finding) { return InfoOf(finding.code).severity >= Severity::kError; });
  if (fails != (report.verdict == Verdict::kFail)) {
    return absl::AbortedError("the verdict does not follow from the findings");
  }
  const Standard& standard = options.standard;
  const bool is_ours =
      report.now == now && FindRuleset(report.ruleset).ok() &&
      (standard.ruleset == nullptr ? report.profile == ProfileName(standard.profile)
                                   : report.ruleset == standard.ruleset->name);
  return is_ours ? absl::OkStatus() : absl::AbortedError("the report answers another question");
}

}  // namespace

absl::StatusOr<Report> ConfinedJudge::Ask(const Content& content,
                                          const tidemark::v1::ClearManifest& manifest,
                                          absl::Time now, const JudgeOptions& options) const {
  ConfinedProcessOptions start;
  start.argv = {options_.program};
  start.stall_max = absl::Seconds(options_.limits.cpu_seconds_max) + kStallBeyondCpu;
  uint64_t bytes_read = 0;
  start.keep_going = [&options, &bytes_read] {
    return !options.on_progress || options.on_progress(bytes_read);
  };
  JudgeOptions counted = options;
  counted.on_progress = [&options, &bytes_read](uint64_t bytes) {
    bytes_read = bytes;
    return !options.on_progress || options.on_progress(bytes);
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<ConfinedProcess> reader, ConfinedProcess::Start(start));
  const std::string order =
      MakeOrder(content, manifest, now, options, options_).SerializeAsString();
  if (order.size() > kFrameToReaderBytesMax) {
    return absl::ResourceExhaustedError("more deposits of this TLD than a judge can be told of");
  }
  RETURN_IF_ERROR(reader->Send(FrameType::kOrder, order));
  RETURN_IF_ERROR(FeedAll(content, manifest, counted, *reader));
  ASSIGN_OR_RETURN(const std::string bytes, reader->Answer(kReportJsonBytesMax));
  tidemark::v1::JudgingAnswer answer;
  if (!answer.ParseFromString(bytes)) return absl::AbortedError("the answer is no report");
  ASSIGN_OR_RETURN(Report report, ParseReportJson(answer.report_json()));
  RETURN_IF_ERROR(CheckReport(report, now, options));
  if (options.on_spilled) options.on_spilled(answer.spilled_bytes());
  return report;
}

absl::StatusOr<Report> ConfinedJudge::Judge(const Content& content,
                                            const tidemark::v1::ClearManifest& manifest,
                                            absl::Time now, const JudgeOptions& options) const {
  // Without a deposit there is nothing hostile to read.
  if (!content.opened.ok()) return JudgeContent(content, manifest, now, options);
  absl::StatusOr<Report> report = Ask(content, manifest, now, options);
  if (report.ok() || absl::IsCancelled(report.status())) return report;
  Content unreadable;
  unreadable.opened = absl::AbortedError(report.status().message());
  unreadable.file_name = content.file_name;
  return JudgeContent(unreadable, manifest, now, options);
}

}  // namespace tidemark::verifier
