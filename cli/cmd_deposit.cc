// tidemark deposit: seals a file, delivers it, and holds the receipt.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "escrow_agent/client/deposit_client.h"

namespace tidemark::cli {
namespace {

struct DepositArguments {
  std::string file;
  std::string config;
  std::string receipt;
  std::string format = "text";
  std::string stats;
  int retries = 2;
  bool send_everything = false;
  bool without_csv_files = false;
};

// "No" is the server's answer, or that this is no deposit; everything else is that we can't tell.
Exit ExitOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kResourceExhausted:
      return Exit::kNo;
    default:
      return Exit::kUndecided;
  }
}

uint64_t SizeOf(const std::string& path) {
  const auto file = base::FileSource::Open(path);
  return file.ok() && path != "-" ? (*file)->size_bytes() : 0;
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json StatsJson(const escrow_agent::DepositStats& stats) {
  return {{"bytes_read", stats.bytes_read},         {"objects", stats.objects},
          {"new_objects", stats.new_objects},       {"renewed_objects", stats.renewed_objects},
          {"frames", stats.frames},                 {"manifest_bytes", stats.manifest_bytes},
          {"bytes_sent", stats.bytes_sent},         {"seconds", stats.seconds},
          {"attempts", stats.attempts}};
}

// What the tree head that was kept says of the agent's log now.
const char* WitnessText(const absl::Status& status) {
  if (status.ok()) return "continues";
  return absl::IsDataLoss(status) ? "rollback" : "unknown";
}

void PrintResult(const escrow_agent::DepositResult& result, const std::string& receipt_path,
                 const DepositArguments& arguments, const Session& session) {
  const escrow_agent::DepositStats& stats = result.stats;
  if (arguments.format == "json") {
    PrintJson({{"deposit", result.id.ToString()},
               {"receipt", ReceiptJson(result.body)},
               {"receipt_file", receipt_path},
               {"repeated", result.is_repeated},
               {"left_out_csv_files", result.left_out_csv_files},
               {"witness", WitnessText(result.witness_status)},
               {"why_everything_was_sent", TextOrNull(result.why_full)},
               {"why_most_was_sent", TextOrNull(result.why_mostly_new)},
               {"why_more_was_sent", TextOrNull(result.why_more)},
               {"stats", StatsJson(stats)}});
    return;
  }
  if (arguments.stats == "json") {
    Json json = StatsJson(stats);
    json["repeated"] = result.is_repeated;
    json["why_everything_was_sent"] = TextOrNull(result.why_full);
    json["why_most_was_sent"] = TextOrNull(result.why_mostly_new);
    json["why_more_was_sent"] = TextOrNull(result.why_more);
    return PrintJson(json);
  }
  if (session.quiet) return;
  std::printf("%s\n%s  receipt      %s\n"
              "  objects      %llu, of which %llu were sent\n"
              "  sent         %s of sealed data for %s read, %.1f s\n",
              result.is_repeated ? "The agent had this deposit already; its receipt of then:"
                                 : "Deposited; the agent's receipt was verified:",
              ReceiptText(result.body).c_str(), receipt_path.c_str(),
              static_cast<unsigned long long>(stats.objects),
              static_cast<unsigned long long>(stats.new_objects),
              base::FormatByteCount(static_cast<double>(stats.bytes_sent)).c_str(),
              base::FormatByteCount(static_cast<double>(stats.bytes_read)).c_str(), stats.seconds);
}

void Run(const DepositArguments& arguments, Session& session) {
  const absl::StatusOr<escrow_agent::DepositorConfig> config =
      escrow_agent::LoadDepositorConfig(arguments.config);
  if (!config.ok()) return Fail(session, "deposit", config.status());
  base::Progress progress({.label = "depositing",
                           .total = SizeOf(arguments.file),
                           .unit = base::ProgressUnit::kBytes,
                           .quiet = session.quiet});
  escrow_agent::DepositOptions options;
  options.on_progress = [&progress](uint64_t bytes) { progress.Update(bytes); };
  options.attempts_max = 1 + arguments.retries;
  options.send_everything = arguments.send_everything;
  if (arguments.without_csv_files) options.csv_files = escrow_agent::CsvFiles::kLeaveOut;
  const absl::StatusOr<escrow_agent::DepositResult> result =
      escrow_agent::DepositFile(*config, arguments.file, options);
  progress.Finish();
  if (!result.ok()) {
    Fail(session, "deposit", result.status());
    session.exit = ExitOf(result.status());
    return;
  }
  if (!session.quiet && !result->why_full.empty()) {
    std::fprintf(stderr,
                 "tidemark deposit: all objects were sent; the index of earlier deposits: %s\n",
                 result->why_full.c_str());
  }
  if (!session.quiet && !result->why_mostly_new.empty()) {
    std::fprintf(stderr, "tidemark deposit: most objects were sent: %s\n",
                 result->why_mostly_new.c_str());
  }
  if (!session.quiet && !result->why_more.empty()) {
    std::fprintf(stderr,
                 "tidemark deposit: more objects were sent than are new; the index of earlier "
                 "deposits: %s\n",
                 result->why_more.c_str());
  }
  if (!result->index_status.ok()) {
    std::fprintf(stderr,
                 "tidemark deposit: deposited, but what the agent now has could not be noted for "
                 "the next deposit, which will send more than it has to: %s\n",
                 std::string(result->index_status.message()).c_str());
  }
  if (result->left_out_csv_files) {
    std::fputs(
        "tidemark deposit: the rows of the deposit's CSV files were not sent; nobody can verify or "
        "rebuild from its XML alone\n",
        stderr);
  }
  std::string receipt_path = escrow_agent::ReceiptPath(*config, result->id);
  if (!arguments.receipt.empty()) {
    const absl::Status status = base::WriteFile(
        arguments.receipt, result->receipt.SerializeAsString(), base::FileMode::kPublic);
    if (!status.ok()) {
      return Fail(session, "deposit",
                  absl::UnavailableError(absl::StrCat("deposited, and the receipt is in ",
                                                      receipt_path, ", but: ", status.message())));
    }
    receipt_path = arguments.receipt;
  }
  PrintResult(*result, receipt_path, arguments, session);
  if (absl::IsDataLoss(result->witness_status)) {
    return Fail(session, "deposit",
                absl::DataLossError(absl::StrCat("deposited, and the receipt is kept, but: ",
                                                 result->witness_status.message())));
  }
  if (absl::IsFailedPrecondition(result->witness_status)) {
    return Fail(session, "deposit",
                absl::UnavailableError(absl::StrCat("deposited, and the receipt is kept, but ",
                                                    result->witness_status.message())));
  }
  if (!result->witness_status.ok()) {
    std::fprintf(stderr, "tidemark deposit: deposited, but %s; the next deposit asks again\n",
                 std::string(result->witness_status.message()).c_str());
  }
}

}  // namespace

