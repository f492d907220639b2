#include "failover/rebuild/rebuild.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "failover/rebuild/loading_sink.h"
#include "failover/rebuild/output_dir.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// Another's, which must outlive it.
class ToldSource final : public base::ByteSource {
 public:
  ToldSource(base::ByteSource& source, const OnRead& on_read)
      : source_(source), on_read_(on_read) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t n, source_.Read(buffer));
    RETURN_IF_ERROR(on_read_(n));
    return n;
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
  const OnRead& on_read_;
};

absl::Status ReadAll(const ReadRecords& read, const RebuildOptions& options, LoadingSink& sink,
                     RebuildReport& report) {
  const OnRead on_read = [&](size_t bytes) {
    report.deposit_bytes += bytes;
    if (options.on_progress) options.on_progress(report.deposit_bytes);
    return sink.has_failed() ? absl::CancelledError("nothing more can be taken") : absl::OkStatus();
  };
  const absl::Status was_read = read(on_read, sink);
  RETURN_IF_ERROR(sink.status());
  RETURN_IF_ERROR(was_read);
  report.read_to_end = !sink.ended_early();
  return sink.CheckCsvFiles();
}

absl::StatusOr<std::string> ChooseTld(const RebuildOptions& options, const LoadingSink& sink) {
  if (!sink.saw_deposit()) {
    return absl::InvalidArgumentError(
        absl::StrCat("this is no deposit of RFC 8909: nothing could be read",
                     sink.why_ended().empty() ? "" : ": ", sink.why_ended()));
  }
  if (sink.saw_header() && sink.header_tld().empty()) {
    return absl::InvalidArgumentError("the deposit's header names no TLD: it is not a registry's");
  }
  const std::string& text = !options.tld.empty() ? options.tld
                            : sink.saw_header()  ? sink.header_tld()
                                                 : options.fallback_tld;
  if (text.empty()) {
    return absl::InvalidArgumentError("the deposit ends before its header; give --tld");
  }
  std::optional<std::string> tld = CanonicalName(text);
  if (!tld.has_value()) return absl::InvalidArgumentError("the TLD is not a domain name");
  if (sink.saw_header() && CanonicalName(sink.header_tld()) != tld) {
    return absl::InvalidArgumentError(absl::StrCat("the deposit is of another TLD than ", *tld));
  }
  return *std::move(tld);
}

void AddDuplicates(const LoadSummary& summary, RebuildReport& report) {
  report.not_restored_count += summary.duplicates;
  for (const Duplicate& duplicate : summary.first_duplicates) {
    if (report.not_restored.size() >= kReportEntriesMax) return;
    // Keys are bounded by the store; ids of contacts stay out of reports.
    const bool is_contact = duplicate.type == ObjectType::kContact;
    report.not_restored.push_back(
        {absl::StrCat(ObjectTypeName(duplicate.type), is_contact ? "" : " ",
                      is_contact ? "" : duplicate.key),
         duplicate.at, "comes again; the last one was kept"});
  }
}

absl::Status WriteZoneFile(const RegistryStore& store, const RebuildOptions& options,
                           const LoadingSink& sink, const std::string& path,
                           RebuildReport& report) {
  // Without a watermark any serial is as good as another; the flaw is in the report.
  const absl::Time watermark =
      sink.deposit().watermark.time.value_or(absl::UnixEpoch() + absl::Seconds(1));
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSink> file,
                   base::FileSink::Create(path, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(report.zone, WriteZone(store, report.tld, watermark, options.zone, *file));
  return file->Close();
}

// Everything but what makes it count: the registry and the zone in `out`, and the report.
absl::Status Build(const ReadRecords& read, const RebuildOptions& options, const OutputDir& out,
                   RebuildReport& report) {
  Stopwatch watch;
  const std::string registry = out.partial() + "/registry";
  LoaderOptions loader_options;
  loader_options.dir = registry;
  ASSIGN_OR_RETURN(std::unique_ptr<RegistryLoader> loader, RegistryLoader::Create(loader_options));
  LoadingSink sink(*loader, options.records, report);
  RETURN_IF_ERROR(ReadAll(read, options, sink, report));
  report.seconds_read = watch.Lap();

  ASSIGN_OR_RETURN(report.tld, ChooseTld(options, sink));
  ASSIGN_OR_RETURN(const RegistrarMapping mapping,
                   sink.registrars().Decide(options.registrars, report.registrars));
  ASSIGN_OR_RETURN(const LoadSummary summary, loader->Finish(mapping));
  loader.reset();
  report.restored = summary.stored;
  AddDuplicates(summary, report);
  report.seconds_store = watch.Lap();

  {
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryStore> store, RegistryStore::Open(registry));
    const std::string zone = absl::StrCat(out.partial(), "/zone/", report.tld, ".zone");
    RETURN_IF_ERROR(WriteZoneFile(*store, options, sink, zone, report));
  }
  report.publish_pending_delete = options.zone.publish_pending_delete;
  report.seconds_zone = watch.Lap();
  report.disk.zone = report.zone.bytes;
  ASSIGN_OR_RETURN(report.disk.registry, FileBytes(registry));
  return absl::OkStatus();
}

