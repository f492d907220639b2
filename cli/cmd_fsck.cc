// tidemark fsck: a vault's directory that nobody serves, checked record by record.

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/config.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "vault/fsck/fsck.h"
#include "vault/fsck/guarded_run.h"

namespace tidemark::cli {
namespace {

using vault::FsckFinding;
using vault::FsckOptions;
using vault::FsckReport;

struct FsckArguments {
  std::string data_dir;
  std::string agent;
  std::vector<std::string> witnesses;
  std::string receipts;
  std::string format = "text";
  bool quick = false;
  bool rebuild_nodes = false;
};

absl::Status LoadAgent(const std::string& path, FsckOptions& options) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(const std::string receipt_key, config.RequiredString("agent.receipt_key"));
  ASSIGN_OR_RETURN(const std::string verdict_key, config.RequiredString("agent.verdict_key"));
  ASSIGN_OR_RETURN(const std::string vault_id, config.RequiredString("agent.vault_id"));
  ASSIGN_OR_RETURN(const std::string authority, config.RequiredPath("agent.authority"));
  ASSIGN_OR_RETURN(options.receipt_key, crypto::VerifyKey::FromHex(receipt_key));
  ASSIGN_OR_RETURN(options.verdict_key, crypto::VerifyKey::FromHex(verdict_key));
  ASSIGN_OR_RETURN(options.vault_id, base::HexDecode(vault_id));
  ASSIGN_OR_RETURN(options.authority_pem, base::ReadSmallFile(authority));
  return absl::OkStatus();
}

// Receipts as `deposit` keeps them: every file ending in .receipt, in this folder and those in it.
absl::Status LoadReceipts(const std::string& dir, int depth, FsckOptions& options) {
  constexpr int kDepthMax = 4;
  DIR* const handle = opendir(dir.c_str());
  if (handle == nullptr) return base::ErrnoStatus(errno, dir);
  std::vector<std::string> files;
  std::vector<std::string> folders;
  while (const dirent* entry = readdir(handle)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entry->d_type == DT_DIR) folders.push_back(dir + "/" + name);
    if (absl::EndsWith(name, ".receipt")) files.push_back(dir + "/" + name);
  }
  closedir(handle);
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    if (options.receipts.size() == vault::kFsckEvidenceMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat(dir, ": more than ", vault::kFsckEvidenceMax, " receipts"));
    }
    ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(file));
    tidemark::v1::Receipt receipt;
    if (!receipt.ParseFromString(bytes)) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": not a receipt"));
    }
    options.receipts.push_back({file, std::move(receipt)});
  }
  if (depth == kDepthMax) return absl::OkStatus();
  for (const std::string& folder : folders) {
    RETURN_IF_ERROR(LoadReceipts(folder, depth + 1, options));
  }
  return absl::OkStatus();
}

absl::StatusOr<FsckOptions> LoadOptions(const FsckArguments& arguments) {
  FsckOptions options;
  options.dir = arguments.data_dir;
  options.quick = arguments.quick;
  if (!arguments.agent.empty()) RETURN_IF_ERROR(LoadAgent(arguments.agent, options));
  for (const std::string& path : arguments.witnesses) {
    ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(path));
    tidemark::v1::SignedTreeHead head;
    if (!head.ParseFromString(bytes)) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": not a signed tree head"));
    }
    options.witnesses.push_back({path, std::move(head)});
  }
  if (!arguments.receipts.empty()) {
    RETURN_IF_ERROR(LoadReceipts(arguments.receipts, 0, options));
  }
  return options;
}

Json ToJson(const FsckReport& report) {
  Json findings = Json::array();
  for (const FsckFinding& finding : report.findings) {
    findings.push_back({{"where", finding.where},
                        {"what", finding.what},
                        {"deposits", finding.deposits},
                        {"deposits_omitted", finding.deposits_omitted}});
  }
  Json deposits = Json::array();
  for (const vault::DamagedDeposit& deposit : report.damaged_deposits) {
    deposits.push_back({{"id", deposit.id},
                        {"frames_used", deposit.frames_used},
                        {"frames_lost", deposit.frames_lost},
                        {"manifest_parts", deposit.parts},
                        {"manifest_parts_lost", deposit.parts_lost},
                        {"restorable", deposit.restorable}});
  }
  return {{"clean", report.findings.empty()},
          {"database_opened", report.is_open},
          {"findings", std::move(findings)},
          {"findings_omitted", report.findings_omitted},
          {"damaged_deposits", std::move(deposits)},
          {"remarks", report.remarks},
          {"records", report.records},
          {"pieces", report.pieces},
          {"piece_bytes", report.piece_bytes},
          {"deposits", report.deposits},
          {"log_size", report.log_size}};
}

