#include <memory>
#include <optional>
#include <utility>
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

// The XML of a file, a directory or a tar.
class InputSource final : public base::ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& path) {
    ASSIGN_OR_RETURN(std::unique_ptr<DepositInput> input, DepositInput::Open(path));
    ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> xml, input->OpenXml());
    return std::make_unique<InputSource>(std::move(input), std::move(xml));
  }
  InputSource(std::unique_ptr<DepositInput> input, std::unique_ptr<base::ByteSource> xml)
      : input_(std::move(input)), xml_(std::move(xml)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return xml_->Read(buffer); }
  absl::Status Close() override { return xml_->Close(); }

 private:
  const std::unique_ptr<DepositInput> input_;  // what `xml_` reads from
  const std::unique_ptr<base::ByteSource> xml_;
};

absl::StatusOr<std::optional<rde::DepositInfo>> ReadInfoOfFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<DepositInput> input, DepositInput::Open(path));
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ByteSource> source, input->OpenXml());
  std::string head;
  return ReadInfo(*source, head);
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
    bases.push_back(
        {base_name, *info, [path]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
           return InputSource::Open(path);
         }});
  }
  std::string head;
  ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadInfo(source, head));
  auto resumed = std::make_unique<base::ResumedSource>(std::move(head), source);
  // What is no deposit has no place in a chain; the checker says what it is.
  if (!info.has_value()) return rde::ReadDeposit(*resumed, checker, {.threads = resources.threads});
  const ChainDeposit last{name, *info, [&resumed] { return std::move(resumed); }};
  return ReadOnBases(last, bases, {.resources = resources}, checker).status;
}

}  // namespace tidemark::verifier
