#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/resumed_source.h"
#include "base/status.h"
#include "rde/reader.h"
#include "verifier/base_chain.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {
namespace {

// Waits for the deposit element.
class InfoSink final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override { info_ = info; }
  void OnRecord(const rde::Record&, const rde::Position&) override {}
  void OnFlaw(const rde::Flaw& flaw) override { ended_ = ended_ || rde::EndsReading(flaw.kind); }

  const std::optional<rde::DepositInfo>& info() const { return info_; }
  bool ended() const { return ended_; }

 private:
  std::optional<rde::DepositInfo> info_;
  bool ended_ = false;
};

// The deposit element, or nothing if there is none. Reads no further than it must; `head` gets what
// was read.
absl::StatusOr<std::optional<rde::DepositInfo>> ReadInfo(base::ByteSource& source,
                                                         std::string& head) {
  InfoSink sink;
  rde::XmlReader reader(sink);
  std::vector<char> buffer(base::kCopyBufferBytes);
  while (!sink.info().has_value() && !sink.ended()) {
    ASSIGN_OR_RETURN(const size_t n, source.Read(absl::MakeSpan(buffer)));
    if (n == 0) {
      RETURN_IF_ERROR(reader.Close());
      break;
    }
    head.append(buffer.data(), n);
    RETURN_IF_ERROR(reader.Write(absl::string_view(buffer.data(), n)));
  }
  return sink.info();
}

// Sees whether objects are in the CSV model.
class ModelSink final : public rde::RecordSink {
 public:
  explicit ModelSink(rde::RecordSink& next) : next_(next) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override {
    next_.OnDeposit(info, at);
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    has_tables_ = has_tables_ || std::holds_alternative<rde::CsvTable>(record);
    next_.OnRecord(record, at);
  }
  void OnFlaw(const rde::Flaw& flaw) override { next_.OnFlaw(flaw); }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    next_.OnFile(file, name, kind);
  }

  bool has_tables() const { return has_tables_; }

 private:
  rde::RecordSink& next_;
  bool has_tables_ = false;
};

// Reads a deposit of a chain. Its CSV files would be missing from the repository, so with such
// there is none.
absl::Status Read(base::ByteSource& source, const std::string& name, const Resources& resources,
                  rde::RecordSink& sink) {
  ModelSink model(sink);
  RETURN_IF_ERROR(rde::ReadDeposit(source, model, {.threads = resources.threads}));
  if (!model.has_tables()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      Printable(name), " has CSV files: deposits are judged on bases in the XML model only"));
}

absl::StatusOr<std::optional<rde::DepositInfo>> ReadInfoOfFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<DepositInput> input, DepositInput::Open(path));
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ByteSource> source, input->OpenXml());
  std::string head;
  return ReadInfo(*source, head);
}

absl::Status ReadFile(const std::string& path, const Resources& resources, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<DepositInput> input, DepositInput::Open(path));
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ByteSource> source, input->OpenXml());
  return Read(*source, input->xml_name(), resources, sink);
}

}  // namespace

absl::Status ReadFileOnBases(base::ByteSource& source, const std::string& name,
                             absl::Span<const std::string> base_paths, const Resources& resources,
                             DepositChecker& checker) {
  std::vector<ChainDeposit> bases;
  for (const std::string& path : base_paths) {
    ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadInfoOfFile(path));
    const std::string base_name = path.substr(path.rfind('/') + 1);
    if (!info.has_value()) {
      checker.AddFindings(Code::kChainBroken, 1,
                          {{Code::kChainBroken, "deposit", std::nullopt,
                            absl::StrCat(Printable(base_name), " is no deposit"), "", 0}});
      continue;
    }
    bases.push_back({base_name, *info, [path, resources](rde::RecordSink& sink) {
                       return ReadFile(path, resources, sink);
                     }});
  }
  std::string head;
  ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadInfo(source, head));
  base::ResumedSource resumed(std::move(head), source);
  // What is no deposit has no place in a chain; the checker says what it is.
  if (!info.has_value()) return Read(resumed, name, resources, checker);
  const ChainDeposit last{
      name, *info, [&](rde::RecordSink& sink) { return Read(resumed, name, resources, sink); }};
  return ReadOnBases(last, bases, {.resources = resources}, checker).status;
}

}  // namespace tidemark::verifier