void AddDeposit(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("deposit", "Seal a deposit file and deliver it");
  auto arguments = std::make_shared<DepositArguments>();
  verb->add_option("FILE", arguments->file, "Deposit file (XML); - is standard input")->required();
  AddConfigOption(*verb, arguments->config, "depositor.toml, as enroll writes it");
  verb->add_option("--receipt", arguments->receipt, "Write the receipt to this file too");
  verb->add_option("--retries", arguments->retries,
                   "How often to begin anew when the agent is away; 0: one attempt. An upload "
                   "whose connection breaks goes on within its attempt, without progress for up to "
                   "three minutes")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  verb->add_flag("--without-csv-files", arguments->without_csv_files,
                 "Deposit the XML of a deposit whose objects are in CSV files, without those files "
                 "(default: such a deposit is refused)");
  verb->add_flag("--send-everything", arguments->send_everything,
                 "Forget what the agent has of earlier deposits, and send all objects");
  verb->add_option("--stats", arguments->stats,
                   "json: print what was read and sent, and nothing else")
      ->check(CLI::IsMember({"json"}));
  AddFormatOption(*verb, arguments->format);
  verb->footer(
      "The receipt is kept below state_dir of the configuration, and so is an index of what the\n"
      "agent has: what did not change since the last deposit is not sent again. Repeating a\n"
      "deposit gives the same receipt. The newest tree head of the agent's log is kept, too: a\n"
      "log that does not go on from it was set back or rewritten, and both heads are kept.\n"
      "Exit status: 0 the receipt is held, 1 refused or not a deposit, 2 otherwise, also if the\n"
      "receipt is held and the log does not go on from what was seen before, or the tree head\n"
      "cannot be kept.\n"
      "Example: tidemark deposit example_2026-11-22_full_S1_R0.xml --config depositor.toml\n"
      "         tidemark deposit example_2026-11-23_full_S1_R0.tar --config depositor.toml "
      "--stats json");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