// Of report.json. A report that does not say so says that not everything came back.
std::string MissingText(const nlohmann::json& report) {
  if (report.value("complete", nlohmann::json()) == true) return "";
  std::vector<std::string> parts;
  const nlohmann::json objects = report.value("objects", nlohmann::json::object());
  for (const auto& [type, counts] : objects.items()) {
    if (!counts.is_object()) continue;
    const nlohmann::json restored = counts.value("restored", nlohmann::json());
    nlohmann::json wanted = counts.value("announced", nlohmann::json());
    if (!wanted.is_number_integer()) wanted = counts.value("read", nlohmann::json());
    if (restored == wanted || !restored.is_number_integer()) continue;
    parts.push_back(absl::StrCat(restored.get<int64_t>(), " of ",
                                 wanted.is_number_integer() ? wanted.get<int64_t>() : 0,
                                 " objects ", type));
  }
  if (parts.empty()) parts.push_back("parts of objects, or of the zone");
  return absl::StrCat(absl::StrJoin(parts, ", "), " came back");
}

// "" if there is no such text.
std::string TextOf(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

bool RebuildReport::complete() const {
  if (!read_to_end || not_restored_count > 0 || flaw_count > 0 || !zone.whole()) return false;
  for (size_t i = 0; i < kObjectTypes; ++i) {
    if (read[i] != restored[i]) return false;
    if (announced[i].has_value() && *announced[i] != static_cast<int64_t>(restored[i])) {
      return false;
    }
  }
  return true;
}

absl::Status ReadXml(base::ByteSource& source, const OnRead& on_read, rde::RecordSink& sink,
                     const rde::ReadOptions& options) {
  ToldSource told(source, on_read);
  return rde::ReadDeposit(told, sink, options);
}

absl::StatusOr<RebuildReport> Rebuild(const ReadRecords& read, const RebuildOptions& options) {
  Stopwatch total;
  ASSIGN_OR_RETURN(const std::unique_ptr<OutputDir> out, OutputDir::Prepare(options.out_dir));
  RebuildReport report;
  report.purpose = options.purpose;
  ASSIGN_OR_RETURN(report.disk.free, out->FreeBytes());
  const absl::Status built = Build(read, options, *out, report);
  if (absl::IsResourceExhausted(built)) {
    return base::Annotate(
        built, absl::StrCat(options.out_dir, ": ", report.disk.free / 1'000'000, " MB were free"));
  }
  RETURN_IF_ERROR(built);
  report.seconds_total = total.Lap();
  if (options.purpose == Purpose::kDryRun) return report;
  RETURN_IF_ERROR(out->Commit(ToJson(report)));
  return report;
}

bool IsRebuildDir(int dir_fd) {
  struct stat info;
  return fstatat(dir_fd, kMarkerFile, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode);
}

absl::StatusOr<std::unique_ptr<FinishedRebuild>> FinishedRebuild::Open(const std::string& dir) {
  auto rebuild = absl::WrapUnique(new FinishedRebuild);
  absl::StatusOr<int> lock = LockRebuildDir(dir, DirLock::kShared);
  if (absl::IsNotFound(lock.status())) {
    return absl::NotFoundError(absl::StrCat(dir, ": not made by tidemark rebuild"));
  }
  RETURN_IF_ERROR(lock.status());
  rebuild->lock_fd_ = *lock;
  ASSIGN_OR_RETURN(const bool is_unfinished, HasUnfinishedCommit(dir));
  if (is_unfinished) {
    // Who rebuilt it was killed at its last step.
    close(std::exchange(rebuild->lock_fd_, -1));
    ASSIGN_OR_RETURN(rebuild->lock_fd_, LockRebuildDir(dir, DirLock::kExclusive));
    RETURN_IF_ERROR(FinishCommit(dir));
    close(std::exchange(rebuild->lock_fd_, -1));
    ASSIGN_OR_RETURN(rebuild->lock_fd_, LockRebuildDir(dir, DirLock::kShared));
  }
  const absl::StatusOr<std::string> text = base::ReadSmallFile(absl::StrCat(dir, "/", kReportFile));
  if (absl::IsNotFound(text.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat(dir, ": the rebuild was never finished; run tidemark rebuild again"));
  }
  RETURN_IF_ERROR(text.status());
  const auto report = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || !report.contains("tld") || !report["tld"].is_string() ||
      !report.contains("deposit") || !report["deposit"].is_object() || !report.contains("zone") ||
      !report["zone"].is_object() || !report["zone"].contains("sha256") ||
      !report["zone"]["sha256"].is_string() || !report["zone"].contains("publish_pending_delete") ||
      !report["zone"]["publish_pending_delete"].is_boolean()) {
    return absl::FailedPreconditionError(
        absl::StrCat(dir, "/report.json: not a report of this program's rebuild; run it again"));
  }
  const std::optional<std::string> tld = CanonicalName(report["tld"].get<std::string>());
  if (!tld.has_value()) return absl::DataLossError(absl::StrCat(dir, "/report.json: no TLD"));
  rebuild->tld_ = *tld;
  rebuild->zone_path_ = absl::StrCat(dir, "/zone/", *tld, ".zone");
  rebuild->deposit_id_ = TextOf(report["deposit"], "id");
  rebuild->watermark_ = TextOf(report["deposit"], "watermark");
  for (size_t i = 0; i < kObjectTypes; ++i) {
    const nlohmann::json::json_pointer at(
        "/objects/" + std::string(ObjectTypeName(static_cast<ObjectType>(i))) + "/restored");
    rebuild->restored_[i] = report.value(at, uint64_t{0});
  }
  rebuild->delegations_ = report["zone"].value("delegations", uint64_t{0});
  rebuild->missing_ = MissingText(report);
  rebuild->publish_pending_delete_ = report["zone"]["publish_pending_delete"].get<bool>();

  crypto::Sha256Stream digest;
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> zone,
                   base::FileSource::Open(rebuild->zone_path_));
  std::vector<char> buffer(base::kCopyBufferBytes);
  while (true) {
    ASSIGN_OR_RETURN(const size_t n, zone->Read(absl::MakeSpan(buffer)));
    if (n == 0) break;
    digest.Update(absl::string_view(buffer.data(), n));
  }
  RETURN_IF_ERROR(zone->Close());
  if (digest.Finish().ToHex() != report["zone"]["sha256"].get<std::string>()) {
    return absl::DataLossError(
        absl::StrCat(rebuild->zone_path_, ": not the file that report.json describes"));
  }
  return rebuild;
}

absl::Status FinishedRebuild::CheckStore(const RegistryStore& store) const {
  absl::StatusOr<rde::DepositInfo> deposit = store.Deposit();
  if (absl::IsNotFound(deposit.status())) deposit = rde::DepositInfo();
  RETURN_IF_ERROR(deposit.status());
  bool is_same = deposit->id == deposit_id_ && deposit->watermark.text == watermark_;
  for (size_t i = 0; i < kObjectTypes; ++i) {
    // Of registrars some may have been mapped to one.
    if (static_cast<ObjectType>(i) == ObjectType::kRegistrar) continue;
    is_same = is_same && store.counts()[i] == restored_[i];
  }
  if (is_same) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the registry store is of deposit ", absl::CHexEscape(deposit->id), " at ",
                   absl::CHexEscape(deposit->watermark.text), ", the zone of ",
                   absl::CHexEscape(deposit_id_), " at ", absl::CHexEscape(watermark_),
                   ": a part of the directory is another rebuild's; run tidemark rebuild again"));
}

FinishedRebuild::~FinishedRebuild() {
  if (lock_fd_ >= 0) close(lock_fd_);
}

}  // namespace tidemark::failover
