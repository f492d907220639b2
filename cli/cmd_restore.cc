// tidemark restore: the file that was deposited, byte for byte.
#include <cerrno>
#include <cstdio>
#include <memory>
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
#include "cli/vault_source.h"

namespace tidemark::cli {
namespace {

struct RestoreArguments {
  std::string deposit;
  std::string out;
  std::string config;
  std::vector<std::string> releases;
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

// A file gets its name only when every byte of it was found authentic; what went into a pipe before
// that is gone, and the exit status is all that there is to say so.
absl::StatusOr<uint64_t> Restore(const RestoreArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(arguments.config));
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
  }
  progress.Finish();
  return counted.bytes();
}

void Run(const RestoreArguments& arguments, Session& session) {
  const absl::StatusOr<uint64_t> bytes = Restore(arguments, session);
  if (!bytes.ok()) {
    Fail(session, "restore", bytes.status());
    // The depositor's manifest does not give the file back: that is a no, and will stay one.
    if (absl::IsFailedPrecondition(bytes.status())) session.exit = Exit::kNo;
    return;
  }
  if (!session.quiet && arguments.out != "-") {
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
  verb->add_option("--config", arguments->config, "verifier.toml, or successor.toml with --release")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  verb->add_option("--release", arguments->releases, "Release package, for a successor");
  verb->footer(
      "Opens it with the verifier's key, or with a successor's and what the custodians released.\n"
      "Exit status: 0 the file is back and its digest is the depositor's, 1 what was sealed does\n"
      "not give the file back, 2 otherwise. With --out - bytes are written before they are known\n"
      "to be authentic: look at the exit status before using them.\n"
      "Example: tidemark restore example/20261122001/0 --out example.xml --config verifier.toml\n"
      "         tidemark restore example/20261122001 --out - --config verifier.toml | sha256sum");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
