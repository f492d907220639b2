// tidemark restore: the file that was deposited, byte for byte.
#include <cerrno>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/config.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/serve_config.h"
#include "cli/vault_source.h"
#include "failover/zone/zone_config.h"
#include "verifier/opening/partial_deposit.h"

namespace tidemark::cli {
namespace {

using Json = nlohmann::ordered_json;

struct RestoreArguments {
  std::string deposit;
  std::string out;
  std::string config;
  std::vector<std::string> releases;
  bool is_partial = false;
  std::string format = "text";
};

// Counts what goes through.
class CountedSource final : public base::ByteSource {
 public:
  CountedSource(base::ByteSource& source, base::Progress& progress)
      : source_(source), progress_(progress) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    absl::StatusOr<size_t> n = source_.Read(buffer);
    if (n.ok()) progress_.Update(bytes_ += *n);
    return n;
  }
  absl::Status Close() override { return source_.Close(); }
  uint64_t bytes() const { return bytes_; }

 private:
  base::ByteSource& source_;
  base::Progress& progress_;
  uint64_t bytes_ = 0;
};

// Standard output, to the last byte: a pipe that is closed on the other side is an error.
class StandardOutput final : public base::ByteSink {
 public:
  absl::Status Write(absl::string_view data) override {
    if (std::fwrite(data.data(), 1, data.size(), stdout) == data.size()) return absl::OkStatus();
    return base::ErrnoStatus(errno, "standard output");
  }
  absl::Status Close() override {
    if (std::fflush(stdout) == 0) return absl::OkStatus();
    return base::ErrnoStatus(errno, "standard output");
  }
};

absl::Status CopyTo(base::ByteSource& source, base::ByteSink& sink) {
  RETURN_IF_ERROR(base::CopyAll(source, sink));
  RETURN_IF_ERROR(source.Close());
  return sink.Close();
}

std::string LostFileOf(const RestoreArguments& arguments) { return arguments.out + ".lost.json"; }

// What a partial restore of an earlier, worse day said is not so of the file that is there now.
absl::Status RemoveLostFile(const RestoreArguments& arguments) {
  const std::string lost_file = LostFileOf(arguments);
  if (std::remove(lost_file.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return base::ErrnoStatus(errno, absl::StrCat("the file is whole, but what an earlier restore "
                                               "lost is still listed in ",
                                               lost_file));
}

// A successor's file may say how to rebuild and serve, too; that has to be right as well.
absl::StatusOr<base::Config> LoadConfig(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  RETURN_IF_ERROR(failover::LoadZoneConfig(config).status());
  RETURN_IF_ERROR(CheckRddsSections(config));
  return config;
}

// A file gets its name only when every byte of it was found authentic; what went into a pipe before
// that is gone, and the exit status is all that there is to say so.
absl::StatusOr<uint64_t> Restore(const RestoreArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(base::Config config, LoadConfig(arguments.config));
  ASSIGN_OR_RETURN(const std::unique_ptr<VaultSource> source,
                   VaultSource::Open(config, arguments.deposit, arguments.releases));
  base::Progress progress({.label = "restoring",
                           .total = 0,
                           .unit = base::ProgressUnit::kBytes,
                           .quiet = session.quiet});
  const std::unique_ptr<base::ByteSource> bytes = source->TakeBytes();
  CountedSource counted(*bytes, progress);
  if (arguments.out == "-") {
    StandardOutput sink;
    RETURN_IF_ERROR(CopyTo(counted, sink));
  } else {
    ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSink> sink,
                     base::FileSink::Create(arguments.out, base::FileMode::kPrivate));
    RETURN_IF_ERROR(CopyTo(counted, *sink));
    RETURN_IF_ERROR(RemoveLostFile(arguments));
  }
  progress.Finish();
  return counted.bytes();
}

Json Known(const std::optional<uint64_t>& number) {
  return number.has_value() ? Json(*number) : Json(nullptr);
}

Json ToJson(const verifier::Losses& losses, const std::string& deposit) {
  Json frames = Json::array();
  for (const verifier::LostFrame& frame : losses.frames) {
    frames.push_back({{"pack", frame.pack},
                      {"frame", frame.frame},
                      {"objects", Known(frame.objects)},
                      {"why", frame.why}});
  }
  Json stretches = Json::array();
  for (const verifier::LostStretch& stretch : losses.stretches) {
    // Objects of the file are numbered from 0, restored ones and lost ones alike.
    stretches.push_back(
        {{"at_byte", stretch.at_byte},
         {"objects", stretch.objects},
         {"bytes", Known(stretch.bytes)},
         {"after_object",
          stretch.first_object == 0 ? Json(nullptr) : Json(stretch.first_object - 1)},
         {"before_object", stretch.first_object + stretch.objects},
         {"pack", stretch.pack},
         {"frame", stretch.frame}});
  }
  return {{"deposit", deposit},
          {"objects_restored", losses.objects_restored},
          {"objects_lost", losses.objects_lost},
          {"bytes_restored", losses.bytes_restored},
          {"file_objects", Known(losses.file_objects)},
          {"file_bytes", Known(losses.file_bytes)},
          {"lost_from_manifest_part", Known(losses.lost_from_part)},
          {"frames", std::move(frames)},
          {"stretches", std::move(stretches)},
          {"stretches_omitted", losses.stretches_omitted}};
}

std::string Summary(const verifier::Losses& losses, const std::string& lost_file) {
  std::string text = absl::StrCat(losses.objects_restored, " objects are back, ",
                                  losses.objects_lost, " are lost");
  if (losses.lost_from_part.has_value()) {
    absl::StrAppend(&text, ", and all that part ", *losses.lost_from_part,
                    " of the sealed manifest and those behind it name");
  }
  for (const verifier::LostFrame& frame : losses.frames) {
    absl::StrAppend(&text, "\n  frame ", frame.frame, " of pack ", frame.pack, ": ", frame.why);
  }
  return absl::StrCat(text, "\nEach loss is in ", lost_file);
}

// The file as far as it can be had, and beside it what is lost, if anything is.
absl::StatusOr<verifier::Losses> RestorePartial(const RestoreArguments& arguments,
                                                const Session& session) {
  if (arguments.out == "-") {
    return absl::InvalidArgumentError(
        "--partial wants a file for --out: what is lost is written beside it");
  }
  ASSIGN_OR_RETURN(base::Config config, LoadConfig(arguments.config));
  ASSIGN_OR_RETURN(const std::unique_ptr<VaultSource> source,
                   VaultSource::OpenPartial(config, arguments.deposit, arguments.releases));
  base::Progress progress({.label = "restoring",
                           .total = 0,
                           .unit = base::ProgressUnit::kBytes,
                           .quiet = session.quiet});
  const std::unique_ptr<verifier::PartialDeposit> bytes = source->TakePartial();
  CountedSource counted(*bytes, progress);
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSink> sink,
                   base::FileSink::Create(arguments.out, base::FileMode::kPrivate));
  RETURN_IF_ERROR(base::CopyAll(counted, *sink));
  RETURN_IF_ERROR(bytes->Close());
  const verifier::Losses& losses = bytes->losses();
  // Before the file: never one that is not whole without the word that it is not.
  if (losses.any()) {
    const std::string text =
        ToJson(losses, source->name()).dump(2, ' ', false, Json::error_handler_t::replace);
    RETURN_IF_ERROR(base::WriteFile(LostFileOf(arguments), text + "\n", base::FileMode::kPrivate));
  }
  RETURN_IF_ERROR(sink->Close());
  if (!losses.any()) RETURN_IF_ERROR(RemoveLostFile(arguments));
  progress.Finish();
  return losses;
}

// For a program, which a status alone does not tell what custody has lost from a vault that is
// away.
void Tell(const RestoreArguments& arguments, const char* outcome,
          const std::optional<uint64_t>& bytes) {
  if (arguments.format != "json") return;
  const Json json = {{"deposit", arguments.deposit}, {"outcome", outcome}, {"bytes", Known(bytes)}};
  std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

// The depositor's manifest does not give the file back: that is a no, and will stay one. What is
// not authentic any more is lost. Of all others nothing is known.
void TellFailure(const RestoreArguments& arguments, const absl::Status& why) {
  Tell(arguments,
       absl::IsFailedPrecondition(why) ? "never-whole"
       : absl::IsDataLoss(why)         ? "lost"
                                       : "undecided",
       std::nullopt);
}

void RunPartial(const RestoreArguments& arguments, Session& session) {
  const absl::StatusOr<verifier::Losses> losses = RestorePartial(arguments, session);
  if (!losses.ok()) {
    TellFailure(arguments, losses.status());
    Fail(session, "restore", losses.status());
    if (absl::IsFailedPrecondition(losses.status())) session.exit = Exit::kNo;
    return;
  }
  Tell(arguments, losses->any() ? "partial" : "whole", losses->bytes_restored);
  if (losses->any()) {
    Fail(session, "restore", absl::DataLossError(Summary(*losses, LostFileOf(arguments))));
    session.exit = Exit::kNo;
  } else if (!session.quiet && arguments.format == "text") {
    std::printf("%s: %llu bytes, as they were deposited; nothing is lost\n", arguments.out.c_str(),
                static_cast<unsigned long long>(losses->bytes_restored));
  }
}

void Run(const RestoreArguments& arguments, Session& session) {
  if (arguments.format == "json" && arguments.out == "-") {
    return Fail(session, "restore",
                absl::InvalidArgumentError("--format json and --out - are both standard output"));
  }
  if (arguments.is_partial) return RunPartial(arguments, session);
  const absl::StatusOr<uint64_t> bytes = Restore(arguments, session);
  if (!bytes.ok()) {
    absl::Status why = bytes.status();
    TellFailure(arguments, why);
    if (absl::IsDataLoss(why)) {
      why = absl::DataLossError(absl::StrCat(
          why.message(), "; what custody still has of it: tidemark restore --partial"));
    }
    Fail(session, "restore", why);
    if (absl::IsFailedPrecondition(bytes.status())) session.exit = Exit::kNo;
    return;
  }
  Tell(arguments, "whole", *bytes);
  if (!session.quiet && arguments.out != "-" && arguments.format == "text") {
    std::printf("%s: %llu bytes, as they were deposited\n", arguments.out.c_str(),
                static_cast<unsigned long long>(*bytes));
  }
}

}  // namespace

void AddRestore(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("restore", "Give a deposited file back, byte for byte");
  auto arguments = std::make_shared<RestoreArguments>();
  verb->add_option("ID", arguments->deposit, "TLD/ID/RESEND; without RESEND the latest")
      ->required();
  verb->add_option("--out", arguments->out, "File to write, replaced if it exists; or -")
      ->required();
  AddConfigOption(*verb, arguments->config, "verifier.toml, or successor.toml with --release");
  verb->add_option("--release", arguments->releases, "Release package, for a successor");
  verb->add_flag("--partial", arguments->is_partial,
                 "Leave out what custody has lost, and list it in FILE.lost.json");
  AddFormatOption(*verb, arguments->format);
  verb->footer(
      "Opens it with the verifier's key, or with a successor's and what the custodians released.\n"
      "Exit status: 0 the file is back and its digest is the depositor's, 1 what was sealed does\n"
      "not give the file back, 2 otherwise. With --partial: 0 nothing is lost, 1 something is,\n"
      "and FILE has everything else. With --out - bytes are written before they are known\n"
      "to be authentic: look at the exit status before using them.\n"
      "--format json prints {deposit, outcome, bytes}: outcome is whole, partial, lost (custody\n"
      "does not have it any more), never-whole (what was sealed does not give it) or undecided.\n"
      "Example: tidemark restore example/20261122001/0 --out example.xml --config verifier.toml\n"
      "         tidemark restore example/20261122001 --out - --config verifier.toml | sha256sum\n"
      "         tidemark restore example/20261122001 --partial --out part.xml --config "
      "verifier.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