std::string ToText(const FsckReport& report) {
  std::string text;
  for (const FsckFinding& finding : report.findings) {
    absl::StrAppend(&text, "DAMAGE ", finding.where, ": ", finding.what, "\n");
    if (finding.deposits.empty()) continue;
    absl::StrAppend(&text, "       touches ", absl::StrJoin(finding.deposits, ", "));
    if (finding.deposits_omitted > 0) {
      absl::StrAppend(&text, " and ", finding.deposits_omitted, " more");
    }
    absl::StrAppend(&text, "\n");
  }
  if (report.findings_omitted > 0) {
    absl::StrAppend(&text, "and ", report.findings_omitted, " more\n");
  }
  for (const vault::DamagedDeposit& deposit : report.damaged_deposits) {
    absl::StrAppend(&text, "of ", deposit.id, " comes back: ", deposit.restorable, "\n");
  }
  for (const std::string& remark : report.remarks) absl::StrAppend(&text, "note: ", remark, "\n");
  absl::StrAppendFormat(
      &text, "%s: %d records, %d frames and parts (%s), %d deposits, log of %d entries\n",
      report.findings.empty() ? "clean" : "DAMAGED", report.records, report.pieces,
      base::FormatByteCount(static_cast<double>(report.piece_bytes)), report.deposits,
      report.log_size);
  return text;
}

std::string ToBytes(const FsckReport& report, const std::string& format) {
  if (format != "json") return ToText(report);
  return ToJson(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// What a child hands back: its exit status in one digit, then text for standard output or error.
std::string CheckInChild(FsckOptions options, const FsckArguments& arguments,
                         const Session& session) {
  std::string rebuilt;
  if (arguments.rebuild_nodes) {
    const absl::StatusOr<uint64_t> nodes = vault::RebuildLogNodes(options);
    if (!nodes.ok()) {
      if (!absl::IsDataLoss(nodes.status())) return absl::StrCat("2", nodes.status().message());
      return absl::StrCat("1nodes were not made anew: ", nodes.status().message(), "\n");
    }
    rebuilt = absl::StrCat("nodes of the log that were damaged and are made anew: ", *nodes);
  }
  // Its total is known once the store is open.
  std::unique_ptr<base::Progress> progress;
  options.at_progress = [&progress, &session](uint64_t done, uint64_t total) {
    if (progress == nullptr) {
      progress = std::make_unique<base::Progress>(
          base::ProgressOptions{.label = "checking",
                                .total = total,
                                .unit = base::ProgressUnit::kBytes,
                                .quiet = session.quiet});
    }
    progress->Update(done);
  };
  absl::StatusOr<FsckReport> report = vault::CheckStore(options);
  if (progress != nullptr) progress->Finish();
  if (!report.ok()) return absl::StrCat("2", report.status().message());
  if (!rebuilt.empty()) report->remarks.push_back(std::move(rebuilt));
  return absl::StrCat(report->findings.empty() ? "0" : "1", ToBytes(*report, arguments.format));
}

void Run(const FsckArguments& arguments, Session& session) {
  const absl::StatusOr<FsckOptions> options = LoadOptions(arguments);
  if (!options.ok()) return Fail(session, "fsck", options.status());
  const absl::StatusOr<std::string> result = vault::RunGuarded(
      [&] { return CheckInChild(*options, arguments, session); });
  if (absl::IsDataLoss(result.status())) {
    // It found something that it holds for impossible in bytes that a database never writes.
    FsckReport report;
    report.findings.push_back(
        {"the database", absl::StrCat("reading it ", result.status().message(),
                                      "; what it printed before is above. A file of it is damaged "
                                      "in a way that its library does not report")});
    std::printf("%s", ToBytes(report, arguments.format).c_str());
    session.exit = Exit::kNo;
    return;
  }
  if (!result.ok()) return Fail(session, "fsck", result.status());
  const char status = result->empty() ? '2' : result->front();
  const std::string text = result->empty() ? "no answer" : result->substr(1);
  if (status == '2') return Fail(session, "fsck", absl::UnavailableError(text));
  std::printf("%s", text.c_str());
  session.exit = status == '0' ? Exit::kGood : Exit::kNo;
}

}  // namespace

void AddFsck(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("fsck", "Check a vault's directory offline; name damage");
  auto arguments = std::make_shared<FsckArguments>();
  verb->add_option("--data-dir", arguments->data_dir, "The server's data_dir; not while it serves")
      ->required();
  verb->add_option("--agent", arguments->agent, "agent.toml: checks signatures, too");
  verb->add_option("--witness", arguments->witnesses,
                   "A signed tree head that somebody else kept; may be given again");
  verb->add_option("--receipts", arguments->receipts,
                   "Folder of receipts that depositors kept (*.receipt)");
  AddFormatOption(*verb, arguments->format);
  verb->add_flag("--quick", arguments->quick, "Leaves out frames and manifest parts");
  verb->add_flag("--rebuild-nodes", arguments->rebuild_nodes,
                 "First makes damaged nodes of the log anew from its leaves; writes");
  verb->footer(
      "Writes nothing without --rebuild-nodes, and needs no secret. Without a witness it cannot\n"
      "know whether the whole store was set back to an older copy. Exit status: 0 clean,\n"
      "1 damage, each named, 2 could not decide: served, no vault, no permission, a witness that\n"
      "is not this agent's.\n"
      "Example: tidemark fsck --data-dir /srv/tidemark/data --agent agent.toml \\\n"
      "             --witness last.head --receipts receipts");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
